import type { SqlValue } from "../values/sql-type.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { TOKEN } from "./tokens.ts";
import type { WireForm } from "./type-tokens.ts";
import { createValueWriter } from "./value-writer.ts";
import type { WireType } from "./wire-type.ts";

export type RowWriter = (writer: ByteWriter, row: readonly SqlValue[]) => void;

/** Bytes that a NULL takes in a ROW token. A column without length has no NULL. */
const NULL_SIZE: Readonly<Record<WireForm, number>> = {
  fixed: 0,
  byte: 1,
  short: 2,
  plp: 8,
  pointer: 1,
  variant: 4,
};

/**
 * Prepares the rows of a result. A row goes as NBCROW, a bitmap of its NULLs and then the other values, when its NULLs would
 * take more bytes than the bitmap does; otherwise as ROW.
 */
export function createRowWriter(wires: readonly WireType[]): RowWriter {
  const writers = wires.map(createValueWriter);
  const nullSizes = wires.map(({ form }) => NULL_SIZE[form]);
  const count = wires.length;
  const bitmapSize = Math.ceil(count / 8);

  const bytesOfNulls = (row: readonly SqlValue[]): number => {
    let size = 0;
    for (let index = 0; index < count; index += 1) {
      if (row[index] === null) size += nullSizes[index] ?? 0;
    }
    return size;
  };

  const writeBitmap = (writer: ByteWriter, row: readonly SqlValue[]): void => {
    for (let first = 0; first < count; first += 8) {
      let bits = 0;
      for (let bit = 0; bit < 8; bit += 1) if (row[first + bit] === null) bits |= 1 << bit;
      writer.u8(bits);
    }
  };

  return (writer, row) => {
    if (row.length !== count) {
      throw new TypeError(`A row has ${row.length} values for ${count} columns. This is a bug.`);
    }
    const skipsNulls = bytesOfNulls(row) > bitmapSize;
    writer.u8(skipsNulls ? TOKEN.nbcRow : TOKEN.row);
    if (skipsNulls) writeBitmap(writer, row);
    for (let index = 0; index < count; index += 1) {
      const value = row[index] ?? null;
      if (value !== null || !skipsNulls) writers[index]?.(writer, value);
    }
  };
}
