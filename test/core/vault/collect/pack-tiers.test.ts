import assert from "node:assert/strict";
import { test } from "node:test";
import { AnonymousCredential, ContainerClient } from "@azure/storage-blob";
import { parseByteCount } from "../../../../core/kit/bytes.ts";
import { toInstant } from "../../../../core/kit/clock.ts";
import type { ImmutableBlobs } from "../../../../core/storage/blob-container.ts";
import type { BlobInfo } from "../../../../core/storage/blob-store.ts";
import { cached } from "../../../../core/storage/cached.ts";
import { prefixed } from "../../../../core/storage/prefixed.ts";
import {
  type ColdTier,
  createVault,
  openVault,
  type Tiering,
} from "../../../../core/vault/vault.ts";
import { createContainerStore } from "../../../../providers/azure/blob/container-store.ts";
import { databasePages } from "../../../support/database-pages.ts";
import { startFakeBlobService } from "../../../support/fake-blob-service.ts";
import { changed, putStream } from "../../../support/stream-generations.ts";
import {
  addPoint,
  digests,
  memoryStore,
  type ObjectBytes,
  readPoint,
  seededBytes,
  TEST_KEY,
  vaultOptions,
} from "../../../support/vault.ts";
import { withCode } from "../../../support/with-code.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const random = seededBytes("tiers");
const SHARED = random(500_000);
/** Two packs: one is full of data, the other holds the rest and the listing. */
const OLD: ObjectBytes = { rows: [SHARED, ...Array.from({ length: 10 }, () => random(900_000))] };
const NEW: ObjectBytes = { rows: [SHARED, random(300_000)] };

/** A vault in a fake container whose time goes on by hand, by a minute with each request. */
async function openWorld(immutable?: ImmutableBlobs, at = Date.UTC(2026, 0, 1)) {
  const world = { now: at };
  const service = await startFakeBlobService({
    now: () => world.now,
    rehydration: 15 * HOUR,
    immutableVersions: true,
  });
  const { accountUrl, container } = service.place;
  const client = new ContainerClient(
    `${accountUrl}/${container}?sig=x`,
    new AnonymousCredential(),
    { retryOptions: { maxTries: 1 } },
  );
  const nonces = seededBytes("nonce");
  const nonce = () => Buffer.from(nonces(16)).toString("hex");
  const store = createContainerStore(client, { accountUrl, container, nonce, immutable });
  const clock = { now: () => toInstant(world.now) };
  let opened = 0;
  const open = () => {
    opened += 1;
    return openVault(store, TEST_KEY, { ...vaultOptions(`open ${opened}`), clock });
  };
  await createVault(store, TEST_KEY, { ...vaultOptions(), clock });
  const pass = (milliseconds: number): void => {
    world.now += milliseconds;
  };
  const packs = async (): Promise<readonly BlobInfo[]> =>
    (await Array.fromAsync(store.list("packs/"))).toSorted((one, other) => other.size - one.size);
  const tiers = async () => (await packs()).map(({ tier }) => tier);
  const close = () => service[Symbol.asyncDispose]();
  return { service, store, open, pass, packs, tiers, [Symbol.asyncDispose]: close };
}

function tieringOf(tier: ColdTier, ...points: readonly string[]): { readonly tiering: Tiering } {
  return { tiering: { tier, coldPoints: new Set(points) } };
}

test("packs that only cold points need go to a cheaper tier, once, and the dry run says so", async () => {
  await using world = await openWorld();
  const vault = await world.open();
  const old = await addPoint(vault, OLD);
  world.pass(DAY);
  const young = await addPoint(vault, NEW);
  world.pass(DAY);
  const sizes = (await world.packs()).map(({ size }) => size);
  const none = await vault.collect(tieringOf("cool"));
  assert.equal(none.movedPacks, 0);
  const options = tieringOf("cool", old.id);
  const plan = await vault.planCollection([], options);
  assert.deepEqual(await world.tiers(), ["hot", "hot", "hot"]);
  const report = await (await world.open()).collect(options);
  assert.deepEqual([report.movedPacks, report.movedBytes], [plan.movedPacks, plan.movedBytes]);
  // The first pack holds what the young point needs, too.
  assert.deepEqual([report.movedPacks, report.movedBytes], [1, sizes[1]]);
  assert.deepEqual(await world.tiers(), ["hot", "cool", "hot"]);
  assert.equal((await vault.collect(options)).movedPacks, 0);
  const all = await vault.collect(tieringOf("cool", old.id, young.id));
  assert.deepEqual([all.movedPacks, await world.tiers()], [2, ["cool", "cool", "cool"]]);
  assert.deepEqual(digests(await readPoint(vault, old.id)), digests(OLD));
});

test("what is archived holds no listing, and is brought back for a restore, for a week", async () => {
  await using world = await openWorld();
  const vault = await world.open();
  const { id } = await addPoint(vault, OLD);
  world.pass(DAY);
  const options = tieringOf("archive", id);
  assert.equal((await vault.collect(options)).movedPacks, 2);
  const [large, small] = await world.packs();
  assert.deepEqual([large?.tier, small?.tier], ["archive", "cold"]);
  const size = large?.size ?? 0;
  await assert.rejects(readPoint(await world.open(), id), withCode("STORE_ARCHIVED"));
  const verified = await (await world.open()).verify({ readData: 1 });
  assert.deepEqual([verified.archivedPacks, verified.problems], [1, []]);
  await (await world.open()).stats();
  assert.deepEqual(await (await world.open()).archivedOf(id), {
    packs: 1,
    bytes: size,
    rehydratingPacks: 0,
    rehydratingBytes: 0,
  });
  const asked = await (await world.open()).rehydrate(id, { priority: "high" });
  assert.deepEqual([asked.packs, asked.rehydratingBytes], [0, size]);
  assert.equal((await vault.collect(options)).movedPacks, 0);
  world.pass(15 * HOUR);
  assert.deepEqual(digests(await readPoint(await world.open(), id)), digests(OLD));
  world.pass(6 * DAY);
  assert.equal((await vault.collect(options)).movedPacks, 0, "it was not left for a week");
  world.pass(2 * DAY);
  assert.equal((await vault.collect(options)).movedPacks, 1);
});

test("what is archived is seen behind packs whose tier has a name that is not known here", async () => {
  await using world = await openWorld();
  const vault = await world.open();
  const { id } = await addPoint(vault, OLD);
  world.pass(DAY);
  await vault.collect(tieringOf("archive", id));
  const { store } = world;
  const list: typeof store.list = async function* (...asked) {
    const blobs = await Array.fromAsync(store.list(...asked));
    yield* blobs
      .filter(({ tier }) => tier !== "archive")
      .map(({ name, size, writtenAt }) => ({ name, size, writtenAt }));
    yield* blobs.filter(({ tier }) => tier === "archive");
  };
  const strange = { ...prefixed(store, ""), list };
  const reader = await openVault(strange, TEST_KEY, vaultOptions("strange"));
  assert.equal((await reader.archivedOf(id)).packs, 1);
});

test("a new point relies on nothing that is archived", async () => {
  await using world = await openWorld();
  const vault = await world.open();
  const { id } = await addPoint(vault, OLD);
  world.pass(DAY);
  await vault.collect(tieringOf("archive", id));
  const again = await addPoint(await world.open(), OLD);
  assert.ok(again.bytesStored > 7_000_000, `${again.bytesStored}`);
  const reader = await world.open();
  assert.deepEqual(digests(await readPoint(reader, again.id)), digests(OLD));
  assert.equal(
    (await reader.archivedOf(id)).packs,
    0,
    "the old point is not read from the new pack",
  );
  world.pass(DAY);
  const { removedPacks } = await reader.collect(tieringOf("archive", id));
  assert.ok(removedPacks >= 1, "the archived copy is of no use any more");
  assert.deepEqual(digests(await readPoint(await world.open(), id)), digests(OLD));
});

test("nothing is archived while a backup runs that may rely on it, nor what is being read", async () => {
  await using world = await openWorld();
  const vault = await world.open();
  const { id } = await addPoint(vault, OLD);
  world.pass(DAY);
  const writer = await (await world.open()).beginPoint();
  const options = tieringOf("archive", id);
  const busy = await vault.collect(options);
  assert.deepEqual([busy.movedPacks, busy.waitingMoves], [1, 1]);
  await writer[Symbol.asyncDispose]();
  const reader = await (await world.open()).openPoint(id);
  assert.equal((await vault.collect(options)).movedPacks, 0);
  await reader[Symbol.asyncDispose]();
  assert.equal((await vault.collect(options)).movedPacks, 1);
  assert.deepEqual(await world.tiers(), ["archive", "cold"]);
  assert.deepEqual(await Array.fromAsync(world.store.list("garbage/")), []);
});

test("what has a copy near by needs not be brought back", async () => {
  await using world = await openWorld();
  const near = cached(world.store, memoryStore(), {
    limit: parseByteCount(20_000_000),
    prefix: "packs/",
    onTrouble: () => assert.fail("trouble with the copies"),
  });
  const vault = await openVault(near, TEST_KEY, vaultOptions("near"));
  const { id } = await addPoint(vault, OLD);
  world.pass(DAY);
  await (await world.open()).collect(tieringOf("archive", id));
  const reader = await openVault(near, TEST_KEY, vaultOptions("reader"));
  assert.equal((await reader.archivedOf(id)).packs, 0);
  assert.deepEqual(digests(await readPoint(reader, id)), digests(OLD));
});

const KEPT = { days: 14, prefixes: ["packs/", "points/"] };

test("what a policy protects is counted, tried again, and removed once the policy has ended", async () => {
  await using world = await openWorld(KEPT, Date.now());
  const vault = await world.open();
  const old = await addPoint(vault, OLD);
  world.pass(DAY);
  await addPoint(vault, NEW);
  const [large] = await world.packs();
  assert.ok((large?.immutableUntil ?? 0) > (large?.writtenAt ?? 0) + 13 * DAY);
  await vault.removePoint(old.id);
  world.pass(HOUR);
  const plan = await vault.planCollection([]);
  const report = await vault.collect();
  for (const each of [plan, report]) {
    assert.deepEqual(
      [each.protectedPacks, each.protectedPoints, each.removedPacks, each.rewrittenPacks],
      [1, 1, 0, 0],
    );
  }
  assert.equal((await vault.points()).points.length, 1);
  world.pass(14 * DAY);
  const later = await vault.collect();
  assert.deepEqual([later.protectedPacks, later.protectedPoints, later.removedPoints], [0, 0, 1]);
  assert.ok(later.removedPacks >= 1);
});

test("a legal hold that no listing tells keeps one pack, and nothing else from being collected", async () => {
  await using world = await openWorld();
  const vault = await world.open();
  const old = await addPoint(vault, OLD);
  await vault.removePoint(old.id);
  world.pass(DAY);
  const [large] = await world.packs();
  world.service.account.protect(large?.name ?? "", { legalHold: true });
  const report = await vault.collect();
  assert.deepEqual([report.protectedPacks, report.protectedBytes], [1, large?.size]);
  assert.equal(report.removedPacks, 1);
  world.service.account.protect(large?.name ?? "", {});
  assert.equal((await vault.collect()).removedPacks, 1);
  assert.deepEqual(await world.packs(), []);
});

test("a container that passes policies over is found out at the first blob", async () => {
  await using service = await startFakeBlobService();
  const { accountUrl, container } = service.place;
  const client = new ContainerClient(`${accountUrl}/${container}?sig=x`);
  const nonce = () => "0".repeat(32);
  const immutable = { days: 14, prefixes: ["keys/", "packs/"] };
  const store = createContainerStore(client, { accountUrl, container, nonce, immutable });
  await assert.rejects(
    createVault(store, TEST_KEY, vaultOptions()),
    withCode("STORE_NOT_IMMUTABLE", "14 days"),
  );
});

test("verifying all data passes over patched pages whose sources are archived", async () => {
  await using world = await openWorld();
  const vault = await world.open();
  const pages = databasePages("archived", { first: 8, count: 1100 });
  const old = await putStream(vault, pages);
  const next = await putStream(vault, changed(pages, [3], "next"), [old.id]);
  assert.ok(next.bytesStored < 100_000, `${next.bytesStored} bytes`);
  world.pass(DAY);
  await vault.collect(tieringOf("archive", old.id, next.id));
  const archived = (await world.tiers()).filter((tier) => tier === "archive").length;
  assert.ok(archived > 0);
  const { problems, archivedPacks } = await (await world.open()).verify({ readData: 1 });
  assert.deepEqual([problems, archivedPacks], [[], archived]);
});
