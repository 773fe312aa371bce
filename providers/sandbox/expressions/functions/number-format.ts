import { formatDecimal, powerOfTen, rescale } from "../../values/decimal.ts";

/** Numbers in the standard and custom formats of .NET, in the culture en-US. */

/** A number as an unscaled value and its scale: formats work on exact digits. */
export interface Scaled {
  readonly value: bigint;
  readonly scale: number;
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

function fixed(number: Scaled, digits: number, groups: boolean): string {
  const text = formatDecimal(rescale(number.value, number.scale, digits), digits);
  const [, sign = "", whole = "", rest = ""] = /^(-?)(\d+)(.*)$/.exec(text) ?? [];
  return sign + (groups ? grouped(whole) : whole) + rest;
}

function currency(number: Scaled, digits: number): string {
  const text = fixed(number, digits, true);
  return text.startsWith("-") ? `($${text.slice(1)})` : `$${text}`;
}

function general({ value, scale }: Scaled): string {
  const text = formatDecimal(value, scale);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function scientific(number: Scaled, digits: number, letter: string): string {
  const [mantissa = "", exponent = "+0"] = Number(formatDecimal(number.value, number.scale))
    .toExponential(digits)
    .split("e");
  return `${mantissa}${letter}${exponent.charAt(0)}${exponent.slice(1).padStart(3, "0")}`;
}

type NumberWriter = (
  number: Scaled,
  digits: number | undefined,
  letter: string,
) => string | undefined;

const NUMBER_WRITERS: Readonly<Record<string, NumberWriter>> = {
  C: (number, digits) => currency(number, digits ?? 2),
  N: (number, digits) => fixed(number, digits ?? 2, true),
  F: (number, digits) => fixed(number, digits ?? 2, false),
  G: general,
  P: (number, digits) => `${fixed({ ...number, value: number.value * 100n }, digits ?? 2, true)} %`,
  E: (number, digits, letter) => scientific(number, digits ?? 6, letter),
  D: ({ value, scale }, digits) => {
    if (scale > 0) return undefined;
    const magnitude = (value < 0n ? -value : value).toString().padStart(digits ?? 1, "0");
    return value < 0n ? `-${magnitude}` : magnitude;
  },
  X: ({ value, scale }, digits, letter) => {
    if (scale > 0) return undefined;
    const hex = BigInt.asUintN(value < 0n ? 32 : 64, value)
      .toString(16)
      .padStart(digits ?? 1, "0");
    return letter === "X" ? hex.toUpperCase() : hex;
  },
};

const STANDARD_NUMBER = /^([A-Za-z])(\d{0,2})$/;

const QUOTED = /'([^']*)'|"([^"]*)"|\\(.)/g;

/** What stands in quotes or behind a backslash is text, never a placeholder: marked so while the pattern is read. */
interface Mark {
  readonly text: string;
  readonly isText: boolean;
}

function marksOf(pattern: string): Mark[] {
  const marks: Mark[] = [];
  let at = 0;
  for (const match of pattern.matchAll(QUOTED)) {
    for (const text of pattern.slice(at, match.index).split(""))
      marks.push({ text, isText: false });
    for (const text of (match[1] ?? match[2] ?? match[3] ?? "").split("")) {
      marks.push({ text, isText: true });
    }
    at = match.index + match[0].length;
  }
  for (const text of pattern.slice(at).split("")) marks.push({ text, isText: false });
  return marks;
}

function isPlaceholder({ text, isText }: Mark): boolean {
  return !isText && (text === "0" || text === "#");
}

function isSign({ text, isText }: Mark, sign: string): boolean {
  return !isText && text === sign;
}

/** Digits fill the placeholders from the right; those left over stand before the first. */
function fillWhole(marks: readonly Mark[], digits: string): string {
  const first = marks.findIndex(isPlaceholder);
  const firstZero = marks.findIndex((mark) => isSign(mark, "0"));
  const groups = marks.some((mark) => isSign(mark, ","));
  let rest = digits === "0" ? "" : digits;
  let written = 0;
  let result = "";
  const put = (digit: string): void => {
    result = (groups && written > 0 && written % 3 === 0 ? `${digit},` : digit) + result;
    written += digit === "" ? 0 : 1;
  };
  for (let index = marks.length - 1; index >= 0; index -= 1) {
    const mark = marks[index] ?? { text: "", isText: true };
    if (isSign(mark, ",")) continue;
    if (!isPlaceholder(mark)) {
      result = mark.text + result;
      continue;
    }
    const isRequired = firstZero >= 0 && index >= firstZero;
    if (rest !== "" || isRequired) put(rest.slice(-1) || "0");
    rest = rest.slice(0, -1);
    while (index === first && rest !== "") {
      put(rest.slice(-1));
      rest = rest.slice(0, -1);
    }
  }
  return result;
}

/** The fraction: `0` shows a digit always, `#` only when something follows. */
function fillFraction(marks: readonly Mark[], digits: string): string {
  const places = marks.filter(isPlaceholder);
  const required = places.findLastIndex((mark) => mark.text === "0") + 1;
  const shown = digits.slice(0, required) + digits.slice(required).replace(/0+$/, "");
  const tail = marks
    .filter((mark) => !isPlaceholder(mark) && !isSign(mark, ","))
    .map(({ text }) => text);
  return (shown === "" ? "" : `.${shown}`) + tail.join("");
}

/** One section of a custom pattern: `#,##0.00`, `0.0%`, `000-00`, with text around and between the digits. */
function customNumber(number: Scaled, pattern: string): string {
  const marks = marksOf(pattern);
  const percents = marks.filter((mark) => isSign(mark, "%")).length;
  const point = marks.findIndex((mark) => isSign(mark, "."));
  const whole = point < 0 ? marks : marks.slice(0, point);
  const fractionMarks = point < 0 ? [] : marks.slice(point + 1);
  const places = fractionMarks.filter(isPlaceholder).length;
  const rounded = rescale(number.value * powerOfTen(percents * 2), number.scale, places);
  const text = formatDecimal(rounded < 0n ? -rounded : rounded, places);
  const [digits = "", decimals = ""] = text.split(".");
  const sign = rounded < 0n ? "-" : "";
  return sign + fillWhole(whole, digits) + fillFraction(fractionMarks, decimals);
}

/** Sections for positive, negative and zero. */
function formatSections(number: Scaled, format: string): string {
  const [positive = "", negative, zero] = format.split(";");
  if (number.value === 0n && zero !== undefined) return customNumber(number, zero);
  if (number.value < 0n && negative !== undefined && negative !== "") {
    return customNumber({ ...number, value: -number.value }, negative);
  }
  return customNumber(number, positive);
}

/** Undefined: the format is none for this number (D of a fraction). */
export function formatNumber(number: Scaled, format: string): string | undefined {
  const match = STANDARD_NUMBER.exec(format);
  if (match === null) return formatSections(number, format);
  const [, letter = "", digits = ""] = match;
  return NUMBER_WRITERS[letter.toUpperCase()]?.(
    number,
    digits === "" ? undefined : Number(digits),
    letter,
  );
}
