/** Exact decimal numbers: an unscaled bigint and the count of its digits behind the point. */

const POWERS: readonly bigint[] = Array.from({ length: 128 }, (_, index) => 10n ** BigInt(index));

export function powerOfTen(exponent: number): bigint {
  return POWERS[exponent] ?? 10n ** BigInt(exponent);
}

/** Rounds half away from zero, as SQL Server does. The divisor is positive. */
export function divideRounded(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  const rest = value % divisor;
  const magnitude = rest < 0n ? -rest : rest;
  if (magnitude * 2n < divisor) return quotient;
  return value < 0n ? quotient - 1n : quotient + 1n;
}

export function rescale(value: bigint, from: number, to: number): bigint {
  if (to === from) return value;
  return to > from ? value * powerOfTen(to - from) : divideRounded(value, powerOfTen(from - to));
}

export function formatDecimal(value: bigint, scale: number): string {
  if (scale === 0) return value.toString();
  const sign = value < 0n ? "-" : "";
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

export interface ScaledNumber {
  readonly value: bigint;
  readonly scale: number;
}

const DECIMAL = /^\s*([+-]?)\s*(?:(\d+)(?:\.(\d*))?|\.(\d+))\s*$/;

/** Digits with an optional sign and point; no exponent, no separators. */
export function tryParseDecimal(text: string): ScaledNumber | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "", after, bare] = match;
  const fraction = after ?? bare ?? "";
  const magnitude = BigInt(`${whole}${fraction}` || "0");
  return { value: sign === "-" ? -magnitude : magnitude, scale: fraction.length };
}

/** The exact binary value of a finite number, rounded half away from zero to `scale` digits. */
export function decimalOfFloat(value: number, scale: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  const mantissa = exponent === 0 ? fraction : fraction | 0x10_0000_0000_0000n;
  const power = Math.max(exponent, 1) - 1075;
  const scaled = mantissa * powerOfTen(scale);
  const magnitude =
    power >= 0 ? scaled << BigInt(power) : divideRounded(scaled, 1n << BigInt(-power));
  return value < 0 ? -magnitude : magnitude;
}

/** The nearest double. */
export function floatOfDecimal(value: bigint, scale: number): number {
  if (scale === 0) return Number(value);
  if (value <= 9_007_199_254_740_991n && value >= -9_007_199_254_740_991n && scale <= 22) {
    return Number(value) / 10 ** scale;
  }
  return Number(formatDecimal(value, scale));
}
