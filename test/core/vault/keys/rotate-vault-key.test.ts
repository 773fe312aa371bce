import assert from "node:assert/strict";
import { test } from "node:test";
import { DiagnosticError } from "../../../../core/diagnostics/diagnostic.ts";
import type { BlobStore } from "../../../../core/storage/blob-store.ts";
import { faulty } from "../../../../core/storage/faulty.ts";
import { blobImmutable } from "../../../../core/storage/store-failure.ts";
import type { BlobId } from "../../../../core/vault/format/blob-names.ts";
import { packsOfOldEpochs } from "../../../../core/vault/keys/old-epochs.ts";
import { openVault, parseVaultKey } from "../../../../core/vault/vault.ts";
import {
  addPoint,
  blobsOf,
  memoryStore,
  type ObjectBytes,
  seededBytes,
  storeOf,
  TEST_KEY,
  vaultOptions,
} from "../../../support/vault.ts";
import { assertHolds } from "../../../support/vault-content.ts";
import { NEW_KEY, rotate, vaultUnder } from "../../../support/vault-rotation.ts";
import { withCode } from "../../../support/with-code.ts";

const THIRD_KEY = parseVaultKey("ab1e".repeat(16));
const FOURTH_KEY = parseVaultKey("f0e1".repeat(16));
const random = seededBytes("rotate");
const OLD: ObjectBytes = { rows: [random(3000), random(200)] };
const LATER: ObjectBytes = { rows: [random(3000), ...(OLD["rows"] ?? [])] };

async function keysOf(store: BlobStore): Promise<number> {
  return (await Array.fromAsync(store.list("keys/"))).length;
}

test("after a rotation only the new key opens the vault, old data is read and found again, and new data has a new key", async () => {
  const { store, points } = await vaultUnder(TEST_KEY, OLD);
  const report = await rotate(store, [TEST_KEY, NEW_KEY]);
  assert.deepEqual(report, { epoch: 2, outcome: "rotated", removedWraps: 2, otherWraps: 0 });
  await assert.rejects(openVault(store, TEST_KEY, vaultOptions()), withCode("VAULT_WRONG_KEY"));
  const vault = await openVault(store, NEW_KEY, vaultOptions("new"));
  const { id, bytesStored } = await addPoint(vault, LATER);
  assert.ok(bytesStored < 3000 + 1500, "chunks of the first epoch were stored again");
  points.set(id, LATER);
  await assertHolds(vault, points);
  const epochs = (await blobsOf(store))
    .entries()
    .filter(([name]) => name.startsWith("packs/"))
    .map(([, bytes]) => Buffer.from(bytes).readUInt32BE(8));
  assert.deepEqual(
    [...epochs].toSorted((one, other) => one - other),
    [1, 2],
  );
  const again = await rotate(store, [NEW_KEY, TEST_KEY], "back");
  assert.deepEqual([again.epoch, await keysOf(store)], [3, 3]);
  await assertHolds(await openVault(store, TEST_KEY, vaultOptions("back")), points);
});

test("two rotations at once lose nothing: each new key that was told to work opens everything", async () => {
  for (let pause = 0; pause < 14; pause += 1) {
    const { store, points } = await vaultUnder(TEST_KEY, OLD);
    let calls = 0;
    let second: Promise<unknown> | undefined;
    const watched = faulty(store, () => {
      calls += 1;
      if (calls === pause + 1) second = rotate(store, [TEST_KEY, THIRD_KEY], "second");
      return "none";
    });
    const first = await rotate(watched, [TEST_KEY, NEW_KEY], "first").then(
      () => true,
      () => false,
    );
    const other = await Promise.resolve(second).then(
      () => second !== undefined,
      () => false,
    );
    assert.ok(first || other, `pause ${pause}: both failed`);
    for (const [isTold, key] of [
      [first, NEW_KEY],
      [other, THIRD_KEY],
    ] as const) {
      if (isTold) await assertHolds(await openVault(store, key, vaultOptions("told")), points);
    }
  }
});

test("a rotation that another one overtook writes nothing under its new key", async () => {
  const { store, points } = await vaultUnder(TEST_KEY, OLD);
  let isOvertaken = false;
  const slow: BlobStore = {
    ...immutable(store),
    remove: (name, options) => store.remove(name, options),
    async put(name, parts, options) {
      if (!isOvertaken) {
        isOvertaken = true;
        await rotate(store, [TEST_KEY, THIRD_KEY], "second");
      }
      return store.put(name, parts, options);
    },
  };
  await assert.rejects(
    rotate(slow, [TEST_KEY, NEW_KEY], "first"),
    withCode("VAULT_KEY_INCOMPLETE"),
  );
  const opened = openVault(store, NEW_KEY, vaultOptions("first"));
  await assert.rejects(opened, withCode("VAULT_WRONG_KEY"));
  await assertHolds(await openVault(store, THIRD_KEY, vaultOptions("second")), points);
});

test("a wrong key, the same key and a lost key blob are told apart, and nothing is changed", async () => {
  const { store } = await vaultUnder(TEST_KEY, OLD);
  const before = await blobsOf(store);
  await assert.rejects(rotate(store, [NEW_KEY, THIRD_KEY]), withCode("VAULT_WRONG_KEY"));
  await assert.rejects(rotate(store, [TEST_KEY, TEST_KEY]), withCode("VAULT_KEY_UNCHANGED"));
  await assert.rejects(rotate(memoryStore(), [TEST_KEY, NEW_KEY]), withCode("VAULT_MISSING"));
  assert.deepEqual(await blobsOf(store), before);
  await rotate(store, [TEST_KEY, NEW_KEY]);
  for (const { name } of await Array.fromAsync(store.list("keys/"))) {
    const lost = await storeOf(
      new Map([...(await blobsOf(store))].filter(([each]) => each !== name)),
    );
    const opened = openVault(lost, NEW_KEY, vaultOptions()).then((vault) => vault.verify());
    const outcome = await opened.then(
      ({ problems }) => (problems.length > 0 ? "damaged" : "whole"),
      (error: unknown) => {
        withCode("VAULT_KEY_INCOMPLETE")(error);
        return "incomplete";
      },
    );
    // Nothing was written in the second epoch yet, so losing that one costs nothing.
    assert.ok(outcome === "incomplete" || outcome === "whole", outcome);
  }
});

test("packs of older epochs are chosen from the oldest on, within a budget", () => {
  const pack = (id: string, epoch: number, size: number) => ({ id: id as BlobId, epoch, size });
  const packs = [pack("a", 3, 10), pack("b", 2, 10), pack("c", 1, 10), pack("d", 2, 10)];
  const choose = (budget: number) => [...packsOfOldEpochs(packs, { epoch: 3, budget })];
  assert.deepEqual(choose(20), ["c", "b"]);
  assert.deepEqual(choose(1), ["c"]);
  assert.deepEqual([...packsOfOldEpochs(packs, { epoch: 1, budget: 100 })], []);
});

test("a vault without any key blob says so, and not that the key is wrong", async () => {
  const { store } = await vaultUnder(TEST_KEY, OLD);
  for await (const { name } of store.list("keys/")) await store.remove(name);
  await assert.rejects(openVault(store, TEST_KEY, vaultOptions()), withCode("VAULT_KEY_LOST"));
  await assert.rejects(rotate(store, [TEST_KEY, NEW_KEY]), withCode("VAULT_KEY_LOST"));
});

function keysIn(blobs: ReadonlyMap<string, unknown>): readonly string[] {
  return [...blobs.keys()].filter((name) => !name.startsWith("verified/")).toSorted();
}

function immutable(store: BlobStore): BlobStore {
  return {
    put: (name, parts, options) => store.put(name, parts, options),
    get: (name, options) => store.get(name, options),
    head: (name, options) => store.head(name, options),
    list: (prefix, options) => store.list(prefix, options),
    setTier: (name, tier, options) => store.setTier(name, tier, options),
    remove: (name) => Promise.reject(blobImmutable(name, "an immutability policy")),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

test("where a policy keeps the blobs of the key before, the next rotation has a new data key all the same", async () => {
  const { store, points } = await vaultUnder(TEST_KEY, OLD);
  const kept = immutable(store);
  await assert.rejects(rotate(kept, [TEST_KEY, NEW_KEY]), withCode("STORE_IMMUTABLE"));
  await assert.rejects(rotate(kept, [TEST_KEY, NEW_KEY], "again"), withCode("STORE_IMMUTABLE"));
  await assert.rejects(rotate(kept, [NEW_KEY, THIRD_KEY], "next"), withCode("STORE_IMMUTABLE"));
  const vault = await openVault(store, THIRD_KEY, vaultOptions("third"));
  assert.equal((await vault.stats()).epoch, 3);
  await assertHolds(vault, points);
});

test("a key that was replaced and that a policy keeps reads, writes nothing and gives the vault no other key, but what is left of it goes once it may", async () => {
  const { store, points } = await vaultUnder(TEST_KEY, OLD);
  const kept = immutable(store);
  await assert.rejects(rotate(kept, [TEST_KEY, NEW_KEY]), withCode("STORE_IMMUTABLE"));
  await assert.rejects(rotate(kept, [NEW_KEY, THIRD_KEY], "next"), withCode("STORE_IMMUTABLE"));
  const before = await blobsOf(store);
  const inForce = [...before.values()]
    .map(
      (bytes) => /"epoch":\s*3[^}]*"key_id":\s*"(\w{8})/.exec(Buffer.from(bytes).toString())?.[1],
    )
    .find((id) => id !== undefined);
  assert.ok(inForce !== undefined);
  await assert.rejects(rotate(store, [TEST_KEY, FOURTH_KEY]), (error) => {
    withCode("VAULT_KEY_OUTDATED")(error);
    assert.ok(error instanceof DiagnosticError);
    const { detail } = error.diagnostic;
    assert.match(detail, /data keys up to 2, but the newest is 3/);
    assert.ok(detail.includes(inForce), detail);
    return true;
  });
  assert.deepEqual(await blobsOf(store), before);
  const old = await openVault(store, TEST_KEY, vaultOptions("old"));
  await assertHolds(old, points);
  await assert.rejects(addPoint(old, LATER), withCode("VAULT_KEY_OUTDATED", inForce));
  await assert.rejects(old.collect(), withCode("VAULT_KEY_OUTDATED"));
  await assert.rejects(old.storeTime(), withCode("VAULT_KEY_OUTDATED"));
  const [first] = (await old.points()).points;
  await assert.rejects(old.removePoint(first?.id ?? ""), withCode("VAULT_KEY_OUTDATED"));
  assert.deepEqual(keysIn(await blobsOf(store)), keysIn(before));
  const finished = await rotate(store, [TEST_KEY, THIRD_KEY], "rest");
  assert.deepEqual([finished.outcome, finished.epoch], ["finished", 3]);
  await assert.rejects(openVault(store, TEST_KEY, vaultOptions()), withCode("VAULT_WRONG_KEY"));
  await assertHolds(await openVault(store, THIRD_KEY, vaultOptions("third")), points);
});
