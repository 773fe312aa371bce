import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import fc from "fast-check";
import { loadBlake3 } from "../../../../cmd/wiring/blake3.ts";
import { assertRowGenerations, rowGenerations } from "../../../support/row-generations.ts";
import { vaultOptions } from "../../../support/vault.ts";

const blake3 = loadBlake3(createRequire(import.meta.url));

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
