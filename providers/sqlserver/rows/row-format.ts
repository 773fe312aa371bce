import type {
  CellValue,
  LargeValue,
  OpenRowFormat,
  RowColumn,
  RowFormat,
} from "../../../core/resource/row-format.ts";
import { parseColumnMetadata, type WireColumn } from "../lane/column-metadata.ts";
import { layOutRow, type RowLayout } from "../lane/row-layout.ts";
import { CELL } from "../lane/wire-type.ts";
import { cellContent, endOfCell } from "./cell-content.ts";
import { codePageOf } from "./code-page.ts";
import { rankOf } from "./rank.ts";
import { readValue, type ValueType } from "./read-value.ts";
import { readVariant } from "./variant.ts";

const ROW_TOKEN = 0xd1;
const COMPRESSED_ROW_TOKEN = 0xd2;
const COLLATION = 5;
const UNICODE: ReadonlySet<string> = new Set(["nchar", "nvarchar", "ntext"]);
const BINARY: ReadonlySet<string> = new Set(["binary", "varbinary", "image"]);

interface ReadColumn {
  readonly column: RowColumn;
  readonly value: ValueType;
}

function readColumn({ name, type, typeInfo }: WireColumn): ReadColumn {
  const [, base = "", scale] = /^(\w+)(?:\((?:\d+,)?(\d+)\))?/.exec(type.declaration) ?? [];
  const collated = type.hasCollation && typeInfo.length >= COLLATION;
  const page = collated ? codePageOf(typeInfo.subarray(-COLLATION)) : "windows-1252";
  const value = { name: base, scale: Number(scale ?? 0), page };
  const form = formOf(value, type.declaration);
  return { column: { name, type: type.declaration, form, large: largeOf(type) }, value };
}

function largeOf({ form, declaration }: WireColumn["type"]): LargeValue {
  if (form !== CELL.chunked && form !== CELL.pointer) return "no";
  return declaration.endsWith("char(max)") || declaration === "varbinary(max)" ? "max" : "other";
}

/** Lengths say nothing of what a content means; precision and scale do. */
function formOf({ name, page }: ValueType, declaration: string): string {
  if (UNICODE.has(name)) return "utf-16";
  if (BINARY.has(name)) return "binary";
  return ["char", "varchar", "text"].includes(name) ? page : declaration;
}

/** Reads rows as TDS carries them, from memory. */
class TdsRowFormat implements RowFormat {
  readonly columns: readonly RowColumn[];
  readonly #types: readonly ValueType[];
  readonly #layout: RowLayout;
  readonly #all: readonly number[];

  constructor(wire: readonly WireColumn[]) {
    const columns = wire.map(readColumn);
    this.#types = columns.map(({ value }) => value);
    this.columns = columns.map(({ column }) => column);
    this.#layout = layOutRow(wire);
    this.#all = wire.map((_, at) => at);
  }

  rowEnds(bytes: Uint8Array): readonly number[] {
    const view = viewOf(bytes);
    const ends: number[] = [];
    for (let start = 0; start < view.length; ) {
      start = this.#walk(view, start, ignore);
      ends.push(start);
    }
    return ends;
  }

  contents(
    bytes: Uint8Array,
    start: number,
    columns: readonly number[] = this.#all,
  ): readonly (Uint8Array | null)[] {
    const view = viewOf(bytes);
    const contents = Array.from<Uint8Array | null>({ length: columns.length }).fill(null);
    let left = columns.length;
    this.#walk(view, start, (column, at) => {
      const place = columns === this.#all ? column : columns.indexOf(column);
      if (place < 0) return false;
      contents[place] = at === undefined ? null : cellContent(view, this.#cell(column, at));
      left -= 1;
      return left === 0;
    });
    return contents;
  }

  value(column: number, content: Uint8Array): CellValue {
    const type = this.#types[column];
    if (type === undefined) throw new RangeError("a row without such a column. This is a bug.");
    return type.name === "sql_variant" ? readVariant(content) : readValue(content, type);
  }

  rankOf(column: number): ((content: Uint8Array) => bigint) | undefined {
    return rankOf(this.#types[column]?.name ?? "");
  }

  #cell(column: number, at: number) {
    const { forms, sizes } = this.#layout;
    return { at, form: forms[column] ?? 0, size: sizes[column] ?? 0 };
  }

  /** Visits the cells of the row that begins there, where they begin or undefined for a NULL of the bitmap, until one was enough; gives its end. */
  #walk(bytes: Buffer, start: number, visit: Visit): number {
    const { count } = this.#layout;
    const bitmap = bytes[start] === COMPRESSED_ROW_TOKEN ? start + 1 : undefined;
    if (bitmap === undefined && bytes[start] !== ROW_TOKEN) throw new RangeError("not a row");
    let at = bitmap === undefined ? start + 1 : bitmap + ((count + 7) >> 3);
    for (let column = 0; column < count; column += 1) {
      const isNull = bitmap !== undefined && isSet(bytes, bitmap, column);
      if (visit(column, isNull ? undefined : at)) return at;
      if (!isNull) at = endOfCell(bytes, this.#cell(column, at));
    }
    if (at > bytes.length) throw new RangeError("a row that ends too early");
    return at;
  }
}

/** Gives whether that was enough. */
type Visit = (column: number, at: number | undefined) => boolean;

const ignore: Visit = () => false;

function viewOf(bytes: Uint8Array): Buffer {
  if (Buffer.isBuffer(bytes)) return bytes;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function isSet(bytes: Buffer, bitmap: number, column: number): boolean {
  return ((bytes[bitmap + (column >> 3)] ?? 0) & (1 << (column & 7))) !== 0;
}

/** Of the COLMETADATA token that rows were captured with. Throws RangeError. */
export const openRowFormat: OpenRowFormat = (metadata) => {
  const token = Buffer.from(metadata.buffer, metadata.byteOffset, metadata.length);
  return new TdsRowFormat(parseColumnMetadata(token).columns);
};
