/**
 * `mantissa * 2^exponent`, the mantissa odd and of at most 512 bits: the precision of the reference
 * implementation's numbers, so that `0.1 + 0.2 == 0.3`.
 */
export interface ExactNumber {
  readonly mantissa: bigint;
  readonly exponent: number;
}

/**
 * A number in its one normal form: a JavaScript number where it is a safe integer (never -0) or
 * infinite, an `ExactNumber` otherwise.
 */
export type NumberContent = number | ExactNumber;

const PRECISION = 512;
const LARGEST_POWER_OF_TEN = 100_000;
const WORD = 0xffff_ffffn;

/** Rounds `mantissa * 2^exponent` to 512 bits, half to even, and brings it into normal form. */
export function normalNumber(mantissa: bigint, exponent: number): NumberContent {
  if (mantissa === 0n) return 0;
  const negative = mantissa < 0n;
  let size = negative ? -mantissa : mantissa;
  let power = exponent;
  const excess = bitLength(size) - PRECISION;
  if (excess > 0) {
    size = roundedShift(size, excess);
    power += excess;
  }
  const zeros = trailingZeros(size);
  size >>= BigInt(zeros);
  power += zeros;
  if (power >= 0 && power + bitLength(size) <= 53) {
    const safe = Number(size << BigInt(power));
    return negative ? -safe : safe;
  }
  return { mantissa: negative ? -size : size, exponent: power };
}

function roundedShift(size: bigint, bits: number): bigint {
  const shift = BigInt(bits);
  const kept = size >> shift;
  const rest = size - (kept << shift);
  const half = 1n << (shift - 1n);
  const up = rest > half || (rest === half && (kept & 1n) === 1n);
  return up ? kept + 1n : kept;
}

/** The number of bits of a positive integer. */
export function bitLength(size: bigint): number {
  const digits = size.toString(16);
  return digits.length * 4 - Math.clz32(Number.parseInt(digits.charAt(0), 16)) + 28;
}

function trailingZeros(size: bigint): number {
  let zeros = 0;
  let rest = size;
  while ((rest & WORD) === 0n) {
    rest >>= 32n;
    zeros += 32;
  }
  const low = Number(rest & WORD) | 0;
  return zeros + 31 - Math.clz32(low & -low);
}

/** Both parts of a finite number, without normal form. */
export function partsOfNumber(content: NumberContent): ExactNumber {
  return typeof content === "number" ? { mantissa: BigInt(content), exponent: 0 } : content;
}

export function isFiniteNumber(content: NumberContent): boolean {
  return typeof content !== "number" || Number.isFinite(content);
}

export function isWholeNumber(content: NumberContent): boolean {
  return typeof content === "number" ? Number.isFinite(content) : content.exponent >= 0;
}

/** The quotient of two integers, `divisor` positive, times `2^exponent`, rounded once. */
export function quotientOf(dividend: bigint, divisor: bigint, exponent: number): NumberContent {
  if (dividend === 0n) return 0;
  const size = dividend < 0n ? -dividend : dividend;
  const shift = Math.max(0, PRECISION + 2 + bitLength(divisor) - bitLength(size));
  const scaled = size << BigInt(shift);
  const quotient = scaled / divisor;
  const sticky = quotient * divisor === scaled ? 0n : 1n;
  const mantissa = (quotient << 1n) | sticky;
  return normalNumber(dividend < 0n ? -mantissa : mantissa, exponent - shift - 1);
}

const DECIMAL = /^([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** Reads a decimal number of any length; undefined where the text is none or beyond 10^±100000. */
export function tryParseNumber(text: string): NumberContent | undefined {
  if (text.length < 16 && /^\d+$/.test(text)) return Number(text);
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const power = Number(exponent) - fraction.length;
  if (Math.abs(power) > LARGEST_POWER_OF_TEN) return undefined;
  const digits = BigInt(whole + fraction) * (sign === "-" ? -1n : 1n);
  if (power >= 0) return normalNumber(digits * 10n ** BigInt(power), 0);
  return quotientOf(digits, 10n ** BigInt(-power), 0);
}

/** Exact for integers; any other double is taken as the binary fraction that it is. */
export function numberFromDouble(value: number): NumberContent {
  if (Number.isSafeInteger(value)) return value === 0 ? 0 : value;
  if (!Number.isFinite(value)) return value;
  let exponent = 0;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    exponent -= 1;
  }
  return normalNumber(BigInt(scaled), exponent);
}
