import { fillGuid } from "../values/guid-bytes.ts";
import type { SqlType, SqlTypeName, SqlValue } from "../values/sql-type.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { asBigint, asNumber, asOffset, asText } from "./value-shapes.ts";
import { decimalSize, timeSize } from "./wire-type.ts";

/** Writes the bytes of a value that is not NULL, without its length. */
type ScalarWriter = (writer: ByteWriter, value: SqlValue) => void;

/** The bytes that a value of the type takes, and how they are written. */
export interface Scalar {
  readonly size: number;
  readonly write: ScalarWriter;
}

const TICKS_PER_DAY = 864_000_000_000n;
const DATETIME_UNITS_PER_DAY = 25_920_000;
const MINUTES_PER_DAY = 1440;

const NUMBERS: Readonly<Partial<Record<SqlTypeName, Scalar>>> = {
  bit: { size: 1, write: (writer, value) => writer.u8(asNumber(value)) },
  tinyint: { size: 1, write: (writer, value) => writer.u8(asNumber(value)) },
  smallint: { size: 2, write: (writer, value) => writer.i16(asNumber(value)) },
  int: { size: 4, write: (writer, value) => writer.i32(asNumber(value)) },
  bigint: { size: 8, write: (writer, value) => writer.big64(asBigint(value)) },
  real: { size: 4, write: (writer, value) => writer.f32(asNumber(value)) },
  float: { size: 8, write: (writer, value) => writer.f64(asNumber(value)) },
  date: { size: 3, write: (writer, value) => writer.u24(asNumber(value)) },
  smallmoney: { size: 4, write: (writer, value) => writer.i32(Number(asBigint(value))) },
  money: {
    size: 8,
    write(writer, value) {
      const units = asBigint(value);
      writer.i32(Number(units >> 32n));
      writer.u32(Number(units & 0xffff_ffffn));
    },
  },
  datetime: {
    size: 8,
    write(writer, value) {
      const units = asNumber(value);
      const days = Math.floor(units / DATETIME_UNITS_PER_DAY);
      writer.i32(days);
      writer.u32(units - days * DATETIME_UNITS_PER_DAY);
    },
  },
  smalldatetime: {
    size: 4,
    write(writer, value) {
      const minutes = asNumber(value);
      const days = Math.floor(minutes / MINUTES_PER_DAY);
      writer.u16(days);
      writer.u16(minutes - days * MINUTES_PER_DAY);
    },
  },
  uniqueidentifier: { size: 16, write: writeGuid },
};

function writeGuid(writer: ByteWriter, value: SqlValue): void {
  const text = asText(value);
  if (text.length !== 36) throw new TypeError("A uniqueidentifier is malformed. This is a bug.");
  fillGuid(GUID, text);
  writer.bytes(GUID);
}

/** Is filled and copied at once. */
const GUID = new Uint8Array(16);

function createTimeWriter(scale: number): (writer: ByteWriter, ticks: number) => void {
  const unit = 10 ** (7 - scale);
  const size = timeSize(scale);
  return (writer, ticks) => {
    const units = Math.floor(ticks / unit);
    if (size === 3) writer.u24(units);
    else if (size === 4) writer.u32(units);
    else writer.u40(units);
  };
}

function createMomentWriter(scale: number): (writer: ByteWriter, ticks: bigint) => void {
  const writeTime = createTimeWriter(scale);
  return (writer, ticks) => {
    const days = ticks / TICKS_PER_DAY;
    writeTime(writer, Number(ticks - days * TICKS_PER_DAY));
    writer.u24(Number(days));
  };
}

function createTemporal(type: SqlType): Scalar | undefined {
  const scale = type.scale ?? 7;
  const size = timeSize(scale);
  if (type.name === "time") {
    const write = createTimeWriter(scale);
    return { size, write: (writer, value) => write(writer, asNumber(value)) };
  }
  const write = createMomentWriter(scale);
  if (type.name === "datetime2") {
    return { size: size + 3, write: (writer, value) => write(writer, asBigint(value)) };
  }
  if (type.name !== "datetimeoffset") return undefined;
  return {
    size: size + 5,
    write(writer, value) {
      const { utcTicks, offsetMinutes } = asOffset(value);
      write(writer, utcTicks);
      writer.i16(offsetMinutes);
    },
  };
}

/** Sign and magnitude; the length is that of the precision, as SQL Server sends it. */
function createDecimal(precision: number): Scalar {
  const size = decimalSize(precision);
  return {
    size,
    write(writer, value) {
      const units = asBigint(value);
      const magnitude = units < 0n ? -units : units;
      writer.u8(units < 0n ? 0 : 1);
      if (size === 5) {
        writer.u32(Number(magnitude));
        return;
      }
      writer.big64(magnitude);
      const high = magnitude >> 64n;
      if (size === 13) writer.u32(Number(high));
      else if (size === 17) writer.big64(high);
    },
  };
}

/** The writer of a type whose values all have one size; undefined for texts, bytes, xml and variants. */
export function createScalar(type: SqlType): Scalar | undefined {
  if (type.name === "decimal" || type.name === "numeric") {
    return createDecimal(type.precision ?? 18);
  }
  return NUMBERS[type.name] ?? createTemporal(type);
}
