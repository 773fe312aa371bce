import type { SqlTypeName, SqlValue, Variant } from "../values/sql-type.ts";
import { ByteReader, ProtocolError } from "./byte-reader.ts";
import { createScalarReader, type ScalarReader } from "./scalar-reader.ts";
import { readTypeInfo } from "./type-info-reader.ts";
import { TYPE } from "./type-tokens.ts";
import { MAX_LENGTH, type WireType } from "./wire-type.ts";

/** Reads a value, NULL too, as a parameter or a bulk row has it. */
export type ValueReader = (reader: ByteReader) => SqlValue;

const PLP_NULL = 0xffff_ffff_ffff_ffffn;
const POINTER_TAIL = 8;

const UNICODE = new Set<SqlTypeName>(["nchar", "nvarchar", "ntext", "xml"]);

/** Makes a value of bytes that are only lent. */
function createDecoder({ type, codePage }: WireType): (bytes: Buffer) => SqlValue {
  if (codePage !== undefined) return (bytes) => codePage.decode(bytes);
  return UNICODE.has(type.name) ? decodeUnicode : (bytes) => Uint8Array.from(bytes);
}

function decodeUnicode(bytes: Buffer): string {
  if (bytes.length % 2 !== 0) throw new ProtocolError("a Unicode text has an odd length");
  return bytes.toString("utf16le");
}

function readChunks(reader: ByteReader): Buffer | undefined {
  if (reader.u64() === PLP_NULL) return undefined;
  const chunks: Buffer[] = [];
  for (;;) {
    const length = reader.u32();
    if (length === 0) break;
    chunks.push(reader.bytes(length));
  }
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
}

function createPlpReader(wire: WireType): ValueReader {
  const decode = createDecoder(wire);
  return (reader) => {
    const bytes = readChunks(reader);
    return bytes === undefined ? null : decode(bytes);
  };
}

function createShortReader(wire: WireType): ValueReader {
  const decode = createDecoder(wire);
  return (reader) => {
    const length = reader.u16();
    return length === MAX_LENGTH ? null : decode(reader.bytes(length));
  };
}

function createPointerReader(wire: WireType): ValueReader {
  const decode = createDecoder(wire);
  return (reader) => {
    const pointer = reader.u8();
    if (pointer === 0) return null;
    reader.skip(pointer + POINTER_TAIL);
    return decode(reader.bytes(reader.u32()));
  };
}

/** Text, ntext and image as parameters have four bytes of length and no pointer; 0xFFFFFFFF is NULL. */
function createLongReader(wire: WireType): ValueReader {
  const decode = createDecoder(wire);
  return (reader) => {
    const length = reader.u32();
    return length === 0xffff_ffff ? null : decode(reader.bytes(length));
  };
}

function createByteReader(wire: WireType): ValueReader {
  const scalar = createScalarReader(wire.type);
  const decode = createDecoder(wire);
  const read: ScalarReader = scalar ?? ((reader, size) => decode(reader.bytes(size)));
  return (reader) => {
    const size = reader.u8();
    return size === 0 ? null : read(reader, size);
  };
}

function createFixedReader({ type, maxLength }: WireType): ValueReader {
  const read = createScalarReader(type);
  if (read === undefined) throw new Error(`${type.name} has no one size. This is a bug.`);
  return (reader) => read(reader, maxLength);
}

/** Bases of one size have the type byte of the NOT NULL form and no length of their own. */
function readVariantType(reader: ByteReader): { wire: WireType; properties: number } {
  const token = reader.u8();
  const properties = reader.u8();
  const head = [token];
  const rest = reader.bytes(properties);
  const isVariable = properties === 2 || properties === 7;
  if (token === TYPE.decimalN || token === TYPE.numericN) head.push(17, ...rest);
  else if (token === TYPE.guid) head.push(16);
  else if (isVariable) head.push(...rest.subarray(-2), ...rest.subarray(0, -2));
  else head.push(...rest);
  return { wire: readTypeInfo(new ByteReader(Buffer.from(head))), properties };
}

function readVariant(reader: ByteReader): SqlValue {
  const total = reader.u32();
  if (total === 0) return null;
  const { wire, properties } = readVariantType(reader);
  const size = total - 2 - properties;
  if (size < 0) throw new ProtocolError("a sql_variant has a wrong length");
  return { type: wire.type, value: readBase(reader, wire, size) };
}

function readBase(reader: ByteReader, wire: WireType, size: number): Variant["value"] {
  const scalar = createScalarReader(wire.type);
  const value = scalar?.(reader, size) ?? createDecoder(wire)(reader.bytes(size));
  if (typeof value === "object" && value !== null && "type" in value) {
    throw new ProtocolError("a sql_variant holds another one");
  }
  return value;
}

/** Prepares the reader of one column of a bulk load. */
export function createValueReader(wire: WireType): ValueReader {
  switch (wire.form) {
    case "fixed":
      return createFixedReader(wire);
    case "byte":
      return createByteReader(wire);
    case "short":
      return createShortReader(wire);
    case "plp":
      return createPlpReader(wire);
    case "pointer":
      return createPointerReader(wire);
    case "variant":
      return readVariant;
    default:
      return wire.form satisfies never;
  }
}

/** Prepares the reader of a parameter: as a column's, but for text, ntext and image. */
export function createParameterReader(wire: WireType): ValueReader {
  return wire.form === "pointer" ? createLongReader(wire) : createValueReader(wire);
}
