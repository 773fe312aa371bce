import assert from "node:assert/strict";
import fc from "fast-check";
import { cutRowGroups, type RowGroupSizes } from "../../core/backup/row-groups.ts";
import type { RowSlice } from "../../core/resource/database-capture.ts";
import { createMemoryStore } from "../../core/storage/memory-store.ts";
import {
  createVault,
  type StoredPoint,
  type Vault,
  type VaultOptions,
} from "../../core/vault/vault.ts";
import { turnedClock } from "./turned-clock.ts";
import { pointFacts, seededBytes, TEST_KEY } from "./vault.ts";

/** Smaller than those of backups, so that a small table has many groups. */
const SIZES: RowGroupSizes = { minimum: 1500, average: 6000, maximum: 20_000, piece: 60_000 };
const PATH = "rows/dbo.Orders";

/** A row by its key. */
export type Rows = ReadonlyMap<number, Buffer>;

/** Of random bytes, so that what is stored says how much was new. */
function newRow(key: number, seed: string): Buffer {
  const random = seededBytes(`${seed} ${key}`);
  const length = 40 + (random(1)[0] ?? 0);
  const row = Buffer.concat([Buffer.alloc(8), Buffer.alloc(30, "padding"), random(length)]);
  row.writeDoubleBE(key);
  return row;
}

export function newRows(count: number, seed: string): Rows {
  return new Map(Array.from({ length: count }, (_, key) => [key, newRow(key, seed)]));
}

/** Where in the table; */
const place = fc.nat(10_000);
const size = "max";
const edit = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("update" as const),
      places: fc.array(place, { maxLength: 30, size }),
    }),
  },
  fc.record({
    kind: fc.constant("grow" as const),
    places: fc.array(place, { maxLength: 20, size }),
  }),
  fc.record({
    kind: fc.constant("insert" as const),
    places: fc.array(place, { maxLength: 20, size }),
  }),
  fc.record({
    kind: fc.constant("delete" as const),
    places: fc.array(place, { maxLength: 20, size }),
  }),
  fc.record({
    kind: fc.constant("move" as const),
    places: fc.array(place, { maxLength: 5, size }),
  }),
  fc.record({ kind: fc.constant("drop" as const), places: fc.tuple(place, place) }),
  fc.record({ kind: fc.constant("rewrite" as const), places: fc.tuple(place, place) }),
);
type RowEdit = typeof edit extends fc.Arbitrary<infer One> ? One : never;

const generation = fc.record({
  edits: fc.array(edit, { maxLength: 4 }),
  /** Points that are removed and collected first, counted from the newest. */
  removed: fc.option(fc.nat(3), { nil: undefined }),
  /** How many of the newest points the next one is not compared with. */
  seen: fc.constantFrom(0, 0, 0, 1, 2),
});
type Generation = typeof generation extends fc.Arbitrary<infer One> ? One : never;

/** What may happen to a vault of one table. */
export const rowGenerations = fc.array(generation, { minLength: 1, maxLength: 6 });

export function editRows(rows: Rows, { kind, places }: RowEdit, seed: string): Rows {
  const keys = [...rows.keys()].sort((a, b) => a - b);
  const edited = new Map(rows);
  if (keys.length === 0) return edited;
  const [first = 0] = places;
  if (kind === "drop" || kind === "rewrite") {
    const from = first % keys.length;
    for (const key of keys.slice(from, from + 150)) {
      if (kind === "drop") edited.delete(key);
      else edited.set(key, newRow(key, seed));
    }
    return edited;
  }
  for (const at of places) {
    const key = keys[at % keys.length] ?? 0;
    const row = rows.get(key) ?? Buffer.alloc(0);
    EDITS[kind]({ edited, key, row, seed: `${seed} ${at}` });
  }
  return edited;
}

interface RowToEdit {
  readonly edited: Map<number, Buffer>;
  readonly key: number;
  readonly row: Buffer;
  readonly seed: string;
}

const EDITS = {
  update: ({ edited, key, row, seed }: RowToEdit) =>
    void edited.set(key, Buffer.from(row).fill(seed, 40, 52)),
  grow: ({ edited, key, row, seed }: RowToEdit) =>
    void edited.set(key, Buffer.concat([row, Buffer.from(seed)])),
  insert: ({ edited, key, seed }: RowToEdit) =>
    void edited.set(key + 0.5 ** (1 + (seed.length % 40)), newRow(key, `${seed} in`)),
  delete: ({ edited, key }: RowToEdit) => void edited.delete(key),
  move: ({ edited, key, row }: RowToEdit) => {
    edited.delete(key);
    edited.set(key + 5000.5, Buffer.from(row));
  },
} satisfies Record<string, (edit: RowToEdit) => void>;

/** The row groups of the table. */
export function groupsOf(rows: Rows): Promise<Uint8Array[]> {
  const keys = [...rows.keys()].sort((a, b) => a - b);
  async function* slices(): AsyncGenerator<RowSlice> {
    for (const key of keys) {
      const bytes = rows.get(key) ?? Buffer.alloc(0);
      const keyHash = Math.imul(Math.round(key * 2 ** 20), 0x9e3779b1) >>> 0;
      yield { bytes, rowEnds: [bytes.length], keyHashes: [keyHash] };
    }
  }
  return Array.fromAsync(cutRowGroups(slices(), SIZES));
}

/** Stores the table as the only object of a point. */
export async function putRows(
  vault: Vault,
  groups: readonly Uint8Array[],
  similar: readonly string[] = [],
): Promise<StoredPoint> {
  await using writer = await vault.beginPoint({ similar });
  async function* chunks() {
    yield* groups;
  }
  await writer.addObject({ path: PATH, kind: "rows" }, chunks(), () => ({}));
  return await writer.commit(pointFacts(Date.UTC(2026, 1, 1)));
}

/** Reads the table in all ways. Gives how many of its groups are put together. */
export async function assertRows(
  vault: Vault,
  { id }: StoredPoint,
  groups: readonly Uint8Array[],
): Promise<number> {
  await using reader = await vault.openPoint(id);
  const read = await Array.fromAsync(reader.read(PATH));
  assert.equal(read.length, groups.length);
  for (const [at, group] of groups.entries())
    assert.ok(Buffer.compare(read[at] ?? Buffer.of(), group) === 0, `group ${at}`);
  const stretches: Uint8Array[] = [];
  for await (const part of reader.readStretches(PATH)) stretches.push(Uint8Array.from(part));
  assert.ok(Buffer.concat(stretches).equals(Buffer.concat(groups)), "in stretches");
  const listed = (await Array.fromAsync(reader.chunksOf(PATH))).flat();
  const some = listed.filter((_, at) => at % 3 === 1);
  const picked = await Array.fromAsync(reader.readChunks(PATH, some));
  assert.ok(Buffer.concat(picked).equals(Buffer.concat(groups.filter((_, at) => at % 3 === 1))));
  return listed.filter(({ group }) => group !== undefined).length;
}

/** Lives through the generations and asserts that every point that is left is what was put, and how much is stored. */
export async function assertRowGenerations(
  lived: readonly Generation[],
  options: VaultOptions,
): Promise<number> {
  const vault = await createVault(createMemoryStore(turnedClock()), TEST_KEY, options);
  let rows = newRows(800, "first");
  const first = await groupsOf(rows);
  const points = [{ point: await putRows(vault, first), groups: first }];
  for (const [at, { edits, removed, seen }] of lived.entries()) {
    for (const [number, each] of edits.entries()) rows = editRows(rows, each, `${at} ${number}`);
    // The names of the similar points are older than the removal.
    const similar = points.toReversed().map(({ point }) => point.id);
    const [gone] = removed === undefined ? [] : points.splice(-1 - removed, 1);
    if (gone !== undefined) await vault.removePoint(gone.point.id);
    if (gone !== undefined) await vault.collect();
    const groups = await groupsOf(rows);
    points.push({ point: await putRows(vault, groups, similar.slice(seen)), groups });
  }
  let patched = 0;
  for (const { point, groups } of points) patched += await assertRows(vault, point, groups);
  assert.deepEqual((await vault.verify({ readData: 1 })).problems, []);
  // What the newest point alone keeps alive takes at most twice its rows, entries and their frames besides.
  for (const { point } of points.slice(0, -1)) await vault.removePoint(point.id);
  await vault.collect();
  await vault.collect();
  assert.equal((await vault.collect()).freedBytes, 0);
  const [newest] = points.slice(-1);
  assert.ok(newest !== undefined);
  await assertRows(vault, newest.point, newest.groups);
  const [{ uniqueBytes } = { uniqueBytes: 0 }] = (await vault.stats()).databases;
  const bytes = newest.groups.reduce((sum, { length }) => sum + length, 0);
  assert.ok(uniqueBytes <= 2 * bytes + 10_000, `${uniqueBytes} bytes for ${bytes}`);
  return patched;
}
