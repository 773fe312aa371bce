import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type BlobName,
  type BlobStore,
  parseBlobName,
} from "../../../../core/storage/blob-store.ts";
import { faulty } from "../../../../core/storage/faulty.ts";
import { createMemoryStore } from "../../../../core/storage/memory-store.ts";
import { putMark } from "../../../../core/vault/collect/marks.ts";
import { markName } from "../../../../core/vault/collect/signs.ts";
import { idOfName } from "../../../../core/vault/format/blob-names.ts";
import {
  createVault,
  openVault,
  parseVaultKey,
  rotateVaultKey,
  type Vault,
} from "../../../../core/vault/vault.ts";
import { accessTo } from "../../../support/signs.ts";
import { HOUR, type TurnedClock, turnedClock } from "../../../support/turned-clock.ts";
import {
  addPoint,
  type ObjectBytes,
  pointFacts,
  seededBytes,
  stream,
  TEST_KEY,
  vaultOptions,
} from "../../../support/vault.ts";
import { assertHolds, countBlobs } from "../../../support/vault-content.ts";
import { withCode } from "../../../support/with-code.ts";

const random = seededBytes("unreadable marks");
const KEPT: ObjectBytes = { rows: [random(20_000), random(30_000)] };
const GONE: ObjectBytes = { rows: [random(40_000)] };

interface World {
  readonly clock: TurnedClock;
  readonly store: BlobStore;
  readonly vault: Vault;
  readonly kept: string;
}

/** A vault with garbage that a collector has marked before it died. */
async function worldWithMark(): Promise<World> {
  const clock = turnedClock();
  const store = createMemoryStore(clock);
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  const kept = (await addPoint(vault, KEPT)).id;
  await vault.removePoint((await addPoint(vault, GONE)).id);
  const isDead = faulty(store, ({ method, name }) =>
    method === "remove" && /^(?:packs|leases)/.test(name) ? "before" : "none",
  );
  const dying = await openVault(isDead, TEST_KEY, vaultOptions("dying"));
  await assert.rejects(dying.collect(), withCode("STORE_FAILED"));
  return { clock, store, vault, kept };
}

async function namesOf(store: BlobStore, prefix: string): Promise<readonly BlobName[]> {
  return (await Array.fromAsync(store.list(prefix))).map(({ name }) => name);
}

/** Another point that is removed. Gives the packs that are there then. */
async function addGarbage(store: BlobStore): Promise<readonly BlobName[]> {
  const vault = await openVault(store, TEST_KEY, vaultOptions("garbage"));
  await vault.removePoint((await addPoint(vault, { rows: [random(30_000)] })).id);
  return namesOf(store, "packs/");
}

/** The last byte: nobody can read the mark any more. */
async function damageMark(store: BlobStore): Promise<BlobName> {
  const [name] = await namesOf(store, "garbage/");
  assert.ok(name !== undefined, "there is no mark");
  const bytes = await store.get(name);
  await store.remove(name);
  await store.put(name, [bytes.with(-1, (bytes.at(-1) ?? 0) ^ 4)]);
  return name;
}

test("a backup beside a mark that nobody can read stores everything anew, and none of that is lost", async () => {
  const { clock, store, vault, kept } = await worldWithMark();
  const name = await damageMark(store);
  const { problems } = await vault.verify();
  assert.deepEqual(
    problems.map(({ blob }) => blob),
    [name],
  );
  clock.turn(2 * HOUR);
  const writer = await vault.beginPoint();
  assert.deepEqual(writer.unreadableMarks, [name]);
  await writer[Symbol.asyncDispose]();
  const again = await addPoint(vault, KEPT);
  assert.ok(again.bytesStored > 50_000, `${again.bytesStored} bytes`);
  const planning = await openVault(store, TEST_KEY, { ...vaultOptions("plan"), clock });
  const plan = await planning.planCollection([]);
  assert.deepEqual([plan.clearedMarks, (await namesOf(store, "garbage/")).length], [1, 1]);
  const { clearedMarks, unreadableMarks, removedPacks } = await vault.collect();
  // What was stored anew is the home of all, so what it was stored beside goes with the garbage.
  assert.deepEqual(
    { clearedMarks, unreadableMarks, removedPacks },
    { clearedMarks: 1, unreadableMarks: 0, removedPacks: 2 },
  );
  const points = new Map([
    [kept, KEPT],
    [again.id, KEPT],
  ]);
  await assertHolds(vault, points);
  assert.ok((await addPoint(vault, KEPT)).bytesStored < 5000);
  const { packs, leases, garbage } = await countBlobs(store);
  assert.deepEqual({ packs, leases, garbage }, { packs: 1, leases: undefined, garbage: undefined });
});

test("a mark that nobody can read stays while another collection is at work or died within the hour", async () => {
  const { clock, store, vault, kept } = await worldWithMark();
  await damageMark(store);
  const before = await namesOf(store, "packs/");
  const early = await vault.collect();
  assert.deepEqual([early.clearedMarks, early.unreadableMarks, early.removedPacks], [0, 1, 0]);
  assert.deepEqual(await namesOf(store, "packs/"), before);
  clock.turn(2 * HOUR);
  const late = await vault.collect();
  assert.deepEqual([late.clearedMarks, late.unreadableMarks, late.removedPacks], [1, 0, 1]);
  await assertHolds(vault, new Map([[kept, KEPT]]));
  const { packs, garbage } = await countBlobs(store);
  assert.deepEqual({ packs, garbage }, { packs: 1, garbage: undefined });
});

test("the mark of another collection is swept once that has ended or is dead for an hour", async () => {
  const { clock, store, vault } = await worldWithMark();
  const early = await vault.collect();
  assert.deepEqual([early.removedPacks, early.waitingPacks], [0, 1]);
  clock.turn(2 * HOUR);
  const late = await vault.collect();
  assert.deepEqual([late.removedPacks, late.waitingPacks], [1, 0]);
  assert.equal((await countBlobs(store))["garbage"], undefined);
});

test("what lies in packs of two marks only stays in both, and one goes later", async () => {
  const { clock, store, vault, kept } = await worldWithMark();
  clock.turn(2 * HOUR);
  await vault.collect();
  const one = await vault.beginPoint();
  const other = await vault.beginPoint();
  const points = new Map([[kept, KEPT]]);
  for (const writer of [one, other]) {
    await writer.addObject({ path: "rows", kind: "rows" }, stream(GONE["rows"] ?? []), () => ({}));
    points.set((await writer.commit(pointFacts(Date.UTC(2026, 1, 1)))).id, GONE);
  }
  const access = await accessTo(store);
  for (const name of await namesOf(store, "packs/")) {
    const id = idOfName(name);
    if (id !== undefined) await putMark(access, [id], {});
  }
  assert.equal((await vault.collect()).removedPacks, 0);
  assert.deepEqual((await countBlobs(store))["garbage"], undefined);
  await assertHolds(vault, points);
  assert.equal((await vault.collect()).removedPacks, 1);
  await assertHolds(vault, points);
});

test("a collection that was suspended for more than an hour removes nothing more", async () => {
  const { clock, store } = await worldWithMark();
  clock.turn(2 * HOUR);
  const suspended: BlobStore = {
    ...faulty(store, () => "none"),
    async *list(prefix, options) {
      if (prefix === "index/") clock.turn(2 * HOUR);
      yield* store.list(prefix, options);
    },
  };
  const vault = await openVault(suspended, TEST_KEY, vaultOptions("suspended"));
  const before = await namesOf(store, "packs/");
  await assert.rejects(vault.collect(), withCode("VAULT_LEASE_LOST"));
  assert.deepEqual(await namesOf(store, "packs/"), before);
});

test("a collection removes no further pack once its lease was taken away", async () => {
  const { clock, store } = await worldWithMark();
  clock.turn(2 * HOUR);
  const ended: BlobStore = {
    ...faulty(store, () => "none"),
    async head(name, options) {
      // The size of the pack is asked just before it is removed.
      if (name.startsWith("packs/"))
        for (const lease of await namesOf(store, "leases/")) await store.remove(lease);
      return store.head(name, options);
    },
  };
  const gone = await addGarbage(store);
  clock.turn(HOUR);
  const vault = await openVault(ended, TEST_KEY, vaultOptions("ended"));
  await assert.rejects(vault.collect(), withCode("VAULT_LEASE_LOST"));
  const left = await namesOf(store, "packs/");
  assert.equal(left.length, gone.length - 1);
});

test("a blob that is no mark at all goes, and the mark of a newer version stays", async () => {
  const { clock, store, vault } = await worldWithMark();
  clock.turn(2 * HOUR);
  await vault.collect();
  for (const [at, bytes] of [Buffer.alloc(0), Buffer.alloc(31, 1), random(500)].entries()) {
    await store.put(parseBlobName(`garbage/${String(at).padStart(32, "0")}`), [bytes]);
  }
  assert.equal((await vault.collect()).clearedMarks, 3);
  const access = await accessTo(store);
  const id = await putMark(access, [], {});
  assert.ok(id !== undefined);
  const bytes = await store.get(markName(id));
  await store.remove(markName(id));
  await store.put(markName(id), [bytes.with(4, 2).with(-1, 0).with(-2, 0)]);
  await assert.rejects(vault.collect(), withCode("VAULT_CORRUPTED", "has a damaged header"));
  assert.ok(await store.head(markName(id)));
});

test("a mark of a data key that came since the vault was opened is no damage, and stays", async () => {
  const { clock, store, vault } = await worldWithMark();
  clock.turn(2 * HOUR);
  await vault.collect();
  const to = parseVaultKey("2".repeat(64));
  await rotateVaultKey(store, { from: TEST_KEY, to, randomBytes: seededBytes("rotated") });
  const young = await openVault(store, to, vaultOptions("young"));
  const writer = await vault.beginPoint();
  await young.removePoint((await addPoint(young, GONE)).id);
  clock.turn(2 * HOUR);
  const late = await young.beginPoint();
  await young.collect();
  await late[Symbol.asyncDispose]();
  await writer[Symbol.asyncDispose]();
  const marks = await namesOf(store, "garbage/");
  await assert.rejects(
    vault.collect(),
    withCode("VAULT_CORRUPTED", "needs the data key of epoch 2"),
  );
  assert.deepEqual(await namesOf(store, "garbage/"), marks);
});
