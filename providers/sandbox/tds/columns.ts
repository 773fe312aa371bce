import type { ResultColumn } from "../session/session.ts";
import { findCollation } from "../values/collations.ts";
import type { SqlType } from "../values/sql-type.ts";
import { type ByteReader, ProtocolError } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { TOKEN } from "./tokens.ts";
import { readTypeInfo } from "./type-info-reader.ts";
import { writeTypeInfo } from "./type-info-writer.ts";
import { describeType, type WireType } from "./wire-type.ts";

const NULLABLE = 0x0001;
const CASE_SENSITIVE = 0x0002;
const UPDATABLE_UNKNOWN = 0x0008;
const IDENTITY = 0x0010;
const COMPUTED = 0x0020;
const NO_METADATA = 0xffff;
const USER_TYPE_TIMESTAMP = 80;

/** The user type that goes before TYPE_INFO: 80 tells timestamp from binary(8). */
export function userTypeOf(type: SqlType): number {
  return type.name === "timestamp" ? USER_TYPE_TIMESTAMP : 0;
}

function flagsOf(column: ResultColumn): number {
  const isReadOnly = column.identity || column.computed || column.type.name === "timestamp";
  const collation = column.type.collation && findCollation(column.type.collation);
  return (
    (column.nullable ? NULLABLE : 0) |
    (collation && collation.caseSensitive ? CASE_SENSITIVE : 0) |
    (isReadOnly ? 0 : UPDATABLE_UNKNOWN) |
    (column.identity ? IDENTITY : 0) |
    (column.computed ? COMPUTED : 0)
  );
}

function writeTableName(writer: ByteWriter, name: string | undefined): void {
  const parts = name === undefined || name === "" ? [] : name.split(".");
  writer.u8(parts.length);
  for (const part of parts) writer.longText(part);
}

/** Writes COLMETADATA; gives the types in the form in which the rows follow. */
export function writeColumns(writer: ByteWriter, columns: readonly ResultColumn[]): WireType[] {
  writer.u8(TOKEN.columnMetadata);
  writer.u16(columns.length);
  return columns.map((column) => {
    const wire = describeType(column.type, column.nullable);
    writer.u32(userTypeOf(column.type));
    writer.u16(flagsOf(column));
    writeTypeInfo(writer, wire);
    if (wire.form === "pointer") writeTableName(writer, column.tableName);
    writer.shortText(column.name);
    return wire;
  });
}

/** A column of a bulk load: what the engine sees of it, and how its values are read. */
export interface BulkColumn {
  readonly column: ResultColumn;
  readonly wire: WireType;
}

function readBulkColumn(reader: ByteReader): BulkColumn {
  const userType = reader.u32();
  const flags = reader.u16();
  const wire = readTypeInfo(reader);
  if (wire.form === "pointer") reader.longText();
  const name = reader.shortText();
  const type: SqlType = userType === USER_TYPE_TIMESTAMP ? { name: "timestamp" } : wire.type;
  const column: ResultColumn = {
    name,
    type,
    nullable: (flags & NULLABLE) !== 0,
    identity: (flags & IDENTITY) !== 0,
    computed: (flags & COMPUTED) !== 0,
  };
  return { column, wire };
}

/** Reads the COLMETADATA of a bulk load, where a text's table name is one text and not a list of parts. */
export function readBulkColumns(reader: ByteReader): BulkColumn[] {
  if (reader.u8() !== TOKEN.columnMetadata) {
    throw new ProtocolError("a bulk load does not start with its columns");
  }
  const count = reader.u16();
  if (count === NO_METADATA) throw new ProtocolError("a bulk load has no columns");
  return Array.from({ length: count }, () => readBulkColumn(reader));
}
