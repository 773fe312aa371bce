import type {
  CellValue,
  RowColumn,
  RowFormat,
  RowSpan,
} from "../../../core/resource/row-format.ts";
import { parseColumnMetadata, type WireColumn } from "../lane/column-metadata.ts";
import { layOutRow, type RowLayout } from "../lane/row-layout.ts";
import { cellContent, endOfCell } from "./cell-content.ts";
import { codePageOf } from "./code-page.ts";
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
  return { column: { name, type: type.declaration, form }, value };
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

  constructor(wire: readonly WireColumn[]) {
    const columns = wire.map(readColumn);
    this.#types = columns.map(({ value }) => value);
    this.columns = columns.map(({ column }) => column);
    this.#layout = layOutRow(wire);
  }

  spans(bytes: Uint8Array): readonly RowSpan[] {
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const spans: RowSpan[] = [];
    for (let start = 0; start < view.length; ) {
      const end = this.#walk(view, start, ignore);
      spans.push({ start, end });
      start = end;
    }
    return spans;
  }

  contents(row: Uint8Array): readonly (Uint8Array | null)[] {
    const view = Buffer.from(row.buffer, row.byteOffset, row.length);
    const contents: (Uint8Array | null)[] = [];
    this.#walk(view, 0, (column, at) => {
      const form = this.#layout.forms[column] ?? 0;
      const size = this.#layout.sizes[column] ?? 0;
      contents.push(at === undefined ? null : cellContent(view, { at, form, size }));
    });
    return contents;
  }

  value(column: number, content: Uint8Array): CellValue {
    const type = this.#types[column];
    if (type === undefined) throw new RangeError("a row without such a column. This is a bug.");
    return type.name === "sql_variant" ? readVariant(content) : readValue(content, type);
  }

  /** Visits the cells of the row that begins there, where they begin or undefined for a NULL of the bitmap; gives its end. */
  #walk(bytes: Buffer, start: number, visit: Visit): number {
    const { count, forms, sizes } = this.#layout;
    const bitmap = bytes[start] === COMPRESSED_ROW_TOKEN ? start + 1 : undefined;
    if (bitmap === undefined && bytes[start] !== ROW_TOKEN) throw new RangeError("not a row");
    let at = start + 1 + (bitmap === undefined ? 0 : (count + 7) >> 3);
    for (let column = 0; column < count; column += 1) {
      if (bitmap !== undefined && isSet(bytes, bitmap, column)) {
        visit(column, undefined);
        continue;
      }
      visit(column, at);
      at = endOfCell(bytes, { at, form: forms[column] ?? 0, size: sizes[column] ?? 0 });
    }
    if (at > bytes.length) throw new RangeError("a row that ends too early");
    return at;
  }
}

type Visit = (column: number, at: number | undefined) => void;

function ignore(): void {}

function isSet(bytes: Buffer, bitmap: number, column: number): boolean {
  return ((bytes[bitmap + (column >> 3)] ?? 0) & (1 << (column & 7))) !== 0;
}

/** Of the COLMETADATA token that rows were captured with. Throws RangeError. */
export function openRowFormat(metadata: Uint8Array): RowFormat {
  const token = Buffer.from(metadata.buffer, metadata.byteOffset, metadata.length);
  return new TdsRowFormat(parseColumnMetadata(token).columns);
}
