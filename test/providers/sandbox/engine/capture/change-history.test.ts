import { test } from "node:test";
import fc from "fast-check";
import { HISTORIES_ARE_CAPTURED } from "../../../../support/sandbox/change-histories.ts";

test("change tables hold what a model of the transactions says, commit by commit, and so do the functions", async () => {
  await fc.assert(HISTORIES_ARE_CAPTURED, { numRuns: 8 });
});
