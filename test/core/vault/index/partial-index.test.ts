import assert from "node:assert/strict";
import { createSecretKey } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import {
  type BlobId,
  INDEX_PREFIX,
  packName,
  parseBlobId,
} from "../../../../core/vault/format/blob-names.ts";
import { createChunkHasher, parseChunkId } from "../../../../core/vault/format/chunk-id.ts";
import { Damage } from "../../../../core/vault/format/damage.ts";
import { encodeDirectory, type PackEntry } from "../../../../core/vault/format/pack-directory.ts";
import { writeIndexes } from "../../../../core/vault/index/index-loader.ts";
import type { ChunkPlace, SegmentPlace } from "../../../../core/vault/index/pack-index.ts";
import { PartialIndex } from "../../../../core/vault/index/partial-index.ts";
import type { VaultAccess } from "../../../../core/vault/vault-access.ts";
import { encodeEntry } from "../../../../core/vault/write/segment-gatherer.ts";
import { memoryStore, seededBytes, steppingClock } from "../../../support/vault.ts";

const KNOWN = 60;
const PACK_SIZE = 100;
const CHUNK = 7;
/** The last twenty are in no pack. */
const IDS = Array.from({ length: KNOWN + 20 }, (_, at) =>
  parseChunkId(seededBytes(`id ${at}`)(32)),
);
/** Every index blob is a group of its own, and 24 of them are in memory. */
const EXACT = { lid: 24, mostSummarized: 1_000_000 };

type Fate = "whole" | "marked" | "missing" | "cut";

interface Pack {
  readonly id: BlobId;
  /** The chunks of each segment, as places in IDS. */
  readonly segments: readonly (readonly number[])[];
  readonly fate: Fate;
}

const drawnPack = fc.record({
  segments: fc.array(fc.array(fc.nat(KNOWN - 1), { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 3,
  }),
  fate: fc.constantFrom<Fate>("whole", "whole", "whole", "marked", "missing", "cut"),
});
/** Packs, by the index blob that names them. */
const drawnBlobs = fc.array(fc.array(drawnPack, { minLength: 1, maxLength: 2 }), { maxLength: 40 });

function createAccess(): VaultAccess {
  const key = createSecretKey(new Uint8Array(32).fill(7));
  return {
    store: memoryStore(),
    clock: steppingClock(),
    ring: { epoch: 1, idKey: key, dataKeys: new Map([[1, key]]) },
    hash: createChunkHasher(key, { kind: "hmac-sha-256" }),
    randomBytes: seededBytes("partial index"),
    chunkId: "hmac-sha-256",
    blake3: undefined,
    startLane: undefined,
  };
}

/** A vault of packs whose bytes nobody reads. */
class Scene {
  readonly access = createAccess();
  readonly marked = new Set<BlobId>();
  packs: readonly Pack[] = [];

  async add(drawn: readonly Omit<Pack, "id">[]): Promise<void> {
    const { store, randomBytes } = this.access;
    const packs = drawn.map((pack) => ({ ...pack, id: parseBlobId(randomBytes(16)) }));
    for (const { id, fate } of packs) {
      const size = fate === "cut" ? PACK_SIZE - 1 : PACK_SIZE;
      if (fate !== "missing") await store.put(packName(id), [new Uint8Array(size)]);
      if (fate === "marked") this.marked.add(id);
    }
    await writeIndexes(this.access, packs.map(entryOf), {});
    this.packs = [...this.packs, ...packs];
  }

  /** As a collector does: one index in place of all. */
  async merge(): Promise<void> {
    const { store } = this.access;
    const old = await Array.fromAsync(store.list(INDEX_PREFIX));
    await writeIndexes(this.access, this.packs.map(entryOf), {});
    for (const { name } of old) await store.remove(name);
  }

  fatesOf(chunk: number): readonly Fate[] {
    const holders = this.packs.filter(({ segments }) => segments.flat().includes(chunk));
    return holders.map(({ fate }) => fate);
  }

  /** Whether the place is one where the chunk is, and no better one is known. */
  assertPlace(chunk: number, place: ChunkPlace | undefined): void {
    const order: readonly Fate[] = ["whole", "marked"];
    const fates = this.fatesOf(chunk);
    if (place === undefined) return assert.deepEqual(fates, []);
    const { state, id } = place.segment.pack;
    const best = order.find((fate) => fates.includes(fate));
    if (best !== undefined) assert.equal(state, best);
    const pack = this.packs.find((each) => each.id === id);
    const segment = pack?.segments[place.segment.offset - 32];
    assert.equal(segment?.[place.offset / CHUNK], chunk);
    assert.equal(place.length, CHUNK);
    assert.equal(pack?.fate, state);
  }
}

function entryOf({ id, segments }: Pack): PackEntry {
  const directory = encodeDirectory(
    segments.map((chunks, at) => ({
      kind: "data",
      offset: 32 + at,
      storedLength: 1,
      rawLength: chunks.length * CHUNK,
      chunks: Buffer.concat(chunks.map((chunk) => encodeEntry(idOf(chunk), CHUNK))),
    })),
  );
  return { id, epoch: 1, size: PACK_SIZE, directory };
}

function idOf(chunk: number) {
  const id = IDS[chunk];
  if (id === undefined) throw new RangeError("no such chunk");
  return id;
}

async function assertExact(scene: Scene, index: PartialIndex): Promise<void> {
  for (const chunk of IDS.keys()) {
    assert.equal(await index.has(idOf(chunk)), scene.fatesOf(chunk).includes("whole"));
    scene.assertPlace(chunk, await index.find(idOf(chunk)));
  }
}

test("a partial index answers as if all of it were in memory, before and after others write and merge", async () => {
  await fc.assert(
    fc.asyncProperty(drawnBlobs, drawnBlobs, async (first, second) => {
      const scene = new Scene();
      const index = new PartialIndex(scene.access, EXACT);
      for (const packs of first) await scene.add(packs);
      const { damaged, unindexed } = await index.refresh({ marked: scene.marked });
      assert.deepEqual({ damaged, unindexed }, { damaged: [], unindexed: [] });
      await assertExact(scene, index);
      for (const packs of second.slice(0, 10)) await scene.add(packs);
      await index.refresh({ marked: scene.marked });
      await assertExact(scene, index);
      if (scene.packs.length > 0) await scene.merge();
      for (const chunk of IDS.keys()) {
        assert.equal(await index.has(idOf(chunk)), scene.fatesOf(chunk).includes("whole"));
      }
      await index.refresh({ marked: scene.marked });
      await assertExact(scene, index);
    }),
    { numRuns: 12 },
  );
});

test("what its summary has no room for is found, and never believed to be there when it is not", async () => {
  await fc.assert(
    fc.asyncProperty(drawnBlobs, fc.nat(60), async (blobs, mostSummarized) => {
      const scene = new Scene();
      for (const packs of blobs) await scene.add(packs);
      const index = new PartialIndex(scene.access, { lid: 24, mostSummarized });
      await index.refresh({ marked: scene.marked });
      for (const chunk of IDS.keys()) {
        scene.assertPlace(chunk, await index.find(idOf(chunk)));
        if (await index.has(idOf(chunk))) assert.ok(scene.fatesOf(chunk).includes("whole"));
      }
    }),
    { numRuns: 12 },
  );
});

test("many ask a partial index at once, and each gets its own answer", async () => {
  const scene = new Scene();
  for (let chunk = 0; chunk < KNOWN; chunk += 1) {
    await scene.add([{ segments: [[chunk]], fate: "whole" }]);
  }
  const index = new PartialIndex(scene.access, EXACT);
  await index.refresh({ marked: new Set() });
  const places = await Promise.all(IDS.map(async (id) => index.find(id)));
  for (const [chunk, place] of places.entries()) scene.assertPlace(chunk, place);
  const numbers = places.flatMap((place) => place?.segment.number ?? []);
  assert.equal(new Set(numbers).size, KNOWN);
});

test("a collector may merge indexes under the hands of a writer", async () => {
  const scene = new Scene();
  for (let chunk = 0; chunk < KNOWN; chunk += 1) {
    await scene.add([{ segments: [[chunk]], fate: "whole" }]);
  }
  const index = new PartialIndex(scene.access, EXACT);
  await index.refresh({ marked: new Set() });
  await index.has(idOf(0));
  await scene.merge();
  for (const chunk of IDS.keys()) assert.equal(await index.has(idOf(chunk)), chunk < KNOWN);
});

test("a collector may merge indexes under the hands of who looks through all of it", async () => {
  const scene = new Scene();
  for (let chunk = 0; chunk < KNOWN; chunk += 1) {
    await scene.add([
      { segments: [[chunk], [chunk]], fate: chunk % 9 === 0 ? "missing" : "whole" },
    ]);
  }
  for (const mostSummarized of [EXACT.mostSummarized, 0]) {
    const index = new PartialIndex(scene.access, { ...EXACT, mostSummarized });
    await index.refresh({ marked: new Set() });
    const packs = await index.listPacks();
    assert.equal(index.chunks, 2 * KNOWN);
    assert.deepEqual(
      new Map(packs.map(({ id, state }) => [id, state])),
      new Map(scene.packs.map(({ id, fate }) => [id, fate])),
    );
    const numbers = new Map<number, string>();
    const note = ({ number, offset, pack: { id } }: SegmentPlace): void => {
      assert.equal(numbers.get(number) ?? `${id} ${offset}`, `${id} ${offset}`);
      numbers.set(number, `${id} ${offset}`);
    };
    for (const id of IDS) {
      const place = await index.find(id);
      if (place !== undefined) note(place.segment);
    }
    await scene.merge();
    for (const pack of packs) {
      const places = [...(await index.segmentsOf(pack))];
      assert.deepEqual(
        places.map(({ offset, pack: { id } }) => [offset, id]),
        [32, 33].map((offset) => [offset, pack.id]),
      );
      for (const place of places) note(place);
    }
    for (const chunk of IDS.keys()) scene.assertPlace(chunk, await index.find(idOf(chunk)));
  }
});

test("an index blob that went bad costs only what it alone named", async () => {
  const scene = new Scene();
  for (let blob = 0; blob < 30; blob += 1) {
    await scene.add([{ segments: [[blob, 59]], fate: "whole" }]);
  }
  const index = new PartialIndex(scene.access, EXACT);
  await index.refresh({ marked: new Set() });
  const { store } = scene.access;
  const [oldest] = (await Array.fromAsync(store.list(INDEX_PREFIX))).toSorted(
    (one, other) => one.writtenAt - other.writtenAt,
  );
  assert.ok(oldest !== undefined);
  await store.remove(oldest.name);
  await store.put(oldest.name, [new Uint8Array(200)]);
  await assert.rejects(async () => index.find(idOf(0)), Damage);
  assert.equal(await index.has(idOf(0)), false);
  assert.equal(await index.has(idOf(59)), true);
  const fresh = new PartialIndex(scene.access, EXACT);
  const { damaged, unindexed } = await fresh.refresh({ marked: new Set() });
  assert.deepEqual(
    damaged.map(({ blob }) => blob),
    [oldest.name],
  );
  assert.deepEqual(
    unindexed.map(({ id }) => id),
    [scene.packs[0]?.id],
  );
  assert.equal(await fresh.find(idOf(0)), undefined);
});
