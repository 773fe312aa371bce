import { test } from "node:test";
import { assertNoticed, flip, makeSmallVault } from "../../support/damage.ts";

// One at a time: node --test test/core/vault/vault-damage.slow.ts
test("every bit of every blob, flipped one at a time, is reported and never restored", async () => {
  const small = await makeSmallVault();
  for (const [name, { length }] of small.blobs) {
    for (let place = 0; place < length * 8; place += 1) {
      const [offset, bit] = [place >> 3, place & 7];
      await assertNoticed(
        small,
        flip(small.blobs, { name, offset, bit }),
        `${name}:${offset}.${bit}`,
      );
    }
  }
});
