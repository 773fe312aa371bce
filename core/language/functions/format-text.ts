import { convertValue, isConversionFault } from "../values/convert.ts";
import { stringValue, type Value } from "../values/value.ts";
import { BOOL, NUMBER, STRING, type ValueType } from "../values/value-type.ts";
import type { FunctionFault } from "./function-declaration.ts";
import { encodeJson } from "./json-functions.ts";
import { decimalText, integerText, isIntegerLetter, type NumberLayout } from "./number-text.ts";
import { quoteText } from "./shown-argument.ts";
import { graphemesOf } from "./string-functions.ts";

/** `%%`; or `%`, flags, width, precision, argument number, verb. */
const VERB = /%(?:%|([ +#0-]*)([1-9]\d*)?(\.\d*)?(?:\[([1-9]\d*)\])?([a-zA-Z]))/y;

/** As much of a verb as is right. */
const BEGINNING = /%[ +#0-]*(?:[1-9]\d*)?(?:\.\d*)?(?:\[(?:[1-9]\d*\]?)?)?/y;

const LETTERS = new Set("vtbdoxXeEfgGsq");

/** Wider fields are a mistake, and would fill the memory. */
const WIDEST = 10_000;

interface Verb extends NumberLayout {
  readonly whole: string;
  /** In UTF-8 bytes, as users of Go count it. */
  readonly offset: number;
  /** From 1. */
  readonly argument: number;
}

/** Go's `Sprintf` for values of the language, which must be wholly known. */
export function formatText(format: string, args: readonly Value[]): string | FunctionFault {
  let text = "";
  let from = 0;
  let next = 1;
  let highest = 0;
  for (let at = format.indexOf("%"); at >= 0; at = format.indexOf("%", from)) {
    text += format.slice(from, at);
    VERB.lastIndex = at;
    const match = VERB.exec(format);
    if (match === null) return misspelt(format, at);
    from = at + match[0].length;
    if (match[0] === "%%") {
      text += "%";
      continue;
    }
    const verb = verbOf(match, next);
    next = verb.argument + 1;
    highest = Math.max(highest, verb.argument);
    const piece = formatArgument(verb, args);
    if (typeof piece !== "string") return piece;
    text += piece;
  }
  return highest < args.length ? tooMany(highest) : text + format.slice(from);
}

function verbOf(match: RegExpExecArray, next: number): Verb {
  const [whole, flags = "", width, precision, argument, letter = ""] = match;
  return {
    whole,
    offset: Buffer.byteLength(match.input.slice(0, match.index)),
    argument: argument === undefined ? next : Number(argument),
    flags,
    width: width === undefined ? undefined : Number(width),
    precision: precision === undefined ? undefined : Number(precision.slice(1)),
    letter,
  };
}

function misspelt(format: string, at: number): FunctionFault {
  BEGINNING.lastIndex = at;
  const end = at + (BEGINNING.exec(format)?.[0].length ?? 1);
  const offset = Buffer.byteLength(format.slice(0, end));
  const [wrong] = format.slice(end);
  if (wrong === undefined) return { fault: `invalid format string starting at offset ${offset}` };
  return { fault: `unrecognized format character ${quoteCharacter(wrong)} at offset ${offset}` };
}

function quoteCharacter(character: string): string {
  const inner = quoteText(character).slice(1, -1);
  return `'${character === "'" ? "\\'" : character === '"' ? '"' : inner}'`;
}

function tooMany(used: number): FunctionFault {
  const rest = used === 0 ? "no verbs in format string" : `only ${used} used by format string`;
  return { fault: `too many arguments; ${rest}`, argument: used + 1 };
}

function formatArgument(verb: Verb, args: readonly Value[]): string | FunctionFault {
  const { whole, offset, argument, letter } = verb;
  const value = args[argument - 1];
  const name = `${quoteText(whole)} at ${offset}`;
  if (value === undefined) {
    return {
      fault: `not enough arguments for ${name}: need index ${argument} but have ${args.length} total`,
    };
  }
  if (Math.max(verb.width ?? 0, verb.precision ?? 0) > WIDEST) {
    return { fault: `${name} is wider than ${WIDEST} characters` };
  }
  if (letter !== "v" && value.kind === "null") {
    return { fault: `unsupported value for ${name}: null value cannot be formatted` };
  }
  if (!LETTERS.has(letter)) {
    return {
      fault: `unsupported format verb '${letter}' in ${quoteText(whole)} at offset ${offset}`,
    };
  }
  const body = bodyOf(verb, value);
  if (typeof body === "string") return body;
  return { fault: `unsupported value for ${name}: ${body.fault}` };
}

function bodyOf(verb: Verb, value: Value): string | FunctionFault {
  const { letter } = verb;
  if (letter === "v") return padded(verb, naturalText(verb, value));
  if (letter === "s" || letter === "q") return stringText(verb, value);
  if (letter === "t") {
    const flag = converted(value, BOOL);
    return "fault" in flag ? flag : encodeJson(flag);
  }
  const number = converted(value, NUMBER);
  if ("fault" in number) return number;
  const content = number.kind === "number" ? number.content : 0;
  if (!isIntegerLetter(letter)) return decimalText(content, verb);
  return integerText(content, verb) ?? { fault: "an integer is required" };
}

function stringText(verb: Verb, value: Value): string | FunctionFault {
  const text = converted(value, STRING);
  if ("fault" in text) return text;
  const content = text.kind === "string" ? text.content : "";
  const { precision = 0, letter } = verb;
  const cut = precision > 0 ? graphemesOf(content).slice(0, precision).join("") : content;
  return padded(verb, letter === "q" ? encodeJson(stringValue(cut)) : cut);
}

function naturalText({ flags }: Verb, value: Value): string {
  if (flags.includes("#")) return encodeJson(value);
  if (value.kind === "string") return value.content;
  if (value.kind !== "number") return encodeJson(value);
  const shortest = { letter: "g", flags: "", width: undefined, precision: undefined };
  return decimalText(value.content, shortest);
}

function converted(value: Value, type: ValueType): Value | FunctionFault {
  const result = convertValue(value, type);
  return isConversionFault(result) ? { fault: result.fault } : result;
}

function padded({ flags, width = 0 }: Verb, text: string): string {
  const missing = width - graphemesOf(text).length;
  if (missing <= 0) return text;
  const padding = (flags.includes("0") ? "0" : " ").repeat(missing);
  return flags.includes("-") ? text + padding : padding + text;
}
