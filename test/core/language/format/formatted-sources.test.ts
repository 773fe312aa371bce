import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { formatHcl } from "../../../../core/language/format/format-hcl.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..", "..");
const BLOCK = /```hcl\n([\s\S]*?)```/g;

test("every example of the project is formatted", () => {
  const files = globSync("examples/**/*.{hcl,hclvars}", { cwd: ROOT });
  assert.ok(files.length > 0);
  for (const filename of files) {
    const bytes = readFileSync(join(ROOT, filename));
    assert.equal(formatHcl({ filename, bytes }).text, bytes.toString(), filename);
  }
});

test("the configuration that the README shows is formatted", () => {
  const blocks = [...readFileSync(join(ROOT, "README.md"), "utf8").matchAll(BLOCK)];
  assert.ok(blocks.length > 0);
  for (const [, text = ""] of blocks) {
    assert.equal(formatHcl({ filename: "README.md", text }).text, text);
  }
});
