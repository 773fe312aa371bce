import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlobStore } from "../../../../core/storage/blob-store.ts";
import { faulty } from "../../../../core/storage/faulty.ts";
import { createMemoryStore } from "../../../../core/storage/memory-store.ts";
import {
  createVault,
  openVault,
  type PointWriter,
  type Vault,
} from "../../../../core/vault/vault.ts";
import { HOUR, type TurnedClock, turnedClock } from "../../../support/turned-clock.ts";
import {
  addPoint,
  digests,
  type ObjectBytes,
  pointFacts,
  readPoint,
  seededBytes,
  stream,
  TEST_KEY,
  vaultOptions,
} from "../../../support/vault.ts";
import { assertHolds, countBlobs, storedBytes } from "../../../support/vault-content.ts";
import { withCode } from "../../../support/with-code.ts";

const random = seededBytes("collect");
const SHARED = Array.from({ length: 20 }, () => random(40_000));
const OLD: ObjectBytes = { rows: [...SHARED, ...Array.from({ length: 60 }, () => random(40_000))] };
const NEW: ObjectBytes = { rows: SHARED, more: [random(90_000)] };

interface World {
  readonly clock: TurnedClock;
  readonly store: BlobStore;
  readonly vault: Vault;
  readonly old: string;
  readonly young: string;
}

async function openWorld(): Promise<World> {
  const clock = turnedClock();
  const store = createMemoryStore(clock);
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  const old = (await addPoint(vault, OLD)).id;
  const young = (await addPoint(vault, NEW)).id;
  return { clock, store, vault, old, young };
}

async function begin(vault: Vault, objects: ObjectBytes): Promise<PointWriter> {
  const writer = await vault.beginPoint();
  for (const [path, chunks] of Object.entries(objects)) {
    await writer.addObject({ path, kind: "rows" }, stream(chunks), () => ({}));
  }
  return writer;
}

test("a collection removes nothing that a point needs", async () => {
  const { store, vault, old, young } = await openWorld();
  const before = await countBlobs(store);
  const report = await vault.collect();
  assert.equal(report.freedBytes, 0);
  assert.equal(report.points, 2);
  assert.deepEqual(await countBlobs(store), before);
  await assertHolds(
    vault,
    new Map([
      [old, OLD],
      [young, NEW],
    ]),
  );
});

test("a removed point is hidden at once, and its space comes back with the collection", async () => {
  const { store, vault, old, young } = await openWorld();
  const unnoted = await storedBytes(store);
  await vault.removePoint(young);
  const note = (await storedBytes(store)) - unnoted;
  await assertHolds(vault, new Map([[old, OLD]]));
  await assert.rejects(vault.openPoint(young), withCode("POINT_NOT_FOUND"));
  await assert.rejects(vault.removePoint(young), withCode("POINT_NOT_FOUND"));
  const before = await storedBytes(store);
  const { freedBytes, removedPacks, removedPoints } = await vault.collect();
  assert.deepEqual({ removedPacks, removedPoints }, { removedPacks: 1, removedPoints: 1 });
  assert.equal(await storedBytes(store), before - note - freedBytes);
  assert.ok(freedBytes > 90_000);
  const counts = { config: 1, keys: 1, packs: 1, index: 1, points: 1 };
  const { verified: _record, ...blobs } = await countBlobs(store);
  assert.deepEqual(blobs, counts);
  await assertHolds(vault, new Map([[old, OLD]]));
});

test("a pack with little life is written anew, and who has its index open still reads", async () => {
  const { store, vault, old, young } = await openWorld();
  const other = await openVault(store, TEST_KEY, vaultOptions("other"));
  await using reader = await other.openPoint(young);
  await vault.removePoint(old);
  const { rewrittenPacks, removedPacks, freedBytes } = await vault.collect();
  assert.deepEqual({ rewrittenPacks, removedPacks }, { rewrittenPacks: 1, removedPacks: 1 });
  assert.ok(freedBytes > 60 * 40_000, `${freedBytes} bytes`);
  const rows = await Array.fromAsync(reader.read("rows"));
  assert.deepEqual(digests({ rows }), digests({ rows: SHARED }));
  await assertHolds(vault, new Map([[young, NEW]]));
  await assertHolds(
    await openVault(store, TEST_KEY, vaultOptions("third")),
    new Map([[young, NEW]]),
  );
  assert.equal((await vault.collect()).freedBytes, 0);
});

test("a dry run says to the byte what the collection then frees, and changes nothing", async () => {
  for (const removed of ["old", "young", "both"] as const) {
    const { store, vault, old, young } = await openWorld();
    await addPoint(vault, { own: [random(500)] });
    const points = { old: [old], young: [young], both: [old, young] }[removed];
    const before = await storedBytes(store);
    const plan = await vault.planCollection(points);
    assert.equal(await storedBytes(store), before);
    for (const point of points) await vault.removePoint(point);
    const report = await vault.collect();
    assert.equal(before - (await storedBytes(store)), plan.freedBytes, removed);
    assert.deepEqual(report, plan);
  }
});

test("packs that a running backup may rely on stay until it has ended", async () => {
  const { store, vault, old, young } = await openWorld();
  const writer = await begin(vault, OLD);
  await vault.removePoint(old);
  const other = await openVault(store, TEST_KEY, vaultOptions("other"));
  const waiting = await other.collect();
  assert.equal(waiting.removedPacks, 0);
  assert.ok(waiting.waitingPacks > 0);
  const { id } = await writer.commit(pointFacts(1));
  await writer[Symbol.asyncDispose]();
  await other.collect();
  await assertHolds(
    other,
    new Map([
      [young, NEW],
      [id, OLD],
    ]),
  );
});

test("a backup that begins after the mark stores anew what is marked", async () => {
  const { store, vault, old, young } = await openWorld();
  const waiter = await begin(vault, { a: [random(10)] });
  await vault.removePoint(old);
  const other = await openVault(store, TEST_KEY, vaultOptions("other"));
  assert.ok((await other.collect()).waitingPacks > 0);
  const { id, bytesStored } = await addPoint(other, OLD);
  assert.ok(bytesStored > 60 * 40_000, "it relies on packs that are marked");
  await waiter[Symbol.asyncDispose]();
  const { removedPacks } = await other.collect();
  assert.ok(removedPacks > 0);
  await assertHolds(
    other,
    new Map([
      [young, NEW],
      [id, OLD],
    ]),
  );
});

test("a writer that slept for more than an hour is ended and fails cleanly when it wakes", async () => {
  const { clock, store, vault, old, young } = await openWorld();
  const sleeper = await begin(vault, { own: [random(20_000)] });
  await vault.removePoint(old);
  clock.turn(2 * HOUR);
  const other = await openVault(store, TEST_KEY, vaultOptions("other"));
  const { fencedWriters, waitingPacks } = await other.collect();
  assert.deepEqual({ fencedWriters, waitingPacks }, { fencedWriters: 1, waitingPacks: 0 });
  await assert.rejects(sleeper.commit(pointFacts(1)), withCode("VAULT_LEASE_LOST"));
  await sleeper[Symbol.asyncDispose]();
  await other.collect();
  await assertHolds(other, new Map([[young, NEW]]));
  const { packs, leases, garbage, points } = await countBlobs(store);
  assert.deepEqual(
    { packs, leases, garbage, points },
    { packs: 2, leases: undefined, garbage: undefined, points: 2 },
  );
});

test("a writer that works on for hours keeps its lease", async () => {
  const { clock, store } = await openWorld();
  const vault = await openVault(store, TEST_KEY, { ...vaultOptions("long"), clock });
  async function* slowly() {
    for (let at = 0; at < 10; at += 1) {
      clock.turn(HOUR / 2);
      const other = await openVault(store, TEST_KEY, vaultOptions(`other ${at}`));
      assert.equal((await other.collect()).fencedWriters, 0);
      yield random(5000);
    }
  }
  await using writer = await vault.beginPoint();
  await writer.addObject({ path: "rows", kind: "rows" }, slowly(), () => ({}));
  await writer.commit(pointFacts(1));
  assert.equal((await vault.points()).points.length, 3);
});

test("a point that is being read stays until the reader ends", async () => {
  const { store, vault, old } = await openWorld();
  const reader = await vault.openPoint(old);
  await vault.removePoint(old);
  const other = await openVault(store, TEST_KEY, vaultOptions("other"));
  assert.equal((await other.collect()).removedPacks, 0);
  const rows = await Array.fromAsync(reader.read("rows"));
  assert.deepEqual(digests({ rows }), digests(OLD));
  await reader[Symbol.asyncDispose]();
  const { removedPoints, removedPacks } = await other.collect();
  assert.deepEqual({ removedPoints, removedPacks }, { removedPoints: 1, removedPacks: 1 });
});

test("nothing is collected while the store's clock is earlier than the vault", async () => {
  const { clock, store, vault, old } = await openWorld();
  await vault.removePoint(old);
  const before = await countBlobs(store);
  clock.turn(-HOUR);
  await assert.rejects(vault.collect(), withCode("VAULT_CLOCK_BACK"));
  assert.deepEqual(await countBlobs(store), before);
  clock.turn(HOUR);
  assert.ok((await vault.collect()).freedBytes > 0);
});

test("nothing is removed from a vault that cannot be read whole", async () => {
  for (const kind of ["points/", "index/", "packs/"]) {
    const { store, vault, old } = await openWorld();
    await addPoint(vault, { third: [random(300_000)] });
    await vault.removePoint(old);
    const names = (await Array.fromAsync(store.list(kind))).map(({ name }) => name);
    const victim =
      kind === "points/" ? `points/${(await vault.points()).points[0]?.id}` : names.at(-1);
    for (const name of names) {
      if (name !== victim) continue;
      const bytes = await store.get(name);
      await store.remove(name);
      if (kind !== "packs/")
        await store.put(name, [bytes.with(bytes.length - 1, 1 ^ (bytes.at(-1) ?? 0))]);
    }
    const other = await openVault(store, TEST_KEY, vaultOptions("other"));
    const { packs } = await countBlobs(store);
    await assert.rejects(other.collect(), withCode("VAULT_CORRUPTED"), kind);
    assert.equal((await countBlobs(store))["packs"], packs);
  }
});

test("many small indexes become one", async () => {
  const { store, vault } = await openWorld();
  const points = new Map<string, ObjectBytes>();
  for (const { id } of (await vault.points()).points) points.set(id, await readPoint(vault, id));
  for (let at = 0; at < 10; at += 1) {
    const objects = { rows: [random(3000)] };
    points.set((await addPoint(vault, objects)).id, objects);
  }
  assert.equal((await vault.collect()).removedIndexes, 12);
  assert.equal((await countBlobs(store))["index"], 1);
  await assertHolds(vault, points);
  await assertHolds(await openVault(store, TEST_KEY, vaultOptions("other")), points);
});

test("leftover packs of a dead writer go, and no writer is disturbed", async () => {
  const { clock, store, vault } = await openWorld();
  const dying = await openVault(
    faulty(store, ({ method, name }) =>
      (method === "put" && name.startsWith("index/")) || method === "remove" ? "before" : "none",
    ),
    TEST_KEY,
    vaultOptions("dying"),
  );
  await assert.rejects(addPoint(dying, { own: [random(100_000)] }), withCode("STORE_FAILED"));
  assert.equal((await vault.collect()).removedPacks, 0);
  clock.turn(2 * HOUR);
  const { removedPacks, fencedWriters } = await vault.collect();
  assert.deepEqual({ removedPacks, fencedWriters }, { removedPacks: 1, fencedWriters: 1 });
  assert.equal((await countBlobs(store))["leases"], undefined);
});
