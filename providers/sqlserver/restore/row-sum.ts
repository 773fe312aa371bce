import { parseColumnMetadata } from "../lane/column-metadata.ts";
import { layOutRow } from "../lane/row-layout.ts";
import { RowSplitter } from "../lane/row-splitter.ts";
import { CELL } from "../lane/wire-type.ts";

const LARGEST_EXACT = 2 ** 20;

/**
 * A sum over rows that does not depend on their order: of each row's 32-bit hash, and of another one made of it, so that
 * two errors hardly cancel each other out. Equal rows hash equally however the server frames them (null bitmaps, chunks).
 */
export class RowSum {
  #rows = 0;
  #pending = 0;
  #sum = 0n;
  #mixes = 0n;
  #low = 0;
  #mixed = 0;

  add(hashes: readonly number[]): void {
    for (const hash of hashes) {
      this.#low += hash;
      this.#pending += 1;
      this.#mixed += Math.imul(hash, hash | 1) >>> 0;
      if (this.#pending === LARGEST_EXACT) this.#carry();
    }
    this.#rows += hashes.length;
  }

  #carry(): void {
    this.#sum += BigInt(this.#low);
    this.#mixes += BigInt(this.#mixed);
    this.#low = 0;
    this.#mixed = 0;
    this.#pending = 0;
  }

  get rows(): number {
    return this.#rows;
  }

  /** 32 hex digits. */
  get text(): string {
    this.#carry();
    const hex = (value: bigint) => BigInt.asUintN(64, value).toString(16).padStart(16, "0");
    return hex(this.#sum) + hex(this.#mixes);
  }
}

/**
 * Columns that count: all but text, ntext and image, whose cells have a pointer into the server's own storage. Empty, as the
 * lane's layout takes it, where all do.
 */
export function summedColumns(metadata: Uint8Array): {
  readonly key: readonly string[];
  readonly left: readonly string[];
} {
  const { columns } = parseColumnMetadata(Buffer.from(metadata));
  const left = columns.filter(({ type }) => type.form === CELL.pointer).map(({ name }) => name);
  const names = columns.map(({ name }) => name);
  return { key: left.length === 0 ? [] : names.filter((name) => !left.includes(name)), left };
}

/** The same bytes, while their rows are added to a sum. */
export async function* summing(
  metadata: Uint8Array,
  bytes: AsyncIterable<Uint8Array>,
  sum: RowSum,
): AsyncGenerator<Uint8Array> {
  const { columns } = parseColumnMetadata(Buffer.from(metadata));
  const refuse = (): never => {
    throw new RangeError("something other than rows stands between the rows");
  };
  const splitter = new RowSplitter(
    { metadata: refuse, token: refuse, rows: ({ keyHashes }) => sum.add(keyHashes) },
    layOutRow(columns, summedColumns(metadata).key),
  );
  for await (const chunk of bytes) {
    splitter.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    yield chunk;
  }
  splitter.end();
}
