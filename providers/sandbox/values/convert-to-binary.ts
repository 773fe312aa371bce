import { DATETIME_UNITS_PER_DAY } from "./calendar.ts";
import type { ConversionRequest, Convert } from "./conversion.ts";
import type { ScaledNumber } from "./decimal.ts";
import { encodeGuid } from "./guid-bytes.ts";
import { raise } from "./sql-exception.ts";
import type { DateTimeOffset, SqlType, SqlTypeName, SqlValue } from "./sql-type.ts";
import { encodeText } from "./text-fit.ts";
import { familyOf } from "./type-family.ts";

/** Values as binary, varbinary, image and rowversion. Casts rest on how sql-type.ts holds each type. */

type Encode = (value: SqlValue) => Uint8Array;

const INTEGER_SIZES: Partial<Record<SqlTypeName, number>> = {
  bit: 1,
  tinyint: 1,
  smallint: 2,
  int: 4,
  bigint: 8,
  money: 8,
  smallmoney: 4,
};

function bigEndian(value: bigint, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let rest = BigInt.asUintN(size * 8, value);
  for (let index = size - 1; index >= 0; index -= 1) {
    bytes[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

function littleEndian(value: bigint, size: number): Uint8Array {
  return bigEndian(value, size).reverse();
}

/** Precision, scale, a zero byte, 1 for positive, then the magnitude in little-endian groups of four bytes. */
function encodeDecimalBytes(value: bigint, type: SqlType): Uint8Array {
  const magnitude = value < 0n ? -value : value;
  const groups = Math.max(1, Math.ceil(magnitude.toString(2).length / 32));
  const head = [type.precision ?? 18, type.scale ?? 0, 0, value < 0n ? 0 : 1];
  return Uint8Array.from([...head, ...littleEndian(magnitude, groups * 4)]);
}

/** The reverse of {@link encodeDecimalBytes}; undefined when the bytes are no decimal. */
export function readDecimalBytes(bytes: Uint8Array): ScaledNumber | undefined {
  const [precision = 0, scale = 0, , sign = 0] = bytes;
  if (bytes.length < 5 || precision < 1 || precision > 38 || scale > precision) return undefined;
  let magnitude = 0n;
  for (const byte of bytes.subarray(4).toReversed()) magnitude = (magnitude << 8n) | BigInt(byte);
  return { value: sign === 0 ? -magnitude : magnitude, scale };
}

function encodeFloat(value: number, isReal: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(isReal ? 4 : 8));
  if (isReal) view.setFloat32(0, value);
  else view.setFloat64(0, value);
  return new Uint8Array(view.buffer);
}

function joinBytes(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

function daysAndRest(value: number, unitsPerDay: number): readonly [bigint, bigint] {
  const days = Math.floor(value / unitsPerDay);
  return [BigInt(days), BigInt(value - days * unitsPerDay)];
}

const TICKS_PER_DAY = 864_000_000_000n;

function encodeTime(ticks: bigint, scale: number): Uint8Array {
  const size = scale < 3 ? 3 : scale < 5 ? 4 : 5;
  return joinBytes(Uint8Array.of(scale), littleEndian(ticks / 10n ** BigInt(7 - scale), size));
}

function encodeTicks(ticks: bigint, scale: number): Uint8Array {
  return joinBytes(
    encodeTime(ticks % TICKS_PER_DAY, scale),
    littleEndian(ticks / TICKS_PER_DAY, 3),
  );
}

const TEMPORAL: Partial<Record<SqlTypeName, (scale: number) => Encode>> = {
  date: () => (value) => littleEndian(BigInt(value as number), 3),
  time: (scale) => (value) => encodeTime(BigInt(value as number), scale),
  datetime: () => (value) => {
    const [days, rest] = daysAndRest(value as number, DATETIME_UNITS_PER_DAY);
    return joinBytes(bigEndian(days, 4), bigEndian(rest, 4));
  },
  smalldatetime: () => (value) => {
    const [days, rest] = daysAndRest(value as number, 1440);
    return joinBytes(bigEndian(days, 2), bigEndian(rest, 2));
  },
  datetime2: (scale) => (value) => encodeTicks(value as bigint, scale),
  datetimeoffset: (scale) => (value) => {
    const { utcTicks, offsetMinutes } = value as DateTimeOffset;
    return joinBytes(encodeTicks(utcTicks, scale), littleEndian(BigInt(offsetMinutes), 2));
  },
};

function temporalEncoder(type: SqlType): Encode {
  const encoder = TEMPORAL[type.name];
  if (encoder === undefined) throw new Error(`${type.name} has no bytes. This is a bug.`);
  return encoder(type.scale ?? 7);
}

/** The bytes of a value as CAST(… AS varbinary) gives them; also what CHECKSUM and HASHBYTES of binary see. */
export function binaryEncoder(from: SqlType): Encode {
  switch (familyOf(from)) {
    case "integer":
    case "money": {
      const size = INTEGER_SIZES[from.name] ?? 4;
      return (value) => bigEndian(BigInt(value as number | bigint), size);
    }
    case "decimal":
      return (value) => encodeDecimalBytes(value as bigint, from);
    case "float":
      return (value) => encodeFloat(value as number, from.name === "real");
    case "temporal":
      return temporalEncoder(from);
    case "character":
    case "xml":
      return (value) => encodeText(value as string, from);
    case "binary":
      return (value) => value as Uint8Array;
    case "uniqueidentifier":
      return (value) => encodeGuid(value as string);
    case "sql_variant":
    default:
      throw new Error("A variant is opened before it is converted. This is a bug.");
  }
}

function hexReader(style: number): Encode {
  const pattern = style === 1 ? /^0x((?:[0-9a-f]{2})*)$/i : /^((?:[0-9a-f]{2})*)$/i;
  return (value) => {
    const match = pattern.exec((value as string).trimEnd());
    if (match !== null) return Uint8Array.from(Buffer.from(match[1] ?? "", "hex"));
    raise(8114, "Error converting data type varchar to varbinary.", { state: 5 });
  };
}

/** Numbers keep their last bytes and are filled up on the left; all else keeps its first and is filled up on the right. */
function fitBytes(bytes: Uint8Array, to: SqlType, isNumber: boolean): Uint8Array {
  const limit = to.name === "timestamp" ? 8 : (to.length ?? -1);
  if (limit < 0) return bytes;
  if (bytes.length > limit) {
    return isNumber ? bytes.slice(bytes.length - limit) : bytes.slice(0, limit);
  }
  if (bytes.length === limit || to.name === "varbinary") return bytes;
  const filled = new Uint8Array(limit);
  filled.set(bytes, isNumber ? limit - bytes.length : 0);
  return filled;
}

/** Undefined: the value is already right. */
export function compileToBinary({ from, to, style = 0 }: ConversionRequest): Convert | undefined {
  const family = familyOf(from);
  const isLong = to.name === "image" || to.length === -1;
  if (family === "binary" && isLong) return undefined;
  const isHex = family === "character" && (style === 1 || style === 2);
  const encode = isHex ? hexReader(style) : binaryEncoder(from);
  const isNumber = family === "integer" || family === "money";
  return (value) => fitBytes(encode(value), to, isNumber);
}
