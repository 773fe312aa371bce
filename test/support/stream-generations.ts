import assert from "node:assert/strict";
import fc from "fast-check";
import { createMemoryStore } from "../../core/storage/memory-store.ts";
import {
  createVault,
  type KeyedHash,
  type StoredPoint,
  type Vault,
  type VaultOptions,
} from "../../core/vault/vault.ts";
import { sourceOf } from "./byte-source.ts";
import { databasePages } from "./database-pages.ts";
import { editPages, type PageEdit } from "./page-edits.ts";
import { turnedClock } from "./turned-clock.ts";
import { pointFacts, seededBytes, TEST_KEY, vaultOptions } from "./vault.ts";

const PAGE = 8192;

/** Stores a stream as the only object of a point. */
export async function putStream(
  vault: Vault,
  bytes: Uint8Array,
  similar: readonly string[] = [],
): Promise<StoredPoint> {
  await using writer = await vault.beginPoint({ similar });
  await writer.addStream({ path: "s", kind: "stream" }, sourceOf(bytes), () => ({}));
  return await writer.commit(pointFacts(Date.UTC(2026, 1, 1)));
}

/** Reads the stream in both ways. */
export async function assertStream(
  vault: Vault,
  { id }: StoredPoint,
  bytes: Buffer,
): Promise<void> {
  await using reader = await vault.openPoint(id);
  assert.ok(Buffer.concat(await Array.fromAsync(reader.read("s"))).equals(bytes), "chunk by chunk");
  let at = 0;
  for await (const stretch of reader.readStretches("s")) {
    assert.ok(bytes.subarray(at, at + stretch.length).equals(stretch), `stretch at ${at}`);
    at += stretch.length;
  }
  assert.equal(at, bytes.length);
}

/** The bytes with some of each of the pages changed. */
export function changed(bytes: Buffer, pages: readonly number[], seed: string): Buffer {
  const random = seededBytes(seed);
  const edited = Buffer.from(bytes);
  for (const page of pages) edited.set(random(500), page * PAGE + 100);
  return edited;
}

/** Every so many pages, one. */
export function scattered(count: number, step: number): number[] {
  return Array.from({ length: Math.ceil(count / step) }, (_, at) => at * step);
}

const count = fc.integer({ min: 1, max: 20 });
const edit: fc.Arbitrary<PageEdit> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("change"), page: fc.nat() }) },
  fc.record({ kind: fc.constant("tear"), page: fc.nat() }),
  fc.record({ kind: fc.constant("blank"), page: fc.nat() }),
  fc.record({ kind: fc.constant("append"), count }),
  fc.record({ kind: fc.constant("insert"), at: fc.nat(), count }),
  fc.record({ kind: fc.constant("drop"), at: fc.nat(), count }),
  fc.record({ kind: fc.constant("shift"), bytes: fc.integer({ min: 1, max: 9000 }) }),
);

/** What happens between two backups; `removed` points, counted from the newest, are collected first. */
const generation = fc.record({
  edits: fc.array(edit, { maxLength: 5 }),
  removed: fc.option(fc.nat(3), { nil: undefined }),
  seen: fc.nat(2),
});

type Generation = typeof generation extends fc.Arbitrary<infer One> ? One : never;

/** What may happen to a vault of one stream. */
const generations = fc.array(generation, { minLength: 1, maxLength: 5 });

/** Lives through so many random lives of vaults, with this hash or without one, and asserts that every point that is left is what was put. */
export async function assertAnyGenerations(blake3: KeyedHash, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(generations, fc.boolean(), (lived, isBlake3) =>
      assertGenerations(lived, { ...vaultOptions(), ...(isBlake3 ? { blake3 } : {}) }),
    ),
    { numRuns },
  );
}

async function assertGenerations(
  lived: readonly Generation[],
  options: VaultOptions,
): Promise<void> {
  const vault = await createVault(createMemoryStore(turnedClock()), TEST_KEY, options);
  let bytes = databasePages("edited", { first: 8, count: 60 });
  const points = [{ point: await putStream(vault, bytes), bytes }];
  for (const [at, { edits, removed, seen }] of lived.entries()) {
    for (const [number, each] of edits.entries()) bytes = editPages(bytes, each, `${at} ${number}`);
    // The names of the similar points are older than the removal.
    const similar = points.toReversed().map(({ point }) => point.id);
    const [gone] = removed === undefined ? [] : points.splice(-1 - removed, 1);
    if (gone !== undefined) await vault.removePoint(gone.point.id);
    if (gone !== undefined) await vault.collect();
    points.push({ point: await putStream(vault, bytes, similar.slice(seen)), bytes });
  }
  for (const { point, bytes: written } of points) await assertStream(vault, point, written);
  assert.deepEqual((await vault.verify({ readData: 1 })).problems, []);
  await vault.collect();
  assert.equal((await vault.collect()).freedBytes, 0);
}
