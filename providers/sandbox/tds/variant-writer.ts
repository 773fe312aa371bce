import type { SqlType, SqlValue } from "../values/sql-type.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { createScalar } from "./scalar-writer.ts";
import { asBytes, asText, asVariant } from "./value-shapes.ts";
import { describeType, type WireType } from "./wire-type.ts";

const SCALED = new Set(["time", "datetime2", "datetimeoffset"]);

function writeScalarHead(writer: ByteWriter, type: SqlType): void {
  const token = describeType(type, type.name === "uniqueidentifier").token;
  writer.u8(token);
  if (type.name === "decimal" || type.name === "numeric") {
    writer.u8(2);
    writer.u8(type.precision ?? 18);
    writer.u8(type.scale ?? 0);
  } else if (SCALED.has(type.name)) {
    writer.u8(1);
    writer.u8(type.scale ?? 7);
  } else {
    writer.u8(0);
  }
}

function encodeText(wire: WireType, text: string): Uint8Array {
  return wire.codePage === undefined ? Buffer.from(text, "utf16le") : wire.codePage.encode(text);
}

function writeVariable(writer: ByteWriter, type: SqlType, value: SqlValue): void {
  const wire = describeType(type, true);
  const bytes = wire.collation === undefined ? asBytes(value) : encodeText(wire, asText(value));
  writer.u8(wire.token);
  writer.u8(wire.collation === undefined ? 2 : 7);
  if (wire.collation !== undefined) writer.bytes(wire.collation);
  writer.u16(type.length === undefined ? bytes.length : wire.maxLength);
  writer.bytes(bytes);
}

/** Writes a sql_variant: the length of all that follows, the base type, its properties, the value. */
export function writeVariant(writer: ByteWriter, value: SqlValue): void {
  const start = writer.length;
  writer.u32(0);
  if (value === null) return;
  const variant = asVariant(value);
  if (variant.value === null) return;
  const scalar = createScalar(variant.type);
  if (scalar === undefined) {
    writeVariable(writer, variant.type, variant.value);
  } else {
    writeScalarHead(writer, variant.type);
    scalar.write(writer, variant.value);
  }
  writer.patchU32(start, writer.length - start - 4);
}
