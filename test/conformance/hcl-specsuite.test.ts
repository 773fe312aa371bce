import assert from "node:assert/strict";
import { test } from "node:test";
import { sharedData } from "../support/shared-data.ts";
import { runSpecificationSuite } from "./run-specification-suite.ts";

const folder = sharedData("data", "hcl", "specsuite_shared");

test("the specification suite gives its results and reports errors where it says", (t) => {
  if (folder === undefined) {
    t.skip("the shared specification suite is not here: nothing was run");
    return;
  }
  const { passed, failures } = runSpecificationSuite(folder);
  assert.deepEqual(failures, []);
  assert.ok(passed > 0, "found no expectation");
  t.diagnostic(`${passed} tests`);
});
