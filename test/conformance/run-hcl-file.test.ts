import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { runHclFile } from "./run-hcl-file.ts";

async function reportOf(cases: unknown) {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-cases-"));
  try {
    const path = join(directory, "cases.json");
    await writeFile(path, JSON.stringify(cases));
    return runHclFile(path);
  } finally {
    await rm(directory, { recursive: true });
  }
}

test("a case of unknown form and one that the runner stumbles over have failed", async () => {
  const { passed, failures } = await reportOf([
    { expr: "1 + 1", result: 2, type: "number" },
    { expr: "1 + 1" },
    { input: "a = 1" },
    { expr: "1", result: 1, type: ["weird"] },
    { expr: "x", variables: { x: null }, result: 1 },
    { name: "no_such_function", params: 1 },
    { colour: "red" },
    7,
    null,
  ]);
  assert.equal(passed, 1);
  assert.equal(failures.length, 8);
});

test("an unknown function counts as the diagnostic that it is", async () => {
  const { failures } = await reportOf([
    { expr: "nope(1)", diagCount: 1, result: { $unknown: {} }, type: "dynamic" },
  ]);
  assert.deepEqual(failures, []);
});

test("templates are known by what does not parse as an expression", async () => {
  const { failures } = await reportOf([
    { expr: 'hello ${"w"}', diagCount: 0, result: "hello w", type: "string" },
    { expr: "1", diagCount: 0, result: "1", type: "string" },
  ]);
  assert.deepEqual(failures, []);
});

test("what holds no list of cases is refused", async () => {
  await assert.rejects(reportOf({ expr: "1" }), /no list of cases/);
});
