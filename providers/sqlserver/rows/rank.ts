import { readUnsigned } from "./moments.ts";
import { readInteger } from "./numbers.ts";

type Rank = (content: Uint8Array) => bigint;

const signed: Rank = readInteger;

/** decimal: a byte that is 1 where the value is not negative, then its size. */
const decimal: Rank = (content) => {
  const size = readUnsigned(content.subarray(1));
  return content[0] === 1 ? size : -size;
};

/** money has its upper half first. */
const money: Rank = (content) => {
  const high = BigInt.asIntN(32, readUnsigned(content.subarray(0, 4)));
  return (high << 32n) + readUnsigned(content.subarray(4));
};

/** datetime: days, then the time; both little-endian. */
const datetime: Rank = (content) => {
  const half = content.length / 2;
  const days = readUnsigned(content.subarray(0, half));
  const time = readUnsigned(content.subarray(half));
  return (half === 4 ? BigInt.asIntN(32, days) : days) * 2n ** 32n + time;
};

/** datetime2 and datetimeoffset: the time, then three bytes of date; an offset after them says nothing of the order. */
function dated(rest: number): Rank {
  return (content) => {
    const end = content.length - rest;
    const date = readUnsigned(content.subarray(end - 3, end));
    return date * 2n ** 40n + readUnsigned(content.subarray(0, end - 3));
  };
}

/** The bytes as they count, first things first (dotnet/corefx, SQLGuid.cs: x_rgiGuidOrder). */
const GUID_ORDER = [10, 11, 12, 13, 14, 15, 8, 9, 6, 7, 4, 5, 0, 1, 2, 3];

const guid: Rank = (content) =>
  GUID_ORDER.reduce((rank, at) => (rank << 8n) | BigInt(content[at] ?? 0), 0n);

const RANKS: Readonly<Record<string, Rank>> = {
  tinyint: readUnsigned,
  bit: readUnsigned,
  smallint: signed,
  int: signed,
  bigint: signed,
  smallmoney: signed,
  money,
  decimal,
  numeric: decimal,
  date: readUnsigned,
  time: readUnsigned,
  smalldatetime: datetime,
  datetime,
  datetime2: dated(0),
  datetimeoffset: dated(2),
  uniqueidentifier: guid,
};

/**
 * The order of the values of a type, as SQL Server sorts them. Texts are sorted by collations that only the server knows, and
 * of the other types nobody needs it.
 */
export function rankOf(type: string): Rank | undefined {
  return RANKS[type];
}
