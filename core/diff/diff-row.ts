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
  /** As it came; undefined of a row with a long cell. */
  readonly bytes: Uint8Array | undefined;
}

/** As much of a value is kept and can be shown. */
export const MOST_SHOWN = 1024 * 1024;

/** What an object costs besides its bytes. */
const OVERHEAD = 150;

/** By which columns rows are matched. */
export interface RowKey {
  readonly columns: readonly number[];
  /** Whether the text of a value counts, because its type is another one on the other side. */
  readonly byText: boolean;
}

function cutContent(content: Uint8Array | null): CellContent | null {
  if (content === null) return null;
  const { length } = content;
  if (length <= MOST_SHOWN) return { bytes: content, length, digest: null };
  const digest = createHash("sha256").update(content).digest("hex");
  return { bytes: content.slice(0, MOST_SHOWN), length, digest };
}

/** The rows of bytes that begin and end with a row. They keep the bytes, but of long cells only the beginnings. */
export function readDiffRows(
  bytes: Uint8Array,
  { format, key }: { readonly format: RowFormat; readonly key: RowKey },
): readonly DiffRow[] {
  return format.spans(bytes).map(({ start, end }): DiffRow => {
    const row = bytes.subarray(start, end);
    const contents = format.contents(row);
    const text = keyText(contents, key, format);
    if (row.length > MOST_SHOWN) {
      const kept = contents
        .map(cutContent)
        .map((cell) => cell && { ...cell, bytes: cell.bytes.slice() });
      const weight = kept.reduce((sum, cell) => sum + (cell?.bytes.length ?? 0), OVERHEAD);
      return { key: text, weight, contents: () => kept, bytes: undefined };
    }
    const weight = row.length + text.length + OVERHEAD;
    return {
      key: text,
      weight,
      contents: () => format.contents(row).map(cutContent),
      bytes: row,
    };
  });
}

/** The same row, apart from the bytes that it came in. */
export function detached(row: DiffRow, format: RowFormat): DiffRow {
  if (row.bytes === undefined) return row;
  const bytes = row.bytes.slice();
  return { ...row, bytes, contents: () => format.contents(bytes).map(cutContent) };
}

/** Equal where all key columns are; long keys, such as whole rows, as a digest. */
function keyText(
  contents: readonly (Uint8Array | null)[],
  { columns, byText }: RowKey,
  format: RowFormat,
): string {
  let text = "";
  for (const column of columns) {
    const content = contents[column] ?? null;
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
