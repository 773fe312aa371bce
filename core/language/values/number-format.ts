import { bitLength, type NumberContent, partsOfNumber } from "./exact-number.ts";

const PRECISION = 512;

/** The shortest decimal text, without an exponent, that reads back as the same number. */
export function formatNumber(content: NumberContent): string {
  if (typeof content === "number") {
    if (Number.isFinite(content)) return String(content);
    return content > 0 ? "Inf" : "-Inf";
  }
  const { mantissa, exponent } = content;
  const size = mantissa < 0n ? -mantissa : mantissa;
  const sign = mantissa < 0n ? "-" : "";
  if (exponent >= 0 && bitLength(size) + exponent <= PRECISION) {
    return sign + String(size << BigInt(exponent));
  }
  return sign + placePoint(shortestDigits(size, exponent));
}

/** The nearest double. */
export function doubleOfNumber(content: NumberContent): number {
  return typeof content === "number" ? content : Number(formatNumber(content));
}

/** The part before the point, as an integer; `content` must be finite. */
export function truncatedNumber(content: NumberContent): bigint {
  const { mantissa, exponent } = partsOfNumber(content);
  if (exponent >= 0) return mantissa << BigInt(exponent);
  const size = (mantissa < 0n ? -mantissa : mantissa) >> BigInt(-exponent);
  return mantissa < 0n ? -size : size;
}

interface Decimal {
  readonly digits: string;
  /** Where the point stands, from the left of the digits. */
  readonly point: number;
}

function placePoint({ digits, point }: Decimal): string {
  if (point <= 0) return `0.${"0".repeat(-point)}${digits}`;
  if (point >= digits.length) return digits + "0".repeat(point - digits.length);
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** Steele and White's free-format algorithm with integers, for a mantissa of 512 bits. */
function shortestDigits(size: bigint, exponent: number): Decimal {
  const widen = PRECISION - bitLength(size);
  const mantissa = size << BigInt(widen);
  const power = exponent - widen;
  const isPowerOfTwo = size === 1n;
  const even = (mantissa & 1n) === 0n;
  let rest = mantissa * 4n;
  let scale = 4n;
  let above = 2n;
  let below = isPowerOfTwo ? 1n : 2n;
  if (power >= 0) {
    const factor = 1n << BigInt(power);
    rest *= factor;
    above *= factor;
    below *= factor;
  } else scale <<= BigInt(-power);

  let point = Math.floor((bitLength(mantissa) + power) * Math.LOG10E * Math.LN2) - 1;
  if (point >= 0) scale *= 10n ** BigInt(point);
  else {
    const factor = 10n ** BigInt(-point);
    rest *= factor;
    above *= factor;
    below *= factor;
  }
  while (rest + above > scale) {
    scale *= 10n;
    point += 1;
  }
  return { digits: digitsOf({ rest, scale, above, below, even }), point };
}

interface Bounds {
  readonly rest: bigint;
  readonly scale: bigint;
  readonly above: bigint;
  readonly below: bigint;
  readonly even: boolean;
}

function digitsOf(bounds: Bounds): string {
  const { scale, even } = bounds;
  let { rest, above, below } = bounds;
  let digits = "";
  for (;;) {
    rest *= 10n;
    above *= 10n;
    below *= 10n;
    const digit = rest / scale;
    rest -= digit * scale;
    const low = even ? rest <= below : rest < below;
    const high = even ? rest + above >= scale : rest + above > scale;
    if (!low && !high) {
      digits += String(digit);
      continue;
    }
    const up = high && (!low || rest * 2n >= scale);
    return digits + String(up ? digit + 1n : digit);
  }
}
