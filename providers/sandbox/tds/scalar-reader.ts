import { formatGuid } from "../values/guid-bytes.ts";
import type { SqlType, SqlTypeName, SqlValue } from "../values/sql-type.ts";
import { type ByteReader, ProtocolError } from "./byte-reader.ts";

/** Reads the bytes of a value that is not NULL; `size` says how many there are. */
export type ScalarReader = (reader: ByteReader, size: number) => SqlValue;

const TICKS_PER_DAY = 864_000_000_000;
const BIG_TICKS_PER_DAY = 864_000_000_000n;
/** Days of 9999-12-31. */
const LAST_DAY = 3_652_058;
const DATETIME_UNITS_PER_DAY = 25_920_000;

function requireSize(size: number, wanted: number): void {
  if (size !== wanted) throw new ProtocolError("a value has a wrong length for its data type");
}

function sized(wanted: number, read: (reader: ByteReader) => SqlValue): ScalarReader {
  return (reader, size) => {
    requireSize(size, wanted);
    return read(reader);
  };
}

function readDays(reader: ByteReader): number {
  const days = reader.u24();
  if (days > LAST_DAY) throw new ProtocolError("a date lies after the year 9999");
  return days;
}

function readDatetime(reader: ByteReader): number {
  const days = reader.i32();
  const units = reader.u32();
  if (units >= DATETIME_UNITS_PER_DAY || days < -53_690 || days > 2_958_463) {
    throw new ProtocolError("a datetime is out of range");
  }
  return days * DATETIME_UNITS_PER_DAY + units;
}

function readSmallDatetime(reader: ByteReader): number {
  const days = reader.u16();
  const minutes = reader.u16();
  if (minutes >= 1440) throw new ProtocolError("a smalldatetime is out of range");
  return days * 1440 + minutes;
}

const SCALARS: Readonly<Partial<Record<SqlTypeName, ScalarReader>>> = {
  bit: sized(1, (reader) => (reader.u8() === 0 ? 0 : 1)),
  tinyint: sized(1, (reader) => reader.u8()),
  smallint: sized(2, (reader) => reader.i16()),
  int: sized(4, (reader) => reader.i32()),
  bigint: sized(8, (reader) => reader.i64()),
  real: sized(4, (reader) => reader.f32()),
  float: sized(8, (reader) => reader.f64()),
  smallmoney: sized(4, (reader) => BigInt(reader.i32())),
  money: sized(8, (reader) => {
    const high = BigInt(reader.i32());
    return (high << 32n) | BigInt(reader.u32());
  }),
  date: sized(3, readDays),
  datetime: sized(8, readDatetime),
  smalldatetime: sized(4, readSmallDatetime),
  uniqueidentifier: sized(16, (reader) => formatGuid(reader.bytes(16))),
};

function readTicks(reader: ByteReader, size: number, scale: number): number {
  const unit = 10 ** (7 - scale);
  if (size < 3 || size > 5) throw new ProtocolError("a time has a wrong length");
  const units = size === 3 ? reader.u24() : size === 4 ? reader.u32() : reader.u40();
  const ticks = units * unit;
  if (ticks >= TICKS_PER_DAY) throw new ProtocolError("a time lies after the end of its day");
  return ticks;
}

function readMoment(reader: ByteReader, size: number, scale: number): bigint {
  const ticks = readTicks(reader, size, scale);
  return BigInt(readDays(reader)) * BIG_TICKS_PER_DAY + BigInt(ticks);
}

function createTemporalReader({ name, scale = 7 }: SqlType): ScalarReader | undefined {
  if (name === "time") return (reader, size) => readTicks(reader, size, scale);
  if (name === "datetime2") return (reader, size) => readMoment(reader, size - 3, scale);
  if (name !== "datetimeoffset") return undefined;
  return (reader, size) => {
    const utcTicks = readMoment(reader, size - 5, scale);
    const offsetMinutes = reader.i16();
    if (Math.abs(offsetMinutes) > 840) throw new ProtocolError("an offset is out of range");
    return { utcTicks, offsetMinutes };
  };
}

function readDecimal(reader: ByteReader, size: number): bigint {
  if (size < 2 || size > 17) throw new ProtocolError("a decimal has a wrong length");
  const isNegative = reader.u8() === 0;
  if (size === 5) return isNegative ? -BigInt(reader.u32()) : BigInt(reader.u32());
  if (size === 9) return isNegative ? -reader.u64() : reader.u64();
  let magnitude = 0n;
  const bytes = reader.bytes(size - 1);
  for (let index = bytes.length - 1; index >= 0; index -= 1) {
    magnitude = (magnitude << 8n) | BigInt(bytes[index] ?? 0);
  }
  return isNegative ? -magnitude : magnitude;
}

/** The reader of a type whose values all have one size; undefined for texts, bytes, xml and variants. */
export function createScalarReader(type: SqlType): ScalarReader | undefined {
  if (type.name === "decimal" || type.name === "numeric") return readDecimal;
  return SCALARS[type.name] ?? createTemporalReader(type);
}
