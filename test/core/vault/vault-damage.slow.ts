import { test } from "node:test";
import { assertJudged, flipsOf } from "../../support/flipped-vault.ts";
import { fullVault } from "../../support/full-vault.ts";

// One at a time: node --test test/core/vault/vault-damage.slow.ts
test("every bit of every blob of every kind, flipped one at a time, is named where it matters and never restored", async (t) => {
  const vault = await fullVault();
  const counts: Record<string, number> = {};
  for (const flip of flipsOf(vault.blobs, 1)) {
    await assertJudged(vault, flip);
    const kind = flip.name.split("/")[0] ?? "";
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  t.diagnostic(JSON.stringify(counts));
});
