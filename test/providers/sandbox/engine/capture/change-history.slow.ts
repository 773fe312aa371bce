import { test } from "node:test";
import fc from "fast-check";
import { HISTORIES_ARE_CAPTURED } from "../../../../support/sandbox/change-histories.ts";

test("hundreds of histories are captured as a model of the transactions says", async () => {
  await fc.assert(HISTORIES_ARE_CAPTURED, { numRuns: 400, verbose: 1 });
});
