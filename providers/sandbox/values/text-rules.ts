import { findCodePage } from "./code-pages.ts";
import { type Collation, DEFAULT_COLLATION, findCollation } from "./collations.ts";
import { createSortWeights, type SortWeights } from "./sort-weights.ts";
import type { SqlType } from "./sql-type.ts";
import { isAsciiText } from "./text-fit.ts";
import { isUnicode } from "./type-family.ts";

/** How texts of one collation and encoding compare. Trailing spaces never count. */
export interface TextRules {
  readonly compare: (left: string, right: string) => number;
  readonly equals: (left: string, right: string) => boolean;
  /** Equal for equal texts; comparing keys by code unit gives the order (but for control characters in binary collations). */
  readonly key: (text: string) => string;
  /** Puts one representative for each of the characters that are equal; keeps the length. Spaces stay. */
  readonly fold: (text: string) => string;
  /** Orders two single characters, as ranges of LIKE do. */
  readonly compareCharacters: (left: string, right: string) => number;
}

const cache = new Map<string, TextRules>();

/** The rules of a character type; those of the default collation when it names none. */
export function textRules(type: SqlType): TextRules {
  const name = type.collation ?? DEFAULT_COLLATION;
  const wide = isUnicode(type);
  const cacheKey = wide ? `N${name}` : name;
  const known = cache.get(cacheKey);
  if (known !== undefined) return known;
  const collation = findCollation(name) ?? findCollation(DEFAULT_COLLATION);
  if (collation === undefined) throw new Error("No default collation. This is a bug.");
  const rules =
    collation.binary === "no" ? linguisticRules(collation, wide) : binaryRules(collation, wide);
  cache.set(cacheKey, rules);
  return rules;
}

const SPACE = 32;

function lengthWithoutSpaces(text: string): number {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === SPACE) end -= 1;
  return end;
}

function trimSpaces(text: string): string {
  const end = lengthWithoutSpaces(text);
  return end === text.length ? text : text.slice(0, end);
}

function compareUnits(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function linguisticRules(collation: Collation, wide: boolean): TextRules {
  const weights = createSortWeights(collation, collation.sortId !== 0 && !wide);
  const rawKey = keyMaker(collation, weights);
  const keptKey = remembering(rawKey);
  const compareSlow = (left: string, right: string): number =>
    compareUnits(keptKey(trimSpaces(left)), keptKey(trimSpaces(right)));
  const compare = asciiComparer(collation, weights, compareSlow);
  const fold = folder(collation, rawKey);
  return {
    compare,
    equals: (left, right) => left === right || compare(left, right) === 0,
    key: (text) => rawKey(trimSpaces(text)),
    fold,
    compareCharacters: (left, right) => compareUnits(rawKey(left), rawKey(right)),
  };
}

const REMEMBERED = 8192;
/** Longer texts are rare as keys, and would hold much memory: 8192 of these hold some MB. */
const LONGEST_REMEMBERED = 256;

/** Sorting asks for the same keys again and again. */
function remembering(make: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    if (text.length > LONGEST_REMEMBERED) return make(text);
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size >= REMEMBERED) known.clear();
    const made = make(text);
    known.set(text, made);
    return made;
  };
}

function keyMaker(collation: Collation, weights: SortWeights): (text: string) => string {
  const asciiKey = asciiKeyMaker(collation, weights);
  return (text) => {
    const quick = asciiKey(text);
    if (quick !== undefined) return quick;
    const { letters, accents, cases, minor } = weights.levels(text);
    let key = letters;
    if (collation.accentSensitive) key += `\0${accents}`;
    if (collation.caseSensitive) key += `\0${cases}`;
    return `${key}\0${minor}`;
  };
}

/** Undefined for text that is not plain ASCII. */
function asciiKeyMaker(
  collation: Collation,
  { letters, cases }: SortWeights,
): (text: string) => string | undefined {
  const middle = collation.accentSensitive ? "\0" : "";
  return (text) => {
    let key = "";
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      const weight = code < 128 ? letters[code] : 0;
      if (weight === undefined || weight === 0) return undefined;
      key += String.fromCharCode(weight);
    }
    if (!collation.caseSensitive) return `${key}${middle}\0`;
    let shapes = "";
    let pending = "";
    for (let index = 0; index < text.length; index += 1) {
      const isMarked = cases[text.charCodeAt(index)] === 1;
      pending += isMarked ? "\u0002" : "\u0001";
      if (!isMarked) continue;
      shapes += pending;
      pending = "";
    }
    return `${key}${middle}\0${shapes}\0`;
  };
}

type Compare = (left: string, right: string) => number;

/** Walks plain ASCII without building keys; gives up at the first character that needs more. */
function asciiComparer(
  collation: Collation,
  { letters, cases }: SortWeights,
  compareSlow: Compare,
): Compare {
  const tail = (text: string, from: number, to: number): boolean => {
    let index = from;
    while (index < to && (letters[text.charCodeAt(index)] ?? 0) !== 0) index += 1;
    return index === to;
  };
  const caseOrder = (left: string, right: string, end: number): number => {
    let index = 0;
    while (index < end && left.charCodeAt(index) === right.charCodeAt(index)) index += 1;
    if (index === end) return 0;
    return (cases[left.charCodeAt(index)] ?? 0) - (cases[right.charCodeAt(index)] ?? 0);
  };
  const startsPlain = (text: string, index: number): boolean =>
    index >= text.length || text.charCodeAt(index) < 128;
  /** Not a number: plain ASCII does not decide. */
  const tailOrder = (left: string, right: string, end: number): number => {
    const isPlain = tail(left, end, left.length) && tail(right, end, right.length);
    return isPlain ? left.length - right.length : Number.NaN;
  };
  const letterOrder = (left: string, right: string): number => {
    const end = left.length < right.length ? left.length : right.length;
    for (let index = 0; index < end; index += 1) {
      const leftWeight = letters[left.charCodeAt(index)] ?? 0;
      const rightWeight = letters[right.charCodeAt(index)] ?? 0;
      if (leftWeight * rightWeight === 0) return Number.NaN;
      if (leftWeight === rightWeight) continue;
      const isSure = startsPlain(left, index + 1) && startsPlain(right, index + 1);
      return isSure ? leftWeight - rightWeight : Number.NaN;
    }
    return tailOrder(left, right, end);
  };
  return (leftText, rightText) => {
    const [left, right] = [trimSpaces(leftText), trimSpaces(rightText)];
    const order = letterOrder(left, right);
    if (Number.isNaN(order)) return compareSlow(left, right);
    return order === 0 && collation.caseSensitive ? caseOrder(left, right, left.length) : order;
  };
}

function folder(collation: Collation, rawKey: (text: string) => string): (text: string) => string {
  const representatives = new Map<string, string>();
  const folded = new Map<string, string>();
  const plainCase = !collation.caseSensitive && !/^(tr|az)/.test(collation.language);
  const foldUnit = (unit: string): string => {
    const known = folded.get(unit);
    if (known !== undefined) return known;
    const key = rawKey(unit);
    const ascii = plainCase ? unit.toLowerCase() : unit;
    const first = representatives.get(key) ?? (ascii.length === 1 ? ascii : unit);
    representatives.set(key, first);
    folded.set(unit, first);
    return first;
  };
  for (let code = 0; code < 128; code += 1) foldUnit(String.fromCharCode(code));
  return (text) => {
    if (isAsciiText(text)) {
      if (plainCase) return text.toLowerCase();
      if (collation.caseSensitive) return text;
    }
    let result = "";
    for (let index = 0; index < text.length; index += 1) result += foldUnit(text.charAt(index));
    return result;
  };
}

/** Padded with spaces to one length; `bin` reads all units but the first as two bytes, low byte first. */
function binaryRules(collation: Collation, wide: boolean): TextRules {
  const units = binaryUnits(collation, wide);
  const compare = (left: string, right: string): number => {
    const [first, second] = [units(left), units(right)];
    const length = Math.max(first.length, second.length);
    return compareUnits(pad(first, length, units), pad(second, length, units));
  };
  return {
    compare,
    equals: (left, right) => left === right || trimSpaces(left) === trimSpaces(right),
    key: (text) => units(trimSpaces(text)),
    fold: (text) => text,
    compareCharacters: compare,
  };
}

function pad(text: string, length: number, units: (text: string) => string): string {
  return text.length === length
    ? text
    : text + units(`?${" ".repeat(length - text.length)}`).slice(1);
}

function binaryUnits(collation: Collation, wide: boolean): (text: string) => string {
  if (!wide) {
    const page = findCodePage(collation.codePage);
    return (text) => (isAsciiText(text) ? text : Buffer.from(page.encode(text)).toString("latin1"));
  }
  if (collation.binary === "bin2") return (text) => text;
  return (text) => {
    const bytes = Buffer.from(text.slice(1), "utf16le").swap16();
    return text.slice(0, 1) + bytes.toString("utf16le");
  };
}
