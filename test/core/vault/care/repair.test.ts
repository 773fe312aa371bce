import assert from "node:assert/strict";
import { test } from "node:test";
import { DiagnosticError } from "../../../../core/diagnostics/diagnostic.ts";
import { parseByteCount } from "../../../../core/kit/bytes.ts";
import type { BlobStore } from "../../../../core/storage/blob-store.ts";
import { cached } from "../../../../core/storage/cached.ts";
import { blobImmutable, blobNotFound } from "../../../../core/storage/store-failure.ts";
import { breakingStore } from "../../../support/breaking-store.ts";
import {
  ALL,
  assertReads,
  FIRST,
  flip,
  LOOK,
  largestPack,
  lostIds,
  MEND,
  namesOf,
  open,
  openWorld,
  random,
  SECOND,
} from "../../../support/damaged-world.ts";
import {
  addPoint,
  blobsOf,
  memoryStore,
  type ObjectBytes,
  readPoint,
  storeOf,
} from "../../../support/vault.ts";
import { withCode } from "../../../support/with-code.ts";

test("a vault without damage is left as it is", async () => {
  const { store } = await openWorld();
  const before = await blobsOf(store);
  const report = await (await open(store)).repair(ALL);
  assert.deepEqual(
    [report.problems, report.lost, report.removable, report.indexedPacks],
    [[], [], [], 0],
  );
  assert.deepEqual(await blobsOf(store), before);
});

test("points whose index is lost or damaged are read again after new indexes", async () => {
  for (const isLost of [true, false]) {
    const { store, first, second } = await openWorld();
    for (const name of await namesOf(store, "index/")) {
      if (isLost) await store.remove(name);
      else await flip(store, name, 50);
    }
    const look = await (await open(store)).repair(LOOK);
    assert.deepEqual([look.regained.toSorted(), look.lost], [[first, second].toSorted(), []]);
    await assert.rejects(readPoint(await open(store), first), withCode("VAULT_CORRUPTED"));
    const report = await (await open(store)).repair(MEND);
    assert.deepEqual([report.removed, report.indexedPacks], [[], 2]);
    await assertReads(store, first, FIRST);
    await assertReads(store, second, SECOND);
    const done = await (await open(store)).repair(ALL);
    assert.equal(done.removed.length, isLost ? 0 : 2);
    const vault = await open(store);
    assert.deepEqual((await vault.verify({ readData: 1 })).problems, []);
    await vault.collect();
  }
});

test("a lost pack costs the points that need it, by name and time, and the next backup heals them", async () => {
  const { store, first, second } = await openWorld();
  await store.remove(await largestPack(store));
  const report = await (await open(store)).repair(ALL);
  assert.deepEqual(
    report.lost.map(({ id, facts }) => [id, facts?.database, facts?.createdAt]),
    [[second, "Orders", Date.UTC(2026, 1, 2)]],
  );
  await assertReads(store, first, FIRST);
  await addPoint(await open(store), SECOND, Date.UTC(2026, 1, 3));
  assert.deepEqual((await (await open(store)).repair(LOOK)).lost, []);
  await assertReads(store, second, SECOND);
});

test("of a damaged pack what can be read is kept, and a backup stores the rest again", async () => {
  const { store, first, second } = await openWorld();
  const pack = await largestPack(store);
  await flip(store, pack, 60);
  const mended = await (await open(store)).repair(MEND);
  assert.deepEqual([lostIds(mended), mended.removable, mended.removed], [[second], [pack], []]);
  assert.ok((await namesOf(store, "packs/")).includes(pack));
  const report = await (await open(store)).repair(ALL);
  assert.deepEqual([lostIds(report), report.removed], [[second], [pack]]);
  assert.ok(report.salvagedChunks >= 3, `${report.salvagedChunks}`);
  const healed = await addPoint(await open(store), SECOND, Date.UTC(2026, 1, 3));
  assert.ok(healed.bytesStored < 1_300_000, `${healed.bytesStored}`);
  await assertReads(store, second, SECOND);
  await assertReads(store, first, FIRST);
  assert.deepEqual((await (await open(store)).verify({ readData: 1 })).problems, []);
});

test("a point whose manifest is damaged is named, and hidden only where that is allowed", async () => {
  const { store, first, second } = await openWorld();
  const [name] = (await namesOf(store, "points/")).filter((each) => each.endsWith(second));
  assert.ok(name !== undefined);
  await flip(store, name, 60);
  const report = await (await open(store)).repair(MEND);
  assert.deepEqual(report.lost, [{ id: second, facts: null, blobs: [name] }]);
  assert.equal((await (await open(store)).points()).damaged.length, 1);
  await (await open(store)).repair(ALL);
  const vault = await open(store);
  const { points, damaged } = await vault.points();
  assert.deepEqual([points.map(({ id }) => id), damaged], [[first], []]);
  await vault.collect();
  await assertReads(store, first, FIRST);
});

test("a lost point that may be forgotten is hidden, and a collection that it kept from its work runs", async () => {
  const { store, first, second } = await openWorld();
  await store.remove(await largestPack(store));
  await assert.rejects((await open(store)).collect(), withCode("VAULT_CORRUPTED"));
  const unseen = { ...ALL, forgetLost: new Set([first]) };
  const kept = await (await open(store)).repair(unseen);
  assert.deepEqual([kept.forgettable, kept.forgotten], [[second], []]);
  const look = await (await open(store)).repair({ ...LOOK, forgetLost: "all" });
  assert.deepEqual([lostIds(look), look.forgotten], [[second], []]);
  const report = await (await open(store)).repair({ ...MEND, forgetLost: new Set([second]) });
  assert.deepEqual(report.forgotten, [second]);
  const vault = await open(store);
  await vault.collect();
  assert.deepEqual(
    (await vault.points()).points.map(({ id }) => id),
    [first],
  );
  await assertReads(store, first, FIRST);
  assert.deepEqual((await vault.repair({ ...LOOK, forgetLost: "all" })).lost, []);
});

test("a repair to which the store gives half of a blob once takes nothing away that is whole", async () => {
  const objects: ObjectBytes = { rows: Array.from({ length: 3 }, () => random(300)) };
  const { store, first } = await openWorld(objects);
  const blobs = await blobsOf(store);
  for (let at = 1, isBroken = true; isBroken; at += 1) {
    const copy = await storeOf(blobs);
    const broken = breakingStore(copy, at, "cuts");
    const work = open(broken.store).then((vault) => vault.repair(ALL));
    await work.catch((error: unknown) => assert.ok(error instanceof DiagnosticError));
    isBroken = broken.isBroken();
    const names = await namesOf(copy, "");
    for (const name of blobs.keys()) assert.ok(names.includes(name), `call ${at} took ${name}`);
    await assertReads(copy, first, FIRST);
  }
});

test("a repair that may forget all that is lost hides no point for one bad answer of the store", async () => {
  const objects: ObjectBytes = { rows: Array.from({ length: 3 }, () => random(300)) };
  const { store, first, second } = await openWorld(objects);
  const blobs = await blobsOf(store);
  for (let at = 1, isBroken = true; isBroken; at += 1) {
    const copy = await storeOf(blobs);
    const broken = breakingStore(copy, at, "cuts");
    const work = open(broken.store).then((vault) => vault.repair({ ...ALL, forgetLost: "all" }));
    const report = await work.catch((error: unknown) =>
      assert.ok(error instanceof DiagnosticError),
    );
    isBroken = broken.isBroken();
    assert.deepEqual([report?.forgotten ?? [], report?.forgettable ?? []], [[], []], `call ${at}`);
    await assertReads(copy, first, FIRST);
    await assertReads(copy, second, objects);
  }
});

test("a point whose damaged manifest a repair hides counts as forgotten", async () => {
  const { store, second } = await openWorld();
  const [name] = (await namesOf(store, "points/")).filter((each) => each.endsWith(second));
  assert.ok(name !== undefined);
  await flip(store, name, 60);
  const report = await (await open(store)).repair({ ...ALL, forgetLost: "all" });
  assert.deepEqual(
    [report.removed, report.forgotten, lostIds(report)],
    [[name], [second], [second]],
  );
});

test("a pack that cannot be had while all is read, and is there again, costs no point", async () => {
  const { store, first, second } = await openWorld();
  const pack = await largestPack(store);
  let lists = 0;
  let missed = 0;
  const moving: BlobStore = {
    put: (name, parts, options) => store.put(name, parts, options),
    head: (name, options) => store.head(name, options),
    list(prefix, options) {
      if (prefix === "packs/") lists += 1;
      return store.list(prefix, options);
    },
    remove: (name, options) => store.remove(name, options),
    setTier: (name, tier, options) => store.setTier(name, tier, options),
    get(name, options) {
      if (name !== pack || lists > 1) return store.get(name, options);
      missed += 1;
      return Promise.reject(blobNotFound(name));
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
  const report = await (await open(moving)).repair({ ...MEND, forgetLost: "all" });
  assert.ok(missed > 1);
  assert.deepEqual([report.forgotten, report.lost], [[], []]);
  await assertReads(store, first, FIRST);
  await assertReads(store, second, SECOND);
});

test("a pack is verified and repaired where it is, and saved from its copy near by", async () => {
  const { store, second } = await openWorld();
  const limit = parseByteCount(1_000_000_000);
  const near = memoryStore();
  const both = cached(store, near, {
    limit,
    prefix: "packs/",
    onTrouble: ({ detail }) => assert.fail(detail),
  });
  const pack = await largestPack(store);
  await both.get(pack);
  await flip(store, pack, 60);
  const { problems } = await (await open(both)).verify({ readData: 1 });
  assert.deepEqual(new Set(problems.map(({ blob }) => blob)), new Set([pack]));
  const report = await (await open(both)).repair({ ...ALL, forgetLost: "all" });
  assert.deepEqual([report.removed, report.lost], [[pack], []]);
  await assertReads(store, second, SECOND);
});

test("what a policy protects is left, and the rest of the repair goes on", async () => {
  const { store, second } = await openWorld();
  const pack = await largestPack(store);
  await flip(store, pack, 60);
  const kept: BlobStore = {
    put: (name, parts, options) => store.put(name, parts, options),
    get: (name, options) => store.get(name, options),
    head: (name, options) => store.head(name, options),
    list: (prefix, options) => store.list(prefix, options),
    setTier: (name, tier, options) => store.setTier(name, tier, options),
    remove: (name, options) =>
      name === pack
        ? Promise.reject(blobImmutable(name, "a legal hold"))
        : store.remove(name, options),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
  const report = await (await open(kept)).repair({ ...ALL, forgetLost: "all" });
  assert.deepEqual([report.removable, report.removed, report.forgotten], [[pack], [], [second]]);
});
