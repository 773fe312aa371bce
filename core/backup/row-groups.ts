import type { RowSlice } from "../resource/database-capture.ts";

/** Sizes in bytes. A cut is made behind a row whose key says so, never inside a row of at most `maximum`. */
export interface RowGroupSizes {
  readonly minimum: number;
  readonly average: number;
  readonly maximum: number;
  /** A longer row is cut into pieces of this size, counted from its start. */
  readonly piece: number;
}

/** Stored in every vault by what it holds: another size would store all tables once more. */
export const ROW_GROUP_SIZES: RowGroupSizes = {
  minimum: 16 * 1024,
  average: 64 * 1024,
  maximum: 256 * 1024,
  piece: 1024 * 1024,
};

/** Spreads the bits of a key hash, whatever hash made it (the finaliser of MurmurHash3). */
function spread(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Whether the group of `groupBytes` ends behind this row. The chance grows with the row's length, so that groups average `average` bytes whatever the table. */
function endsGroup(
  row: { readonly bytes: number; readonly keyHash: number },
  groupBytes: number,
  sizes: RowGroupSizes,
): boolean {
  if (groupBytes < sizes.minimum) return false;
  if (groupBytes >= sizes.maximum) return true;
  return spread(row.keyHash) < (row.bytes / sizes.average) * 2 ** 32;
}

/** Bytes that were seen but not yet given out. */
class Pending {
  #buffer = new Uint8Array(64 * 1024);
  length = 0;

  add(bytes: Uint8Array): void {
    const needed = this.length + bytes.length;
    if (needed > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
      grown.set(this.#buffer.subarray(0, this.length));
      this.#buffer = grown;
    }
    this.#buffer.set(bytes, this.length);
    this.length = needed;
  }

  /** The first `length` bytes; the rest stays. */
  take(length: number): Uint8Array {
    const taken = this.#buffer.slice(0, length);
    this.#buffer.copyWithin(0, length, this.length);
    this.length -= length;
    return taken;
  }
}

/** Cuts a row stream into row groups. One cutter serves one table. */
class RowGroupCutter {
  readonly #sizes: RowGroupSizes;
  readonly #pending = new Pending();
  /** Where the row that is being read begins within the pending bytes. */
  #rowStart = 0;
  #rowBytes = 0;

  constructor(sizes: RowGroupSizes) {
    this.#sizes = sizes;
  }

  *push(slice: RowSlice): Generator<Uint8Array> {
    let from = 0;
    for (const [index, end] of slice.rowEnds.entries()) {
      yield* this.#grow(slice.bytes.subarray(from, end));
      from = end;
      yield* this.#endRow(slice.keyHashes[index] ?? 0);
    }
    yield* this.#grow(slice.bytes.subarray(from));
  }

  *end(): Generator<Uint8Array> {
    if (this.#pending.length > 0) yield this.#pending.take(this.#pending.length);
  }

  *#grow(bytes: Uint8Array): Generator<Uint8Array> {
    this.#pending.add(bytes);
    this.#rowBytes += bytes.length;
    if (this.#pending.length - this.#rowStart <= this.#sizes.piece) return;
    if (this.#rowStart > 0) yield this.#pending.take(this.#rowStart);
    this.#rowStart = 0;
    while (this.#pending.length > this.#sizes.piece) yield this.#pending.take(this.#sizes.piece);
  }

  *#endRow(keyHash: number): Generator<Uint8Array> {
    const row = { bytes: this.#rowBytes, keyHash };
    this.#rowBytes = 0;
    if (endsGroup(row, this.#pending.length, this.#sizes))
      yield this.#pending.take(this.#pending.length);
    this.#rowStart = this.#pending.length;
  }
}

/**
 * Cuts rows into row groups at row boundaries that the keys choose. Equal rows give equal groups, however they were
 * sliced on the way, and a changed row changes only the groups that it touches. Holds at most `maximum + piece` bytes.
 */
export async function* cutRowGroups(
  slices: AsyncIterable<RowSlice>,
  sizes: RowGroupSizes = ROW_GROUP_SIZES,
): AsyncGenerator<Uint8Array> {
  const cutter = new RowGroupCutter(sizes);
  for await (const slice of slices) yield* cutter.push(slice);
  yield* cutter.end();
}
