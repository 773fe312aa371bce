import type { RowSlice } from "../../../core/resource/database-capture.ts";

/** The begin of a row waits for its end up to this size in bytes; of a longer one it is given on as it comes. */
const LONGEST_WAIT = 256 * 1024;

/** Gives slices on so that they end where rows end, and remembers the last row, from which reading can go on. */
export class WholeRows {
  /** Of the row that is not at its end. */
  #begin: Uint8Array[] = [];
  #beginBytes = 0;
  /** The begin of a row was given on. */
  #isWithinRow = false;
  #last: Uint8Array | undefined;

  /** The last whole row that was given; undefined where there was none, it is not known, or a part of another came behind it. */
  get last(): Uint8Array | undefined {
    return this.#isWithinRow ? undefined : this.#last;
  }

  async *of(slices: AsyncIterable<RowSlice>): AsyncGenerator<RowSlice> {
    this.#begin = [];
    this.#beginBytes = 0;
    for await (const slice of slices) yield* this.#give(slice);
  }

  *#give({ bytes, rowEnds, keyHashes }: RowSlice): Generator<RowSlice> {
    const end = rowEnds.at(-1) ?? 0;
    if (end > 0) {
      this.#last = this.#lastRow(bytes, rowEnds);
      yield* this.#giveBegin();
      this.#isWithinRow = false;
      yield { bytes: bytes.subarray(0, end), rowEnds, keyHashes };
    }
    if (end === bytes.length) return;
    this.#begin.push(bytes.slice(end));
    this.#beginBytes += bytes.length - end;
    if (!this.#isWithinRow && this.#beginBytes <= LONGEST_WAIT) return;
    this.#isWithinRow = true;
    yield* this.#giveBegin();
  }

  *#giveBegin(): Generator<RowSlice> {
    for (const bytes of this.#begin) yield { bytes, rowEnds: [], keyHashes: [] };
    this.#begin = [];
    this.#beginBytes = 0;
  }

  #lastRow(bytes: Uint8Array, rowEnds: readonly number[]): Uint8Array | undefined {
    const end = rowEnds.at(-1) ?? 0;
    const start = rowEnds.at(-2);
    if (start !== undefined) return bytes.slice(start, end);
    if (this.#isWithinRow) return undefined;
    return Buffer.concat([...this.#begin, bytes.subarray(0, end)]);
  }
}
