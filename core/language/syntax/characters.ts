/** Character codes and classes of the native syntax. */
export const CHAR = {
  tab: 9,
  newline: 10,
  carriageReturn: 13,
  space: 32,
  bang: 33,
  quote: 34,
  hash: 35,
  dollar: 36,
  percent: 37,
  ampersand: 38,
  apostrophe: 39,
  star: 42,
  plus: 43,
  minus: 45,
  dot: 46,
  slash: 47,
  zero: 48,
  nine: 57,
  colon: 58,
  semicolon: 59,
  less: 60,
  equal: 61,
  greater: 62,
  backslash: 92,
  caret: 94,
  underscore: 95,
  backtick: 96,
  lowerE: 101,
  openBrace: 123,
  pipe: 124,
  closeBrace: 125,
  tilde: 126,
} as const;

const IDENTIFIER_START = /^\p{ID_Start}$/u;
const IDENTIFIER_CONTINUE = /^\p{ID_Continue}$/u;

export function isDigit(code: number): boolean {
  return code >= CHAR.zero && code <= CHAR.nine;
}

/** The length in UTF-16 units of the identifier character at `at`; 0 where there is none. */
export function identifierStart(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code < 128) return isAsciiLetter(code) || code === CHAR.underscore ? 1 : 0;
  return unicodeLength(text, at, IDENTIFIER_START);
}

/** As `identifierStart`, for the characters after the first. */
export function identifierContinue(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code < 128) {
    const fits =
      isAsciiLetter(code) || isDigit(code) || code === CHAR.underscore || code === CHAR.minus;
    return fits ? 1 : 0;
  }
  return unicodeLength(text, at, IDENTIFIER_CONTINUE);
}

function unicodeLength(text: string, at: number, pattern: RegExp): number {
  const point = text.codePointAt(at);
  if (point === undefined) return 0;
  const character = String.fromCodePoint(point);
  return pattern.test(character) ? character.length : 0;
}

function isAsciiLetter(code: number): boolean {
  const lower = code | 32;
  return lower >= 97 && lower <= 122;
}
