import {
  bitLength,
  isFiniteNumber,
  type NumberContent,
  normalNumber,
  partsOfNumber,
  quotientOf,
} from "./exact-number.ts";
import { doubleOfNumber, truncatedNumber } from "./number-format.ts";

/** Arithmetic with 512 bits. Infinite operands follow IEEE 754; a result that is no number, or too large or too small a one, is undefined. */
export function addNumbers(left: NumberContent, right: NumberContent): NumberContent | undefined {
  if (typeof left === "number" && typeof right === "number") {
    const quick = left + right;
    if (Number.isSafeInteger(quick)) return quick;
  }
  const infinite = withInfinity(left, right, (a, b) => a + b);
  if (infinite !== null) return infinite;
  const a = partsOfNumber(left);
  const b = partsOfNumber(right);
  const exponent = Math.min(a.exponent, b.exponent);
  const sum =
    (a.mantissa << BigInt(a.exponent - exponent)) + (b.mantissa << BigInt(b.exponent - exponent));
  return normalNumber(sum, exponent);
}

export function negateNumber(content: NumberContent): NumberContent {
  if (typeof content === "number") return content === 0 ? 0 : -content;
  return { mantissa: -content.mantissa, exponent: content.exponent };
}

export function subtractNumbers(
  left: NumberContent,
  right: NumberContent,
): NumberContent | undefined {
  return addNumbers(left, negateNumber(right));
}

export function multiplyNumbers(
  left: NumberContent,
  right: NumberContent,
): NumberContent | undefined {
  if (typeof left === "number" && typeof right === "number") {
    const quick = left * right;
    if (Number.isSafeInteger(quick)) return quick === 0 ? 0 : quick;
  }
  const infinite = withInfinity(left, right, (a, b) => a * b);
  if (infinite !== null) return infinite;
  const a = partsOfNumber(left);
  const b = partsOfNumber(right);
  return bounded(normalNumber(a.mantissa * b.mantissa, a.exponent + b.exponent));
}

/** The most binary digits before or behind the point: beyond, no sum and no text could be made any more. */
const LARGEST_SCALE = 1_000_000;

function bounded(content: NumberContent): NumberContent | undefined {
  if (typeof content === "number") return content;
  const size = content.mantissa < 0n ? -content.mantissa : content.mantissa;
  const scale = content.exponent + bitLength(size);
  return Math.abs(scale) > LARGEST_SCALE ? undefined : content;
}

/** Undefined for a divisor of zero. */
export function divideNumbers(
  left: NumberContent,
  right: NumberContent,
): NumberContent | undefined {
  if (right === 0) return undefined;
  if (typeof left === "number" && typeof right === "number") {
    const quick = left / right;
    if (Number.isSafeInteger(quick) && quick * right === left) return quick === 0 ? 0 : quick;
  }
  const infinite = withInfinity(left, right, (a, b) => a / b);
  if (infinite !== null) return infinite;
  const a = partsOfNumber(left);
  const b = partsOfNumber(right);
  const divisor = b.mantissa < 0n ? -b.mantissa : b.mantissa;
  const dividend = b.mantissa < 0n ? -a.mantissa : a.mantissa;
  return bounded(quotientOf(dividend, divisor, a.exponent - b.exponent));
}

/** The remainder with the dividend's sign; undefined for a divisor of zero. */
export function remainderOfNumbers(
  left: NumberContent,
  right: NumberContent,
): NumberContent | undefined {
  if (right === 0) return undefined;
  const infinite = withInfinity(left, right, (a, b) => a % b);
  if (infinite !== null) return infinite;
  const quotient = divideNumbers(left, right);
  if (quotient === undefined) return undefined;
  const whole = multiplyNumbers(normalNumber(truncatedNumber(quotient), 0), right);
  return whole === undefined ? undefined : subtractNumbers(left, whole);
}

/** Negative, zero or positive, as `left` is less than, equal to or greater than `right`. */
export function compareNumbers(left: NumberContent, right: NumberContent): number {
  if (typeof left === "number" && typeof right === "number") {
    return left === right ? 0 : left < right ? -1 : 1;
  }
  if (left === Infinity || right === -Infinity) return 1;
  if (left === -Infinity || right === Infinity) return -1;
  const difference = partsDifference(left, right);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}

function partsDifference(left: NumberContent, right: NumberContent): bigint {
  const a = partsOfNumber(left);
  const b = partsOfNumber(right);
  const exponent = Math.min(a.exponent, b.exponent);
  return (
    (a.mantissa << BigInt(a.exponent - exponent)) - (b.mantissa << BigInt(b.exponent - exponent))
  );
}

/** Null where both operands are finite. */
function withInfinity(
  left: NumberContent,
  right: NumberContent,
  operation: (left: number, right: number) => number,
): NumberContent | undefined | null {
  if (isFiniteNumber(left) && isFiniteNumber(right)) return null;
  const result = operation(doubleOfNumber(left), doubleOfNumber(right));
  return Number.isNaN(result) ? undefined : result;
}
