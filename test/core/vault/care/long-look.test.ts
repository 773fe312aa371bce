import assert from "node:assert/strict";
import { test } from "node:test";
import { toInstant } from "../../../../core/kit/clock.ts";
import type { BlobStore } from "../../../../core/storage/blob-store.ts";
import { faulty } from "../../../../core/storage/faulty.ts";
import { createMemoryStore } from "../../../../core/storage/memory-store.ts";
import { createVault, openVault, type Vault } from "../../../../core/vault/vault.ts";
import { addPoint, seededBytes, TEST_KEY, vaultOptions } from "../../../support/vault.ts";

const MINUTE = 60_000;

/** Does the work on a vault whose every read of a pack takes 20 minutes, and gives how old the newest lease grew. */
async function longestSilence(work: (vault: Vault) => Promise<unknown>): Promise<number> {
  const random = seededBytes("long");
  let time = Date.UTC(2026, 0, 1);
  const clock = { now: () => toInstant(time) };
  const options = { ...vaultOptions(), clock };
  const store: BlobStore = createMemoryStore(clock);
  const vault = await createVault(store, TEST_KEY, options);
  for (let pack = 0; pack < 4; pack += 1) await addPoint(vault, { rows: [random(4000)] });
  let renewedAt = Number.NaN;
  let longest = 0;
  const slow = faulty(store, ({ method, name }) => {
    if (method === "put" && name.startsWith("leases/")) renewedAt = time;
    if (method !== "get" || !name.startsWith("packs/")) return "none";
    time += 20 * MINUTE;
    longest = Math.max(longest, time - renewedAt);
    return "none";
  });
  await work(await openVault(slow, TEST_KEY, { ...options, randomBytes: seededBytes("slow") }));
  assert.ok(longest > 0);
  return longest;
}

test("who verifies or repairs for hours is waited for all the time", async () => {
  const verified = await longestSilence((vault) => vault.verify({ readData: 1 }));
  const wanted = { dryRun: false, readData: true, removeDamaged: true } as const;
  const repaired = await longestSilence((vault) => vault.repair(wanted));
  assert.deepEqual([verified, repaired], [20 * MINUTE, 20 * MINUTE]);
});

test("a restore goes on when the store takes no more writes", async () => {
  let time = Date.UTC(2026, 0, 1);
  const clock = { now: () => toInstant(time) };
  const options = { ...vaultOptions(), clock };
  const store = createMemoryStore(clock);
  const rows = Array.from({ length: 4 }, () => seededBytes("full")(400_000));
  const { id } = await addPoint(await createVault(store, TEST_KEY, options), { rows });
  let isFull = false;
  const full = faulty(store, ({ method, name }) => {
    if (method === "get" && name.startsWith("packs/")) time += 20 * MINUTE;
    return isFull && method === "put" ? "before" : "none";
  });
  const vault = await openVault(full, TEST_KEY, { ...options, randomBytes: seededBytes("read") });
  await using reader = await vault.openPoint(id);
  isFull = true;
  let bytes = 0;
  for await (const chunk of reader.read("rows")) bytes += chunk.length;
  assert.equal(bytes, 1_600_000);
});
