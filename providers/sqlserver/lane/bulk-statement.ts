import { quoteName } from "../names.ts";
import { COLUMN_METADATA_TOKEN, type WireColumn } from "./column-metadata.ts";
import { CELL } from "./wire-type.ts";

const XML = 0xf1;
const USER_TYPE = 0xf0;
const NULLABLE = 0x01;
const UPDATABLE = 0x08;
const IDENTITY = 0x10;

/** xml goes as nvarchar(max) without collation, user types as varbinary(max): what MS-TDS asks for in a bulk load (2.2.6.1). */
const SUBSTITUTES: Readonly<Record<number, Buffer>> = {
  [XML]: Buffer.from([0xe7, 0xff, 0xff, 0, 0, 0, 0, 0]),
  [USER_TYPE]: Buffer.from([0xa5, 0xff, 0xff]),
};

/** Ends the stream of a bulk load. */
export const BULK_END = Buffer.from([0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

export interface BulkTarget {
  /** Quoted, with its schema. */
  readonly table: string;
  readonly columns: readonly WireColumn[];
  /** By column name; absent for columns without one. */
  readonly collations: Readonly<Record<string, string>>;
  /** `[Id] ASC`: set when the rows come in the order of the clustered index; saves the server a sort. */
  readonly order: readonly string[];
}

/** INSERT BULK as SqlBulkCopy writes it with KeepIdentity and KeepNulls (there is no option for identity values: naming the column keeps them). */
export function bulkStatement({ table, columns, collations, order }: BulkTarget): string {
  const list = columns.map(({ name, type }) => {
    const collation = type.hasCollation ? collations[name] : undefined;
    const collate = collation === undefined ? "" : ` COLLATE ${collation}`;
    return `${quoteName(name)} ${type.declaration}${collate}`;
  });
  const hints = ["KEEP_NULLS", "TABLOCK"];
  if (order.length > 0) hints.push(`ORDER(${order.join(", ")})`);
  return `INSERT BULK ${table} (${list.join(", ")}) WITH (${hints.join(", ")})`;
}

function encodeColumn(column: WireColumn, table: string): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt16LE((column.flags & (NULLABLE | IDENTITY)) | UPDATABLE, 4);
  const parts = [head, SUBSTITUTES[column.type.token] ?? column.typeInfo];
  if (column.type.form === CELL.pointer) {
    const length = Buffer.alloc(2);
    length.writeUInt16LE(table.length);
    parts.push(length, Buffer.from(table, "utf16le"));
  }
  parts.push(Buffer.from([column.name.length]), Buffer.from(column.name, "utf16le"));
  return Buffer.concat(parts);
}

/** The COLMETADATA token that a bulk load begins with. */
export function encodeBulkMetadata({ table, columns }: BulkTarget): Buffer {
  const head = Buffer.alloc(3);
  head.writeUInt8(COLUMN_METADATA_TOKEN, 0);
  head.writeUInt16LE(columns.length, 1);
  return Buffer.concat([head, ...columns.map((column) => encodeColumn(column, table))]);
}
