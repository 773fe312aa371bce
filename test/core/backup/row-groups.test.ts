import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { cutRowGroups, type RowGroupSizes } from "../../../core/backup/row-groups.ts";
import type { RowSlice } from "../../../core/resource/database-capture.ts";

const SIZES: RowGroupSizes = { minimum: 64, average: 256, maximum: 1024, piece: 2048 };

interface Row {
  readonly key: number;
  readonly bytes: number;
}

function bytesOf({ key, bytes }: Row): Buffer {
  const block = createHash("sha256").update(String(key)).digest();
  return Buffer.concat(Array.from({ length: Math.ceil(bytes / 32) }, () => block)).subarray(
    0,
    bytes,
  );
}

function hashOf(key: number): number {
  return createHash("sha256").update(`k${key}`).digest().readUInt32LE(0);
}

/** The rows' bytes in slices of the given lengths, over and over. */
function* sliced(rows: readonly Row[], lengths: readonly number[]): Generator<RowSlice> {
  const all = Buffer.concat(rows.map(bytesOf));
  let end = 0;
  const ends = rows.map((row) => ({ end: (end += row.bytes), hash: hashOf(row.key) }));
  let offset = 0;
  for (let turn = 0; offset < all.length; turn += 1) {
    const length = Math.min(lengths[turn % lengths.length] ?? 1, all.length - offset);
    const inside = ends.filter((row) => row.end > offset && row.end <= offset + length);
    yield {
      bytes: all.subarray(offset, offset + length),
      rowEnds: inside.map((row) => row.end - offset),
      keyHashes: inside.map((row) => row.hash),
    };
    offset += length;
  }
}

async function groups(rows: readonly Row[], lengths: readonly number[] = [997]): Promise<Buffer[]> {
  async function* slices() {
    yield* sliced(rows, lengths);
  }
  const result: Buffer[] = [];
  for await (const group of cutRowGroups(slices(), SIZES)) result.push(Buffer.from(group));
  return result;
}

const rowsArbitrary = fc.uniqueArray(
  fc.record({
    key: fc.nat(),
    bytes: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1500, max: 6000 })),
  }),
  { selector: (row) => row.key, maxLength: 60 },
);

test("row groups joined together are the rows, in order", async () => {
  await fc.assert(
    fc.asyncProperty(rowsArbitrary, async (rows) => {
      assert.deepEqual(Buffer.concat(await groups(rows)), Buffer.concat(rows.map(bytesOf)));
    }),
  );
});

test("the cuts do not depend on how the rows were sliced on the wire", async () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(rowsArbitrary, lengths, async (rows, cuts) => {
      assert.deepEqual(await groups(rows, cuts), await groups(rows, [1 << 20]));
    }),
  );
});

test("a changed row leaves all row groups but the few around it as they were", async () => {
  const rows = Array.from({ length: 2000 }, (_, key) => ({ key, bytes: 40 + (key % 50) }));
  const before = new Set((await groups(rows)).map((group) => group.toString("base64")));
  const changed = rows.map((row) => (row.key === 1000 ? { ...row, bytes: row.bytes + 7 } : row));
  const after = (await groups(changed)).map((group) => group.toString("base64"));
  const fresh = after.filter((group) => !before.has(group));
  assert.ok(fresh.length >= 1 && fresh.length <= 3, `${fresh.length} of ${after.length} are new`);
});

test("no group is longer than the maximum plus one row, and a long row is cut into pieces", async () => {
  const rows = [1, 2, 3].map((key) => ({ key, bytes: 10_000 }));
  for (const group of await groups(rows)) assert.ok(group.length <= SIZES.piece);
});

test("the average group is near the size asked for", async () => {
  const rows = Array.from({ length: 20_000 }, (_, key) => ({ key, bytes: 30 }));
  const all = await groups(rows);
  const average = (20_000 * 30) / all.length;
  assert.ok(average > 128 && average < 512, `average ${average}`);
});
