import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlobStore } from "../../../../core/storage/blob-store.ts";
import type { Fault } from "../../../../core/storage/faulty.ts";
import { createMemoryStore } from "../../../../core/storage/memory-store.ts";
import { openVault, type Vault } from "../../../../core/vault/vault.ts";
import { breakFrom } from "../../../support/broken-call.ts";
import { HOUR, turnedClock } from "../../../support/turned-clock.ts";
import { TEST_KEY, vaultOptions } from "../../../support/vault.ts";
import { assertHolds, countBlobs } from "../../../support/vault-content.ts";
import { withCode } from "../../../support/with-code.ts";
import { wornVault } from "../../../support/worn-vault.ts";

async function collectBroken(store: BlobStore, at: number, fault: Fault) {
  const broken = breakFrom(store, { at, fault });
  const seed = `${fault} ${at}`;
  const vault = await openVault(broken.store, TEST_KEY, vaultOptions(seed));
  broken.start();
  try {
    await vault.collect();
  } catch (error) {
    assert.ok(withCode("STORE_FAILED")(error));
  }
  return broken.isReached();
}

/** All of them: every-call.slow.ts. */
const EVERY = 4;

test("a collection that breaks at a call of the store loses nothing, and the next ones finish it", async () => {
  const { blobs, points } = await wornVault();
  let calls = 1;
  for (let isBroken = true; isBroken; calls += EVERY) {
    const fault = (calls >> 2) % 2 === 0 ? "after" : "before";
    const clock = turnedClock();
    const store = createMemoryStore(clock);
    for (const [name, bytes] of blobs) await store.put(name, [bytes]);
    clock.turn(2 * HOUR);
    isBroken = await collectBroken(store, calls, fault);
    const vault: Vault = await openVault(store, TEST_KEY, vaultOptions(`again ${fault} ${calls}`));
    await assertHolds(vault, points);
    clock.turn(2 * HOUR);
    await vault.collect();
    await assertHolds(vault, points);
    const { packs, points: names, leases, garbage, removed } = await countBlobs(store);
    const nothing = { leases: undefined, garbage: undefined, removed: undefined };
    // A point, and the tombstone of the dead writer.
    assert.deepEqual(
      { packs, names, leases, garbage, removed },
      { packs: 2, names: 2, ...nothing },
    );
  }
  assert.ok(calls > 40, `${calls} calls`);
});
