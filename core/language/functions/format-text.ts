import { convertValue, isConversionFault } from "../values/convert.ts";
import type { NumberContent } from "../values/exact-number.ts";
import { doubleOfNumber, formatNumber, truncatedNumber } from "../values/number-format.ts";
import type { Value } from "../values/value.ts";
import { BOOL, NUMBER, STRING, type ValueType } from "../values/value-type.ts";
import type { FunctionFault } from "./function-declaration.ts";
import { encodeJson } from "./json-functions.ts";
import { graphemesOf } from "./string-functions.ts";

/** `%`, flags, width, precision, argument number, verb; or `%%`. */
const VERB = /%(?:%|([ +#0-]*)(\d+)?(?:\.(\d+))?(?:\[(\d+)\])?([a-zA-Z]))/g;

const WIDEST = 10_000;

interface Verb {
  readonly whole: string;
  readonly at: number;
  readonly flags: string;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  readonly letter: string;
}

/** Go's `Sprintf` for values of the language. */
export function formatText(format: string, args: readonly Value[]): string | FunctionFault {
  let text = "";
  let from = 0;
  let next = 0;
  let highest = 0;
  for (const match of format.matchAll(VERB)) {
    const stray = strayPercent(format.slice(0, match.index), from);
    if (stray !== undefined) return stray;
    text += format.slice(from, match.index);
    from = match.index + match[0].length;
    if (match[0] === "%%") {
      text += "%";
      continue;
    }
    const verb = verbOf(match);
    next = match[4] === undefined ? next + 1 : Number(match[4]);
    highest = Math.max(highest, next);
    const piece = formatArgument(verb, args, next);
    if (typeof piece !== "string") return piece;
    text += piece;
  }
  const stray = strayPercent(format, from);
  if (stray !== undefined) return stray;
  if (highest < args.length) return tooMany(highest);
  return text + format.slice(from);
}

function verbOf(match: RegExpExecArray): Verb {
  const [whole, flags = "", width, precision, , letter = ""] = match;
  return {
    whole,
    at: match.index,
    flags,
    width: width === undefined ? undefined : Number(width),
    precision: precision === undefined ? undefined : Number(precision),
    letter,
  };
}

function strayPercent(format: string, from: number): FunctionFault | undefined {
  const at = format.indexOf("%", from);
  if (at < 0) return undefined;
  return { fault: `unrecognized format sequence at offset ${at}`, argument: 0 };
}

function tooMany(used: number): FunctionFault {
  const rest = used === 0 ? "no verbs in format string" : `only ${used} used by format string`;
  return { fault: `too many arguments; ${rest}`, argument: used + 1 };
}

function formatArgument(
  verb: Verb,
  args: readonly Value[],
  number: number,
): string | FunctionFault {
  const value = args[number - 1];
  if (value === undefined) {
    return {
      fault: `not enough arguments for "${verb.whole}" at ${verb.at}: need index ${number} but have ${args.length} total`,
      argument: 0,
    };
  }
  if ((verb.width ?? 0) > WIDEST || (verb.precision ?? 0) > WIDEST) {
    return {
      fault: `"${verb.whole}" at ${verb.at} is wider than ${WIDEST} characters`,
      argument: 0,
    };
  }
  const body = bodyOf(verb, value);
  if (typeof body === "string") return padded(verb, body);
  return {
    fault: `unsupported value for "${verb.whole}" at ${verb.at}: ${body.fault}`,
    argument: number,
  };
}

function bodyOf(verb: Verb, value: Value): string | FunctionFault {
  if (verb.letter === "v") return naturalText(verb, value);
  if (value.kind === "null") return { fault: "null value cannot be formatted" };
  if (verb.letter === "s" || verb.letter === "q") return stringText(verb, value);
  if (verb.letter === "t") return boolText(value);
  const format = NUMBER_VERBS[verb.letter];
  if (format === undefined) return { fault: `unsupported format verb "${verb.letter}"` };
  const number = converted(value, NUMBER);
  if ("fault" in number || number.kind !== "number") return { fault: "number required" };
  return signed(verb, format(number.content, verb.precision));
}

function stringText({ letter, precision }: Verb, value: Value): string | FunctionFault {
  const text = converted(value, STRING);
  if ("fault" in text || text.kind !== "string") return { fault: "string required" };
  const cut = precision === undefined ? text.content : firstOf(text.content, precision);
  return letter === "q" ? JSON.stringify(cut) : cut;
}

function boolText(value: Value): string | FunctionFault {
  const flag = converted(value, BOOL);
  if ("fault" in flag || flag.kind !== "bool") return { fault: "bool required" };
  return String(flag.content);
}

function naturalText(verb: Verb, value: Value): string {
  if (verb.flags.includes("#")) return encodeJson(value);
  if (value.kind === "string") return value.content;
  return value.kind === "number" ? signed(verb, formatNumber(value.content)) : encodeJson(value);
}

function converted(value: Value, type: ValueType): Value | FunctionFault {
  const result = convertValue(value, type);
  return isConversionFault(result) ? { fault: result.fault } : result;
}

function firstOf(text: string, count: number): string {
  return graphemesOf(text).slice(0, count).join("");
}

type FormatNumber = (content: NumberContent, precision: number | undefined) => string;

function inBase(base: number): FormatNumber {
  return (content) => truncatedNumber(content).toString(base);
}

const NUMBER_VERBS: Readonly<Record<string, FormatNumber>> = {
  d: inBase(10),
  b: inBase(2),
  o: inBase(8),
  x: inBase(16),
  X: (content, precision) => inBase(16)(content, precision).toUpperCase(),
  f: fixedText,
  F: fixedText,
  e: exponentText,
  E: (content, precision) => exponentText(content, precision).toUpperCase(),
  g: generalText,
  G: (content, precision) => generalText(content, precision).toUpperCase(),
};

/** Exactly `precision` decimals [6], rounded half away from zero, with no double in between. */
function fixedText(content: NumberContent, precision = 6): string {
  const text = formatNumber(content);
  const [, sign = "", whole = "", fraction = ""] = /^(-?)(\d+)\.?(\d*)$/.exec(text) ?? [];
  if (whole === "") return text;
  const kept = BigInt(whole + fraction.slice(0, precision).padEnd(precision, "0"));
  const rounded = (fraction.charAt(precision) || "0") >= "5" ? kept + 1n : kept;
  const digits = String(rounded).padStart(precision + 1, "0");
  const point = digits.length - precision;
  return sign + digits.slice(0, point) + (precision > 0 ? `.${digits.slice(point)}` : "");
}

function exponentText(content: NumberContent, precision = 6): string {
  return withTwoDigits(doubleOfNumber(content).toExponential(Math.min(precision, 100)));
}

function generalText(content: NumberContent, precision: number | undefined): string {
  const double = doubleOfNumber(content);
  const [, power = "0"] = double.toExponential().split("e");
  if (precision === undefined) {
    const isPlain = Number(power) >= -4 && Number(power) < 21;
    return isPlain ? formatNumber(content) : withTwoDigits(double.toExponential());
  }
  const digits = Math.max(1, Math.min(precision, 100));
  if (Number(power) < -4 || Number(power) >= digits) {
    return withTwoDigits(String(Number(double.toPrecision(digits)).toExponential()));
  }
  return String(Number(double.toPrecision(digits)));
}

/** Go writes an exponent with at least two digits. */
function withTwoDigits(text: string): string {
  return text.replace(/e([+-])(\d)$/, (_, sign: string, digit: string) => `e${sign}0${digit}`);
}

function signed({ flags }: Verb, text: string): string {
  if (text.startsWith("-")) return text;
  if (flags.includes("+")) return `+${text}`;
  return flags.includes(" ") ? ` ${text}` : text;
}

function padded({ flags, width = 0, letter }: Verb, text: string): string {
  const missing = width - graphemesOf(text).length;
  if (missing <= 0) return text;
  if (flags.includes("-")) return text + " ".repeat(missing);
  const isNumber = Object.hasOwn(NUMBER_VERBS, letter);
  if (!flags.includes("0") || !isNumber) return " ".repeat(missing) + text;
  const sign = /^[+-]/.exec(text)?.[0] ?? "";
  return sign + "0".repeat(missing) + text.slice(sign.length);
}
