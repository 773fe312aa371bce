import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlobName, BlobStore } from "../../../../core/storage/blob-store.ts";
import { type Fault, faulty } from "../../../../core/storage/faulty.ts";
import { createMemoryStore } from "../../../../core/storage/memory-store.ts";
import { createVault, openVault, type Vault } from "../../../../core/vault/vault.ts";
import { HOUR, turnedClock } from "../../../support/turned-clock.ts";
import {
  addPoint,
  blobsOf,
  type ObjectBytes,
  seededBytes,
  TEST_KEY,
  vaultOptions,
} from "../../../support/vault.ts";
import { assertHolds, countBlobs } from "../../../support/vault-content.ts";
import { withCode } from "../../../support/with-code.ts";

const random = seededBytes("collect faults");
const shared = Array.from({ length: 5 }, () => random(3000));
const OLD: ObjectBytes = { rows: [...shared, ...Array.from({ length: 20 }, () => random(3000))] };
const KEPT: ObjectBytes = { rows: shared, more: [random(7000)] };
const GONE: ObjectBytes = { own: [random(9000)] };

/** A vault with a pack to rewrite, a pack to remove, a leftover, a dead writer, and two removed points. */
async function wornVault(): Promise<{
  readonly blobs: ReadonlyMap<BlobName, Uint8Array>;
  readonly kept: string;
}> {
  const store = createMemoryStore(turnedClock());
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  const old = (await addPoint(vault, OLD)).id;
  const kept = (await addPoint(vault, KEPT)).id;
  const gone = (await addPoint(vault, GONE)).id;
  const dying = await openVault(
    faulty(store, ({ method, name }) =>
      name.startsWith("index/") || method === "remove" ? "before" : "none",
    ),
    TEST_KEY,
    vaultOptions("dying"),
  );
  await assert.rejects(addPoint(dying, { dead: [random(5000)] }));
  await vault.removePoint(old);
  await vault.removePoint(gone);
  return { blobs: await blobsOf(store), kept };
}

async function collectBroken(store: BlobStore, at: number, fault: Fault) {
  let calls = Number.NEGATIVE_INFINITY;
  const faultAt = (): Fault => {
    calls += 1;
    if (calls < at) return "none";
    return calls === at ? fault : "before";
  };
  const seed = `${fault} ${at}`;
  const vault = await openVault(faulty(store, faultAt), TEST_KEY, vaultOptions(seed));
  calls = 0;
  try {
    await vault.collect();
  } catch (error) {
    assert.ok(withCode("STORE_FAILED")(error));
  }
  return calls >= at;
}

/** Else every call breaks once, by turns before and after its effect. */
const IS_SLOW = process.env["HOLDFAST_SLOW"] === "1";

test("a collection that breaks at any call of the store loses nothing, and the next ones finish it", async () => {
  const { blobs, kept } = await wornVault();
  const points = new Map([[kept, KEPT]]);
  for (const first of IS_SLOW ? [0, 1] : [0]) {
    let calls = 0;
    for (let isBroken = true; isBroken; ) {
      calls += 1;
      const fault = (calls + first) % 2 === 0 ? "after" : "before";
      const clock = turnedClock();
      const store = createMemoryStore(clock);
      for (const [name, bytes] of blobs) await store.put(name, [bytes]);
      clock.turn(2 * HOUR);
      isBroken = await collectBroken(store, calls, fault);
      const vault: Vault = await openVault(
        store,
        TEST_KEY,
        vaultOptions(`again ${fault} ${calls}`),
      );
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
  }
});
