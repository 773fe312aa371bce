import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { sharedData } from "../support/shared-data.ts";
import { runHclFile } from "./run-hcl-file.ts";

const folder = sharedData("data", "hcl");

test("every conformance case gives the reference's answer", (t) => {
  if (folder === undefined) {
    t.skip("the shared conformance data is not here: no case was run");
    return;
  }
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  assert.ok(files.length > 0, "found no file of cases");
  for (const name of files) {
    const { passed, failures } = runHclFile(join(folder, name));
    assert.deepEqual(failures, [], name);
    t.diagnostic(`${name}: ${passed} passed`);
  }
});
