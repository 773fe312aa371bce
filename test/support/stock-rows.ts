import { createHash } from "node:crypto";
import type { ConnectionPool } from "mssql";

export interface Column {
  readonly name: string;
  /** Of the server, without length: `varchar`. */
  readonly type: string;
}

type Reading = (column: string) => readonly string[];

const asItIs: Reading = (column) => [column];
const asText: Reading = (column) => [`CONVERT(varchar(60), ${column})`];
const asMoney: Reading = (column) => [`CONVERT(varchar(60), ${column}, 2)`];
const asMoment: Reading = (column) => [`CONVERT(varchar(60), ${column}, 121)`];
const asBytes: Reading = (column) => [`CONVERT(varbinary(max), ${column})`];
const asBytesOfNarrow: Reading = (column) => asBytes(`CONVERT(varchar(max), ${column})`);
const asBytesOfWide: Reading = (column) => asBytes(`CONVERT(nvarchar(max), ${column})`);
const asVariant: Reading = (column) => [
  ...["BaseType", "Precision", "Scale", "MaxLength", "Collation"].map(
    (property) => `CONVERT(nvarchar(200), SQL_VARIANT_PROPERTY(${column}, '${property}'))`,
  ),
  `CONVERT(varbinary(8000), ${column})`,
];

/** How a value of a type is read so that the client can lose nothing of it; bytes where the type is not here. */
const READINGS: Readonly<Record<string, Reading>> = {
  bit: asItIs,
  tinyint: asItIs,
  smallint: asItIs,
  int: asItIs,
  float: asItIs,
  real: asItIs,
  binary: asItIs,
  varbinary: asItIs,
  image: asItIs,
  bigint: asText,
  decimal: asText,
  numeric: asText,
  uniqueidentifier: asText,
  money: asMoney,
  smallmoney: asMoney,
  date: asMoment,
  time: asMoment,
  datetime: asMoment,
  datetime2: asMoment,
  smalldatetime: asMoment,
  datetimeoffset: asMoment,
  text: asBytesOfNarrow,
  ntext: asBytesOfWide,
  xml: asBytesOfWide,
  sql_variant: asVariant,
};

function exactly({ name, type }: Column): readonly string[] {
  return (READINGS[type] ?? asBytes)(`[${name.replaceAll("]", "]]")}]`);
}

function textOf(value: unknown): string {
  if (value === null) return "NULL";
  if (Buffer.isBuffer(value)) return bytesText(value);
  if (Object.is(value, -0)) return "-0";
  return JSON.stringify(value);
}

const SHOWN_BYTES = 200;

function bytesText(bytes: Buffer): string {
  if (bytes.length <= SHOWN_BYTES) return `0x${bytes.toString("hex")}`;
  return `${bytes.length} bytes ${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Tables of a database with the columns whose values can come back: all but rowversion. */
async function readTables(pool: ConnectionPool): Promise<ReadonlyMap<string, readonly Column[]>> {
  const { recordset } = await pool.request().query<{ table: string; name: string; type: string }>(
    `SELECT QUOTENAME(SCHEMA_NAME(t.schema_id)) + N'.' + QUOTENAME(t.name) AS [table], c.name, TYPE_NAME(c.system_type_id) AS type
     FROM sys.tables t JOIN sys.columns c ON c.object_id = t.object_id WHERE t.is_ms_shipped = 0
     ORDER BY 1, c.column_id`,
  );
  const columns = recordset.filter(({ type }) => type !== "timestamp");
  return Map.groupBy(columns, ({ table }) => table);
}

/** Every row of every table as text that differs when a byte differs, sorted, by table. */
export type AllRows = Readonly<Record<string, readonly string[]>>;

/** Reads all rows through a stock client. */
export async function readAllRows(pool: ConnectionPool): Promise<AllRows> {
  const all: Record<string, readonly string[]> = {};
  for (const [table, columns] of await readTables(pool)) {
    all[table] = await readTable(pool, table, columns);
  }
  return all;
}

/** Every row of one table, as text. `table`: quoted. */
export async function readTable(
  pool: ConnectionPool,
  table: string,
  columns: readonly Column[],
): Promise<readonly string[]> {
  const values = columns.flatMap(exactly).map((value, at) => `${value} AS c${at}`);
  const request = pool.request();
  request.arrayRowMode = true;
  const { recordset } = await request.query(`SELECT ${values.join(", ")} FROM ${table}`);
  const rows = recordset as unknown as readonly (readonly unknown[])[];
  return rows.map((row) => row.map(textOf).join(" | ")).toSorted();
}

/** The number of rows of all tables. */
export function countRows(rows: AllRows): number {
  return Object.values(rows).reduce((sum, table) => sum + table.length, 0);
}

/** One digest for all rows. */
export function digestRows(rows: AllRows): string {
  return createHash("sha256").update(JSON.stringify(rows)).digest("hex");
}
