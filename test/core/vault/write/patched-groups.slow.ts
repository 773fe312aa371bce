import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NATIVE_BLAKE3 } from "../../../support/native-blake3.ts";
import { assertRowGenerations, rowGenerations } from "../../../support/row-generations.ts";
import { vaultOptions } from "../../../support/vault.ts";

const blake3 = NATIVE_BLAKE3;

test("through many row edits, removals and collections, every point is what was put", async () => {
  let patched = 0;
  await fc.assert(
    fc.asyncProperty(rowGenerations, async (lived) => {
      patched += await assertRowGenerations(lived, { ...vaultOptions(), blake3 });
    }),
    { numRuns: 150 },
  );
  assert.ok(patched > 300, `only ${patched} groups were put together`);
});
