import { readUnsigned } from "./moments.ts";

/** `-12.50`, of a whole number of units of 10^-scale. */
function decimalText(units: bigint, scale: number): string {
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, "0");
  const sign = units < 0n ? "-" : "";
  if (scale === 0) return sign + digits;
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** tinyint has no sign. */
export function readInteger(content: Uint8Array): bigint {
  const value = readUnsigned(content);
  return content.length === 1 ? value : BigInt.asIntN(content.length * 8, value);
}

/** money has its upper half first. */
export function readMoney(content: Uint8Array): string {
  if (content.length === 4) return decimalText(readInteger(content), 4);
  const high = BigInt.asIntN(32, readUnsigned(content.subarray(0, 4)));
  return decimalText((high << 32n) + readUnsigned(content.subarray(4)), 4);
}

/** decimal: a byte that is 1 where the value is not negative, then its size. */
export function readDecimal(content: Uint8Array, scale: number): string {
  const size = readUnsigned(content.subarray(1));
  return decimalText(content[0] === 1 ? size : -size, scale);
}

/** The shortest text that gives the same value again. */
export function readFloat(content: Uint8Array): string {
  const bytes = Buffer.from(content);
  if (bytes.length === 8) return floatText(bytes.readDoubleLE(0));
  const value = bytes.readFloatLE(0);
  if (value === 0) return floatText(value);
  for (let digits = 1; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return floatText(short);
  }
  return floatText(Number(value.toPrecision(9)));
}

function floatText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

/** The first three parts of a uniqueidentifier are little-endian. */
export function readGuid(content: Uint8Array): string {
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  const hex = Buffer.from(order.map((at) => content[at] ?? 0))
    .toString("hex")
    .toUpperCase();
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}
