import {
  isFiniteNumber,
  isWholeNumber,
  type NumberContent,
  partsOfNumber,
} from "../values/exact-number.ts";
import { formatNumber, truncatedNumber } from "../values/number-format.ts";

/** How Go's `fmt` writes one number: the flags, width and precision of a verb. */
export interface NumberLayout {
  readonly letter: string;
  readonly flags: string;
  readonly width: number | undefined;
  readonly precision: number | undefined;
}

const BASES: Readonly<Record<string, number>> = { b: 2, d: 10, o: 8, x: 16, X: 16 };
const PREFIXES: Readonly<Record<string, string>> = { b: "0b", o: "0", x: "0x", X: "0X" };

export function isIntegerLetter(letter: string): boolean {
  return Object.hasOwn(BASES, letter);
}

/** Undefined where the number is no integer. */
export function integerText(content: NumberContent, layout: NumberLayout): string | undefined {
  if (!isFiniteNumber(content) || !isWholeNumber(content)) return undefined;
  const { letter, flags, width = 0, precision } = layout;
  const number = truncatedNumber(content);
  const plain = sizeOf(number).toString(BASES[letter]);
  if (plain === "0" && precision === 0) return "";
  const digits = (letter === "X" ? plain.toUpperCase() : plain).padStart(precision ?? 0, "0");
  const prefix = flags.includes("#") ? (PREFIXES[letter] ?? "") : "";
  const sign = signOf(number < 0n, flags) + prefix;
  const isFilled = flags.includes("0") && precision === undefined;
  return laidOut(sign, digits, { width, flags: isFilled ? flags : flags.replaceAll("0", "") });
}

function sizeOf(number: bigint): bigint {
  return number < 0n ? -number : number;
}

/** `e`, `E`, `f`, `g` and `G`. */
export function decimalText(content: NumberContent, layout: NumberLayout): string {
  const { letter, flags, width = 0, precision } = layout;
  if (!isFiniteNumber(content)) {
    const sign = content === -Infinity ? "-" : signOf(false, flags) || "+";
    return laidOut(sign, "Inf", { width, flags: flags.replaceAll("0", "") });
  }
  const isNegative = formatNumber(content).startsWith("-");
  const lower = letter.toLowerCase();
  const body =
    lower === "g" ? generalText(content, precision) : fixedText(content, lower, precision);
  const cased = letter === lower ? body : body.toUpperCase();
  return laidOut(signOf(isNegative, flags), cased, { width, flags });
}

function signOf(isNegative: boolean, flags: string): string {
  if (isNegative) return "-";
  if (flags.includes("+")) return "+";
  return flags.includes(" ") ? " " : "";
}

function laidOut(
  sign: string,
  digits: string,
  { width, flags }: { readonly width: number; readonly flags: string },
): string {
  const missing = width - sign.length - digits.length;
  if (missing <= 0) return sign + digits;
  if (flags.includes("-")) return sign + digits + " ".repeat(missing);
  if (flags.includes("0")) return sign + "0".repeat(missing) + digits;
  return " ".repeat(missing) + sign + digits;
}

/** The size of a number in decimal digits, without zeros at either end. */
interface Decimal {
  readonly digits: string;
  /** Where the point stands, from the left of the digits. */
  readonly point: number;
}

function trimmed(digits: string, point: number): Decimal {
  const leading = /^0*/.exec(digits)?.[0].length ?? 0;
  const rest = digits.slice(leading);
  let end = rest.length;
  while (end > 0 && rest[end - 1] === "0") end -= 1;
  return end === 0
    ? { digits: "", point: 0 }
    : { digits: rest.slice(0, end), point: point - leading };
}

/** All digits: a binary fraction has finitely many decimals. */
function exactDecimal(content: NumberContent): Decimal {
  const { mantissa, exponent } = partsOfNumber(content);
  const size = sizeOf(mantissa);
  if (exponent >= 0) {
    const digits = String(size << BigInt(exponent));
    return trimmed(digits, digits.length);
  }
  const digits = String(size * 5n ** BigInt(-exponent));
  return trimmed(digits, digits.length + exponent);
}

/** The fewest digits that read back as the same number. */
function shortestDecimal(content: NumberContent): Decimal {
  const [whole = "", fraction = ""] = formatNumber(content).replace("-", "").split(".");
  return trimmed(whole + fraction, whole.length);
}

/** At most `count` digits, half to even. */
function rounded({ digits, point }: Decimal, count: number): Decimal {
  if (count < 0) return { digits: "", point: 0 };
  if (count >= digits.length) return { digits, point };
  const rest = digits.slice(count);
  const kept = BigInt(digits.slice(0, count) || "0");
  const isHalf = /^50*$/.test(rest);
  const isUp = isHalf ? (kept & 1n) === 1n : rest >= "5";
  const text = String(isUp ? kept + 1n : kept).padStart(count, "0");
  return trimmed(text, point + text.length - count);
}

function fixedText(content: NumberContent, letter: string, precision = 6): string {
  const exact = exactDecimal(content);
  if (letter === "e") return withExponent(rounded(exact, precision + 1), precision);
  return withPoint(rounded(exact, exact.point + precision), precision);
}

/** Beyond these many digits before the point the shortest form has an exponent. */
const PLAIN_DIGITS = 6;

function generalText(content: NumberContent, precision: number | undefined): string {
  const decimal =
    precision === undefined
      ? shortestDecimal(content)
      : rounded(exactDecimal(content), Math.max(precision, 1));
  const { digits, point } = decimal;
  const power = digits === "" ? -1 : point - 1;
  let limit = PLAIN_DIGITS;
  if (precision !== undefined) {
    limit = Math.max(precision, 1);
    if (limit > digits.length && digits.length >= point) limit = digits.length;
  }
  if (digits !== "" && (power < -4 || power >= limit)) {
    return withExponent(decimal, digits.length - 1);
  }
  return withPoint(decimal, Math.max(digits.length - point, 0));
}

function withPoint({ digits, point }: Decimal, decimals: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "0";
  if (decimals === 0) return whole;
  const fraction = "0".repeat(Math.max(0, -point)) + digits.slice(Math.max(0, point));
  return `${whole}.${fraction.padEnd(decimals, "0").slice(0, decimals)}`;
}

function withExponent({ digits, point }: Decimal, decimals: number): string {
  const power = digits === "" ? 0 : point - 1;
  const fraction = digits.slice(1).padEnd(decimals, "0");
  const size = String(Math.abs(power)).padStart(2, "0");
  return `${digits.charAt(0) || "0"}${decimals > 0 ? `.${fraction}` : ""}e${power < 0 ? "-" : "+"}${size}`;
}
