import type { ByteWriter } from "./byte-writer.ts";
import { TYPE } from "./type-tokens.ts";
import type { WireType } from "./wire-type.ts";

const SCALED: readonly number[] = [TYPE.time, TYPE.datetime2, TYPE.datetimeOffset];

function writeByteForm(writer: ByteWriter, wire: WireType): void {
  if (wire.token === TYPE.date) return;
  if (SCALED.includes(wire.token)) {
    writer.u8(wire.type.scale ?? 7);
    return;
  }
  writer.u8(wire.maxLength);
  if (wire.token === TYPE.decimalN || wire.token === TYPE.numericN) {
    writer.u8(wire.type.precision ?? 18);
    writer.u8(wire.type.scale ?? 0);
  }
}

/** Writes TYPE_INFO: the type byte, its lengths, its collation. */
export function writeTypeInfo(writer: ByteWriter, wire: WireType): void {
  writer.u8(wire.token);
  if (wire.form === "byte") writeByteForm(writer, wire);
  else if (wire.token === TYPE.xml) writer.u8(0);
  else if (wire.form === "short" || wire.form === "plp") writer.u16(wire.maxLength);
  else if (wire.form === "pointer" || wire.form === "variant") writer.u32(wire.maxLength);
  if (wire.collation !== undefined) writer.bytes(wire.collation);
}
