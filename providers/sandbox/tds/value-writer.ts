import type { SqlType, SqlValue } from "../values/sql-type.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { createScalar } from "./scalar-writer.ts";
import { TYPE } from "./type-tokens.ts";
import { asBytes, asText } from "./value-shapes.ts";
import { writeVariant } from "./variant-writer.ts";
import { MAX_LENGTH, type WireType } from "./wire-type.ts";

/** Writes a value, NULL too, as a row or a parameter has it. */
export type ValueWriter = (writer: ByteWriter, value: SqlValue) => void;

const PLP_NULL = Buffer.alloc(8, 0xff);
/** SQL Server gives a pointer and a timestamp with each text; clients only hand them back or skip them. */
const TEXT_POINTER = Buffer.from(`\u0010${"holdfast text pt"}${"\0".repeat(8)}`, "latin1");

/** The bytes of a value whose length is its own. */
function createEncoder({ token, codePage }: WireType): (value: SqlValue) => Uint8Array {
  if (codePage !== undefined) return (value) => codePage.encode(asText(value));
  const isUnicode =
    token === TYPE.nchar || token === TYPE.nvarchar || token === TYPE.ntext || token === TYPE.xml;
  return isUnicode ? (value) => Buffer.from(asText(value), "utf16le") : asBytes;
}

function createShortWriter(wire: WireType): ValueWriter {
  if (wire.token === TYPE.nvarchar || wire.token === TYPE.nchar) {
    return (writer, value) => {
      if (value === null) {
        writer.u16(MAX_LENGTH);
        return;
      }
      const text = asText(value);
      writer.u16(text.length * 2);
      writer.utf16(text);
    };
  }
  const encode = createEncoder(wire);
  return (writer, value) => {
    if (value === null) {
      writer.u16(MAX_LENGTH);
      return;
    }
    const bytes = encode(value);
    writer.u16(bytes.length);
    writer.bytes(bytes);
  };
}

function createPlpWriter(wire: WireType): ValueWriter {
  const encode = createEncoder(wire);
  return (writer, value) => {
    if (value === null) {
      writer.bytes(PLP_NULL);
      return;
    }
    const bytes = encode(value);
    writer.u64(bytes.length);
    if (bytes.length > 0) {
      writer.u32(bytes.length);
      writer.bytes(bytes);
    }
    writer.u32(0);
  };
}

function createPointerWriter(wire: WireType): ValueWriter {
  const encode = createEncoder(wire);
  return (writer, value) => {
    if (value === null) {
      writer.u8(0);
      return;
    }
    const bytes = encode(value);
    writer.bytes(TEXT_POINTER);
    writer.u32(bytes.length);
    writer.bytes(bytes);
  };
}

function createScalarWriter(type: SqlType, form: "fixed" | "byte"): ValueWriter {
  const scalar = createScalar(type);
  if (scalar === undefined) throw new Error(`${type.name} has no one size. This is a bug.`);
  const { size, write } = scalar;
  if (form === "fixed") return write;
  return (writer, value) => {
    if (value === null) {
      writer.u8(0);
      return;
    }
    writer.u8(size);
    write(writer, value);
  };
}

/** Prepares the writer of one column or parameter. */
export function createValueWriter(wire: WireType): ValueWriter {
  switch (wire.form) {
    case "fixed":
    case "byte":
      return createScalarWriter(wire.type, wire.form);
    case "short":
      return createShortWriter(wire);
    case "plp":
      return createPlpWriter(wire);
    case "pointer":
      return createPointerWriter(wire);
    case "variant":
      return writeVariant;
    default:
      return wire.form satisfies never;
  }
}
