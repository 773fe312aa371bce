import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { tryExplainOldNode } from "../../cmd/required-node.ts";

const ROOT = join(import.meta.dirname, "..", "..");

test("a Node that is too old is told in one line which one is needed", () => {
  for (const version of ["18.20.4", "20.20.2", "22.12.0"]) {
    const text = tryExplainOldNode(version) ?? assert.fail(version);
    assert.ok(text.includes(`this is Node ${version}.`) && !text.includes("\n"), text);
  }
  for (const version of ["22.13.0", "22.22.1", "24.0.0", "26.1.0-nightly"]) {
    assert.equal(tryExplainOldNode(version), undefined);
  }
});

test("the Node that is needed is the one that package.json names", () => {
  const text = readFileSync(join(ROOT, "package.json"), "utf8");
  const { engines } = JSON.parse(text) as { readonly engines: { readonly node: string } };
  const oldest = engines.node.replace(">=", "");
  assert.equal(tryExplainOldNode(`${oldest}.0`), undefined);
  assert.ok(tryExplainOldNode("0.1.0")?.includes(`Node ${oldest} or newer`));
});

test("the bundle takes nothing by name from modules that an older Node has only in part", () => {
  const entry = readFileSync(join(ROOT, "dist", "main.js"), "utf8");
  assert.doesNotMatch(entry, /import \{[^}]*\} from "node:module"/);
  assert.doesNotMatch(entry, /^import .* from "\.\//m);
});
