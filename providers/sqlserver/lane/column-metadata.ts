import { ByteCursor } from "./byte-cursor.ts";
import { CELL, readWireType, type WireType } from "./wire-type.ts";

export const COLUMN_METADATA_TOKEN = 0x81;
const NO_METADATA = 0xffff;

export interface WireColumn {
  readonly name: string;
  readonly type: WireType;
  readonly flags: number;
  /** The TYPE_INFO as it came. */
  readonly typeInfo: Buffer;
}

export interface ColumnMetadata {
  readonly columns: readonly WireColumn[];
  /** Just behind the token. */
  readonly end: number;
}

function readColumn(cursor: ByteCursor): WireColumn {
  cursor.uint32();
  const flags = cursor.uint16();
  const start = cursor.offset;
  const type = readWireType(cursor);
  const typeInfo = cursor.since(start);
  if (type.form === CELL.pointer) {
    const parts = cursor.uint8();
    for (let part = 0; part < parts; part += 1) cursor.longText();
  }
  return { name: cursor.shortText(), type, flags, typeInfo };
}

/**
 * Reads the COLMETADATA token (MS-TDS 2.2.7.4) that begins at `start`, of TDS 7.2 and later, without column encryption.
 * Throws `MoreBytesNeeded` when it has not arrived whole, RangeError when it is something else.
 */
export function parseColumnMetadata(bytes: Buffer, start = 0): ColumnMetadata {
  const cursor = new ByteCursor(bytes, start);
  const token = cursor.uint8();
  if (token !== COLUMN_METADATA_TOKEN) throw new RangeError(`token 0x${token.toString(16)}`);
  const count = cursor.uint16();
  const columns: WireColumn[] = [];
  if (count === NO_METADATA) return { columns, end: cursor.offset };
  for (let index = 0; index < count; index += 1) columns.push(readColumn(cursor));
  return { columns, end: cursor.offset };
}
