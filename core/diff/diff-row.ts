import { createHash } from "node:crypto";
import type { RowFormat } from "../resource/row-format.ts";
import type { Keyed } from "./aligner.ts";

/** A cell's content; of a long one its beginning. */
export interface CellContent {
  readonly bytes: Uint8Array;
  /** Of the whole content. */
  readonly length: number;
  /** SHA-256 of the whole content, in hexadecimal digits, where the bytes are only its beginning; else null. */
  readonly digest: string | null;
}

export interface DiffRow extends Keyed {
  contents(): readonly (CellContent | null)[];
  /** As it came; undefined of a long row. */
  readonly bytes: Uint8Array | undefined;
  /** The same row without the bytes around it. */
  detached(): DiffRow;
}

/** As much of a value is kept and can be shown. */
const MOST_SHOWN = 1024 * 1024;

/** What an object costs besides its bytes. */
const OVERHEAD = 150;

/** By which columns rows are matched. */
export interface RowKey {
  readonly columns: readonly number[];
  /** Whether the text of a value counts, because its type is another one on the other side. */
  readonly byText: boolean;
}

/** Keeps the beginning of a long content. */
export function cutContent(content: Uint8Array | null): CellContent | null {
  if (content === null) return null;
  const { length } = content;
  if (length <= MOST_SHOWN) return { bytes: content, length, digest: null };
  const digest = createHash("sha256").update(content).digest("hex");
  return { bytes: content.slice(0, MOST_SHOWN), length, digest };
}

/** A row of moderate length in the bytes that it came with. */
class PlainRow implements DiffRow {
  readonly key: string;
  readonly weight: number;
  readonly #format: RowFormat;
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #end: number;

  constructor(key: string, format: RowFormat, place: RowPlace) {
    this.key = key;
    this.weight = place.end - place.start + key.length + OVERHEAD;
    this.#format = format;
    this.#bytes = place.bytes;
    this.#start = place.start;
    this.#end = place.end;
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  contents(): readonly (CellContent | null)[] {
    return this.#format.contents(this.#bytes, this.#start).map(cutContent);
  }

  detached(): DiffRow {
    const bytes = this.bytes.slice();
    return new PlainRow(this.key, this.#format, { bytes, start: 0, end: bytes.length });
  }
}

interface RowPlace {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** A row with long cells, of which it keeps only the beginnings. */
function longRow(key: string, format: RowFormat, { bytes, start }: RowPlace): DiffRow {
  const cells = format.contents(bytes, start).map(cutContent);
  const kept = cells.map((cell) => cell && { ...cell, bytes: cell.bytes.slice() });
  const weight = kept.reduce((sum, cell) => sum + (cell?.bytes.length ?? 0), OVERHEAD);
  const row: DiffRow = {
    key,
    weight,
    bytes: undefined,
    contents: () => kept,
    detached: () => row,
  };
  return row;
}

/** The rows of bytes that begin and end with a row. They keep the bytes, unless they are long. */
export function readDiffRows(
  bytes: Uint8Array,
  { format, key }: { readonly format: RowFormat; readonly key: RowKey },
): readonly DiffRow[] {
  let start = 0;
  return format.rowEnds(bytes).map((end): DiffRow => {
    const place = { bytes, start, end };
    start = end;
    const text = keyText(format.contents(bytes, place.start, key.columns), key, format);
    return end - place.start > MOST_SHOWN
      ? longRow(text, format, place)
      : new PlainRow(text, format, place);
  });
}

/** `contents`: of the key columns. Equal where all of them are; long keys, such as whole rows, as a digest. */
export function keyText(
  contents: readonly (Uint8Array | null)[],
  { columns, byText }: RowKey,
  format: RowFormat,
): string {
  let text = "";
  for (const [at, column] of columns.entries()) {
    const content = contents[at] ?? null;
    if (content === null) text += "-";
    else {
      const part = byText
        ? JSON.stringify(format.value(column, content), printBytes)
        : latin(content);
      text += `${part.length}:${part}`;
    }
  }
  if (text.length <= LONG_KEY) return text;
  return createHash("sha256").update(text, "utf16le").digest("hex");
}

const LONG_KEY = 200;

function latin(content: Uint8Array): string {
  return Buffer.from(content.buffer, content.byteOffset, content.length).toString("latin1");
}

function printBytes(_name: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value;
}
