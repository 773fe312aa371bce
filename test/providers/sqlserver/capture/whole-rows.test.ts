import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { RowSlice } from "../../../../core/resource/database-capture.ts";
import { WholeRows } from "../../../../providers/sqlserver/capture/whole-rows.ts";

const LONG = 300 * 1024;

/** Rows of these lengths, each of its own byte, cut at multiples of `piece`; fails behind so many bytes. */
async function* slicesOf(
  lengths: readonly number[],
  { piece, fails }: { readonly piece: number; readonly fails: number },
): AsyncGenerator<RowSlice> {
  const all = Buffer.concat(lengths.map((length, at) => Buffer.alloc(length, at + 1)));
  const ends = lengths.map((_, at) => lengths.slice(0, at + 1).reduce((sum, one) => sum + one, 0));
  for (let from = 0; from < all.length; from += piece) {
    if (from >= fails) throw new Error("lost");
    const bytes = Uint8Array.from(all.subarray(from, from + piece));
    const rowEnds = ends.filter((end) => end > from && end <= from + piece);
    const keyHashes = rowEnds.map((end) => ends.indexOf(end));
    yield await Promise.resolve({ bytes, rowEnds: rowEnds.map((end) => end - from), keyHashes });
    bytes.fill(255);
  }
}

interface Given {
  readonly bytes: Buffer;
  readonly hashes: readonly number[];
  readonly isWhole: boolean;
}

async function gather(whole: WholeRows, slices: AsyncIterable<RowSlice>): Promise<Given> {
  const bytes: Buffer[] = [];
  const hashes: number[] = [];
  try {
    for await (const slice of whole.of(slices)) {
      bytes.push(Buffer.from(slice.bytes));
      hashes.push(...slice.keyHashes);
    }
    return { bytes: Buffer.concat(bytes), hashes, isWhole: true };
  } catch (error) {
    assert.match(String(error), /lost/);
    return { bytes: Buffer.concat(bytes), hashes, isWhole: false };
  }
}

const length = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 60 }) },
  fc.constant(LONG),
);

test("rows that are read on behind the last whole one are those that were lost, byte for byte", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(length, { minLength: 1, maxLength: 12 }),
      fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constant(40_000)),
      fc.nat(700),
      async (lengths, piece, fails) => {
        const pieces = lengths.includes(LONG) ? 40_000 : piece;
        const wanted = Buffer.concat(lengths.map((size, at) => Buffer.alloc(size, at + 1)));
        const whole = new WholeRows();
        const first = await gather(whole, slicesOf(lengths, { piece: pieces, fails }));
        if (first.isWhole) {
          assert.ok(first.bytes.equals(wanted));
          return;
        }
        const given = first.hashes.length;
        if (whole.last === undefined) return;
        assert.ok(
          given > 0 && Buffer.from(whole.last).equals(Buffer.alloc(lengths[given - 1] ?? 0, given)),
        );
        const rest = lengths.map((size, at) => (at < given ? 0 : size));
        const parts = { piece: pieces, fails: Number.POSITIVE_INFINITY };
        const second = await gather(whole, slicesOf(rest, parts));
        assert.ok(Buffer.concat([first.bytes, second.bytes]).equals(wanted));
      },
    ),
    { numRuns: 150 },
  );
});

test("behind a begun row that was too long to wait for, nothing can be read on", async () => {
  const whole = new WholeRows();
  const first = await gather(whole, slicesOf([10, LONG], { piece: 40_000, fails: 270_000 }));
  assert.equal(first.isWhole, false);
  assert.equal(whole.last, undefined);
});
