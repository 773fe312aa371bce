import { type CodePage, findCodePage } from "./code-pages.ts";
import { DEFAULT_COLLATION, findCollation } from "./collations.ts";
import { raise } from "./sql-exception.ts";
import type { SqlType } from "./sql-type.ts";
import { isUnicode } from "./type-family.ts";

/** Text within the length and the code page of a character type. */

const ASCII = /^\p{ASCII}*$/u;

export function isAsciiText(text: string): boolean {
  return ASCII.test(text);
}

/** The code page of a char, varchar or text; that of the default collation when the type names none. */
function codePageOf(type: SqlType): CodePage {
  const collation = findCollation(type.collation ?? DEFAULT_COLLATION);
  const number = collation?.codePage ?? 1252;
  if (number === 0) {
    raise(
      459,
      `Collation '${type.collation ?? ""}' is supported on Unicode data types only and cannot be applied to char, varchar or text data types.`,
    );
  }
  return findCodePage(number);
}

function isSingleByte(page: CodePage): boolean {
  return page.number !== 65001 && ![932, 936, 949, 950].includes(page.number);
}

/** Bytes that the text takes in a column of the type (DATALENGTH). */
export function byteLength(text: string, type: SqlType): number {
  if (isUnicode(type)) return text.length * 2;
  const page = codePageOf(type);
  return isSingleByte(page) || isAsciiText(text) ? text.length : page.encode(text).length;
}

/** The bytes of the text in the type's encoding: UTF-16LE or the code page. */
export function encodeText(text: string, type: SqlType): Uint8Array {
  return isUnicode(type) ? Buffer.from(text, "utf16le") : codePageOf(type).encode(text);
}

/** An odd last byte of UTF-16 gets a zero byte. */
export function decodeText(bytes: Uint8Array, type: SqlType): string {
  if (!isUnicode(type)) return codePageOf(type).decode(bytes);
  const even = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, new Uint8Array(1)]);
  return Buffer.from(even.buffer, even.byteOffset, even.length).toString("utf16le");
}

export interface TextFit {
  /** The text with characters that the target's code page lacks replaced; still of any length. */
  readonly transliterate: (text: string) => string;
  /** Cut to the type's length and, for char and nchar, filled up with spaces. */
  readonly fit: (text: string) => string;
  /** Whether `fit` would lose more than trailing spaces. */
  readonly isTooLong: (text: string) => boolean;
}

function same(text: string): string {
  return text;
}

function fitUnits(type: SqlType): Omit<TextFit, "transliterate"> {
  const limit = type.length ?? -1;
  const pads = type.name === "nchar" || type.name === "char";
  if (limit < 0) return { fit: same, isTooLong: () => false };
  return {
    fit: (text) => {
      if (text.length > limit) return text.slice(0, limit);
      return pads && text.length < limit ? text.padEnd(limit, " ") : text;
    },
    isTooLong: (text) => text.length > limit && text.slice(limit).trimEnd() !== "",
  };
}

/** The most whole characters whose bytes fit. */
function cutBytes(text: string, limit: number, page: CodePage): string {
  let used = 0;
  let end = 0;
  for (const character of text) {
    used += page.encode(character).length;
    if (used > limit) break;
    end += character.length;
  }
  return text.slice(0, end);
}

function fitBytes(type: SqlType, page: CodePage): Omit<TextFit, "transliterate"> {
  const limit = type.length ?? -1;
  if (limit < 0) return { fit: same, isTooLong: () => false };
  const size = (text: string): number =>
    isAsciiText(text) ? text.length : page.encode(text).length;
  const pads = type.name === "char";
  return {
    fit: (text) => {
      const length = size(text);
      if (length > limit) return cutBytes(text, limit, page);
      return pads ? text + " ".repeat(limit - length) : text;
    },
    isTooLong: (text) => size(text) > limit && size(text.trimEnd()) > limit,
  };
}

/** How text of one type (or of none: a number's) comes into a character type. */
export function compileTextFit(to: SqlType, from?: SqlType): TextFit {
  if (isUnicode(to)) return { transliterate: same, ...fitUnits(to) };
  const page = codePageOf(to);
  const lengths = isSingleByte(page) ? fitUnits(to) : fitBytes(to, page);
  const staysInPage =
    from !== undefined && !isUnicode(from) && codePageOf(from).number === page.number;
  if (staysInPage) return { transliterate: same, ...lengths };
  return {
    transliterate: (text) => (isAsciiText(text) ? text : page.decode(page.encode(text))),
    ...lengths,
  };
}
