import type { RowSlice } from "../../core/resource/database-capture.ts";
import type { TableChanges } from "../../core/resource/database-server.ts";
import type { TdsConnection } from "../../providers/sqlserver/connection/tds-connection.ts";
import { readRows } from "../../providers/sqlserver/lane/read-rows.ts";
import { quoteName, quoteText } from "../../providers/sqlserver/names.ts";

/** A cell as T-SQL writes it; the columns' types make the same value of it everywhere. */
export type Literal = string;

/** One row of a change table. */
export interface ChangeRow {
  /** The commit's number; LSNs are made of it. */
  readonly commit: number;
  readonly command: number;
  readonly sequence: number;
  readonly operation: 1 | 2 | 3 | 4;
  /** Names of the columns that the mask tells. */
  readonly touched: readonly string[];
  /** By column; NULL where absent. */
  readonly cells: Readonly<Record<string, Literal>>;
}

export interface ChangeColumn {
  readonly name: string;
  /** With its collation: `nvarchar(40) COLLATE …`. */
  readonly type: string;
}

export function lsnOf(number: number): string {
  return number.toString(16).padStart(20, "0");
}

/** Bit n - 1 of the mask, counted from its last byte, is the column of ordinal n. */
function maskOf(columns: readonly ChangeColumn[], touched: readonly string[]): string {
  const bytes = new Uint8Array(Math.ceil(columns.length / 8));
  for (const [at, { name }] of columns.entries()) {
    if (!touched.includes(name)) continue;
    const place = bytes.length - 1 - (at >> 3);
    bytes[place] = (bytes[place] ?? 0) | (1 << (at & 7));
  }
  return `0x${Buffer.from(bytes).toString("hex")}`;
}

function valuesOf(row: ChangeRow, columns: readonly ChangeColumn[]): string {
  const { commit, command, sequence, operation, touched, cells } = row;
  const head = [
    `0x${lsnOf(commit)}`,
    `0x${lsnOf(commit * 1000 + sequence)}`,
    command,
    operation,
    maskOf(columns, touched),
  ];
  return `(${[...head, ...columns.map(({ name }) => cells[name] ?? "NULL")].join(", ")})`;
}

async function* bytesOf(slices: AsyncIterable<RowSlice>): AsyncGenerator<Uint8Array> {
  for await (const { bytes } of slices) yield Uint8Array.from(bytes);
}

async function gather(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

/** Makes rows of a change table by hand and reads them as a capture would: metadata and bytes of the wire. */
export async function captureChanges(
  connection: TdsConnection,
  columns: readonly ChangeColumn[],
  rows: readonly ChangeRow[],
): Promise<TableChanges["parts"][number]> {
  const name = "made_changes";
  const head =
    "[__$start_lsn] binary(10) NOT NULL, [__$seqval] binary(10) NOT NULL, [__$command_id] int NULL, [__$operation] int NOT NULL, [__$update_mask] varbinary(128) NULL";
  const own = columns.map((column) => `${quoteName(column.name)} ${column.type} NULL`);
  await connection.execute(`IF OBJECT_ID(${quoteText(name)}) IS NOT NULL DROP TABLE ${name}`);
  await connection.execute(`CREATE TABLE ${name} (${[head, ...own].join(", ")})`);
  for (let at = 0; at < rows.length; at += 100) {
    const values = rows.slice(at, at + 100).map((row) => valuesOf(row, columns));
    await connection.execute(`INSERT ${name} VALUES ${values.join(", ")}`);
  }
  const order = "[__$start_lsn], [__$command_id], [__$seqval], [__$operation]";
  const { metadata, slices } = await readRows(connection, {
    sql: `SELECT * FROM ${name} ORDER BY ${order}`,
    key: [],
  });
  return { metadata, bytes: once(await gather(bytesOf(slices))) };
}
