import type { CellValue } from "../../../core/resource/row-format.ts";
import type { SchemaTable } from "../../../schemas/sql-server-schema.ts";
import { quoteName } from "../names.ts";
import { openRowFormat } from "../rows/row-format.ts";
import { type RowSelection, selectRows } from "./select-rows.ts";

/** One column of the key of a row. */
interface KeyPart {
  readonly column: string;
  /** T-SQL of its value. */
  readonly value: string;
  readonly isDescending: boolean;
}

/** Bytes that mean the same in every code page: a literal gets the code page of the database, the column has its own. */
const PLAIN = /^[ -~]*$/;
const CONTROL = /\p{Cc}/u;

type WriteLiteral = (text: string, declaration: string) => string | undefined;

/** Without a style: what no setting of the session reads otherwise (of datetime and smalldatetime, SET LANGUAGE does). */
const byText =
  (style = ""): WriteLiteral =>
  (text, declaration) =>
    `CONVERT(${declaration}, '${text}'${style})`;

const number: WriteLiteral = (text, declaration) => `CONVERT(${declaration}, ${text})`;
const narrow: WriteLiteral = (text) => (PLAIN.test(text) ? quoted(text) : undefined);
const wide: WriteLiteral = (text) => (CONTROL.test(text) ? undefined : `N${quoted(text)}`);

/** yyyy-mm-dd hh:mi:ss.mmm, whatever the session's language. */
const MOMENT = ", 121";

const WRITERS: Readonly<Record<string, WriteLiteral>> = {
  tinyint: number,
  smallint: number,
  int: number,
  bigint: number,
  decimal: byText(),
  numeric: byText(),
  money: byText(),
  smallmoney: byText(),
  uniqueidentifier: byText(),
  date: byText(),
  time: byText(),
  datetime: byText(MOMENT),
  smalldatetime: byText(MOMENT),
  datetime2: byText(),
  datetimeoffset: byText(),
  char: narrow,
  varchar: narrow,
  nchar: wide,
  nvarchar: wide,
};

/**
 * T-SQL of a value, of the very type that the column has, so that the server compares as its index is ordered; undefined
 * where that is not certain: float and real, which no literal gives exactly, sql_variant, texts of a code page beyond its
 * plainest characters. A literal takes the collation of the column that it is compared with (collation precedence).
 */
function literalOf(declaration: string, value: CellValue): string | undefined {
  if (value.kind === "typed") return undefined;
  if (value.kind === "flag") return `CONVERT(bit, ${value.isTrue ? 1 : 0})`;
  if (value.kind === "binary") {
    return `CONVERT(${declaration}, 0x${Buffer.from(value.bytes).toString("hex")})`;
  }
  return WRITERS[declaration.replace(/\(.*$/, "")]?.(value.text, declaration);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function keyOf(
  table: SchemaTable,
  metadata: Uint8Array,
  row: Uint8Array,
): readonly KeyPart[] | undefined {
  const index = table.indexes.find(({ kind }) => kind === "clustered");
  if (index?.isUnique !== true) return undefined;
  const format = openRowFormat(metadata);
  const contents = format.contents(row, 0);
  const parts = index.keys.map(({ column, isDescending }) => {
    const at = format.columns.findIndex(({ name }) => name === column);
    const content = contents[at] ?? null;
    const mayBeNull = table.columns.find(({ name }) => name === column)?.isNullable !== false;
    // A descending index has NULL last, where no comparison would find it.
    if (content === null || mayBeNull) return undefined;
    // Comes as varbinary(max), and no index has such a key: hierarchyid, whose literals no comparison is certain to take.
    const type = format.columns[at]?.type ?? "";
    if (type.endsWith("(max)")) return undefined;
    const value = literalOf(type, format.value(at, content));
    return value === undefined ? undefined : { column: quoteName(column), value, isDescending };
  });
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 || known.length < parts.length ? undefined : known;
}

/** All rows behind it in the order of the key. The first comparison alone lets the server seek. */
function isBehind(parts: readonly KeyPart[]): string {
  const [first] = parts;
  const compare = ({ column, value, isDescending }: KeyPart, equals: string) =>
    `${column} ${isDescending ? "<" : ">"}${equals} ${value}`;
  const deeper = parts.reduceRight<string | undefined>((rest, part) => {
    const here = compare(part, "");
    return rest === undefined ? here : `(${here} OR (${part.column} = ${part.value} AND ${rest}))`;
  }, undefined);
  if (first === undefined || deeper === undefined) throw new RangeError("a key without columns");
  return parts.length === 1 ? deeper : `${compare(first, "=")} AND ${deeper}`;
}

/**
 * Reads the rows of a table that come behind the given one: of a clustered key that is unique and cannot be NULL, whose
 * values can be written so that the server compares them as it orders them. Undefined where that is not so.
 */
export function selectRowsBehind(
  table: SchemaTable,
  metadata: Uint8Array,
  row: Uint8Array,
): RowSelection | undefined {
  const key = keyOf(table, metadata, row);
  return key === undefined ? undefined : selectRows(table, isBehind(key));
}
