import type { ByteCursor } from "./byte-cursor.ts";

/** How a cell says where it ends (MS-TDS 2.2.5.4). */
export const CELL = {
  /** Always `size` bytes. */
  fixed: 0,
  /** One byte of length. */
  byte: 1,
  /** Two bytes of length; FFFF is NULL. */
  short: 2,
  /** Eight bytes of total length, then chunks up to an empty one. */
  chunked: 3,
  /** text, ntext, image: pointer, timestamp, four bytes of length. */
  pointer: 4,
  /** sql_variant: four bytes of length. */
  variant: 5,
} as const;

export type CellForm = (typeof CELL)[keyof typeof CELL];

/** What the TYPE_INFO of a column says. */
export interface WireType {
  /** The type byte. */
  readonly token: number;
  readonly form: CellForm;
  /** Bytes of a cell of form `fixed`; 0 otherwise. */
  readonly size: number;
  /** How INSERT BULK names the type: `nvarchar(40)`. */
  readonly declaration: string;
  readonly hasCollation: boolean;
}

const FIXED: Readonly<Record<number, readonly [number, string]>> = {
  0x30: [1, "tinyint"],
  0x32: [1, "bit"],
  0x34: [2, "smallint"],
  0x38: [4, "int"],
  0x7f: [8, "bigint"],
  0x3b: [4, "real"],
  0x3e: [8, "float"],
  0x7a: [4, "smallmoney"],
  0x3c: [8, "money"],
  0x3a: [4, "smalldatetime"],
  0x3d: [8, "datetime"],
};

/** Nullable forms of the fixed types, by the largest length that the column may have. */
const NULLABLE: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  0x24: { 16: "uniqueidentifier" },
  0x26: { 1: "tinyint", 2: "smallint", 4: "int", 8: "bigint" },
  0x68: { 1: "bit" },
  0x6d: { 4: "real", 8: "float" },
  0x6e: { 4: "smallmoney", 8: "money" },
  0x6f: { 4: "smalldatetime", 8: "datetime" },
};

const SCALED: Readonly<Record<number, string>> = {
  0x29: "time",
  0x2a: "datetime2",
  0x2b: "datetimeoffset",
};

interface Text {
  readonly name: string;
  readonly unit: 1 | 2;
  readonly collated: boolean;
}

const STRINGS: Readonly<Record<number, Text>> = {
  0xa7: { name: "varchar", unit: 1, collated: true },
  0xaf: { name: "char", unit: 1, collated: true },
  0xe7: { name: "nvarchar", unit: 2, collated: true },
  0xef: { name: "nchar", unit: 2, collated: true },
  0xa5: { name: "varbinary", unit: 1, collated: false },
  0xad: { name: "binary", unit: 1, collated: false },
};

const POINTERS: Readonly<Record<number, string>> = { 0x23: "text", 0x63: "ntext", 0x22: "image" };

const COLLATION_BYTES = 5;
const MAX_LENGTH = 0xffff;

interface Draft {
  readonly form: CellForm;
  readonly declaration: string;
  readonly hasCollation?: boolean;
  readonly size?: number;
}

function readString(cursor: ByteCursor, text: Text): Draft {
  const length = cursor.uint16();
  if (text.collated) cursor.bytes(COLLATION_BYTES);
  const isMax = length === MAX_LENGTH;
  return {
    form: isMax ? CELL.chunked : CELL.short,
    declaration: `${text.name}(${isMax ? "max" : length / text.unit})`,
    hasCollation: text.collated,
  };
}

function readPointer(cursor: ByteCursor, name: string): Draft {
  cursor.uint32();
  if (name !== "image") cursor.bytes(COLLATION_BYTES);
  return { form: CELL.pointer, declaration: name, hasCollation: name !== "image" };
}

function readXml(cursor: ByteCursor): Draft {
  if (cursor.uint8() === 1) {
    cursor.shortText();
    cursor.shortText();
    cursor.longText();
  }
  return { form: CELL.chunked, declaration: "xml" };
}

function readUserType(cursor: ByteCursor): Draft {
  cursor.uint16();
  cursor.shortText();
  cursor.shortText();
  cursor.shortText();
  cursor.longText();
  return { form: CELL.chunked, declaration: "varbinary(max)" };
}

function readDecimal(cursor: ByteCursor, name: string): Draft {
  cursor.uint8();
  return { form: CELL.byte, declaration: `${name}(${cursor.uint8()},${cursor.uint8()})` };
}

function readVariant(cursor: ByteCursor): Draft {
  cursor.uint32();
  return { form: CELL.variant, declaration: "sql_variant" };
}

const OTHERS: Readonly<Record<number, (cursor: ByteCursor) => Draft>> = {
  0x28: () => ({ form: CELL.byte, declaration: "date" }),
  0x62: readVariant,
  0x6a: (cursor) => readDecimal(cursor, "decimal"),
  0x6c: (cursor) => readDecimal(cursor, "numeric"),
  0xf0: readUserType,
  0xf1: readXml,
};

function readDraft(cursor: ByteCursor, token: number): Draft | undefined {
  const fixed = FIXED[token];
  if (fixed !== undefined) return { form: CELL.fixed, declaration: fixed[1], size: fixed[0] };
  const nullable = NULLABLE[token];
  if (nullable !== undefined) {
    const declaration = nullable[cursor.uint8()];
    return declaration === undefined ? undefined : { form: CELL.byte, declaration };
  }
  const scaled = SCALED[token];
  if (scaled !== undefined) {
    return { form: CELL.byte, declaration: `${scaled}(${cursor.uint8()})` };
  }
  const text = STRINGS[token];
  if (text !== undefined) return readString(cursor, text);
  const pointer = POINTERS[token];
  if (pointer !== undefined) return readPointer(cursor, pointer);
  return OTHERS[token]?.(cursor);
}

/** Reads a TYPE_INFO. Throws `MoreBytesNeeded`; throws RangeError for a type that this lane does not know. */
export function readWireType(cursor: ByteCursor): WireType {
  const token = cursor.uint8();
  const draft = readDraft(cursor, token);
  if (draft === undefined) throw new RangeError(`unknown type 0x${token.toString(16)}`);
  return { token, size: 0, hasCollation: false, ...draft };
}
