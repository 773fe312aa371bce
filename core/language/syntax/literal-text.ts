/** What is wrong with an escape: where it stands in the token, and how long it is. */
interface EscapeProblem {
  readonly detail: string;
  readonly start: number;
  readonly length: number;
}

export interface LiteralText {
  readonly text: string;
  readonly problems: readonly EscapeProblem[];
}

const NO_PROBLEMS: readonly EscapeProblem[] = [];

const SIMPLE: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  '"': '"',
  "\\": "\\",
};

/** The meaning of a heredoc or template literal: only `$${` and `%%{` are escapes. */
export function templateLiteralText(raw: string): string {
  if (!raw.includes("{")) return raw;
  return raw.replaceAll("$${", () => "${").replaceAll("%%{", () => "%{");
}

/** The meaning of a piece of a quoted string. */
export function quotedLiteralText(raw: string): LiteralText {
  if (!raw.includes("\\")) return { text: templateLiteralText(raw), problems: NO_PROBLEMS };
  const problems: EscapeProblem[] = [];
  let text = "";
  let from = 0;
  for (let at = raw.indexOf("\\"); at >= 0; at = raw.indexOf("\\", from)) {
    text += templateLiteralText(raw.slice(from, at));
    const escape = readEscape(raw, at);
    if (typeof escape.text === "string") text += escape.text;
    else problems.push({ detail: escape.text.detail, start: at, length: escape.length });
    from = at + escape.length;
  }
  return { text: text + templateLiteralText(raw.slice(from)), problems };
}

interface Escape {
  readonly text: string | { readonly detail: string };
  readonly length: number;
}

function readEscape(raw: string, at: number): Escape {
  const letter = raw.charAt(at + 1);
  if (letter === "u" || letter === "U") return readUnicode(raw, at, letter === "u" ? 4 : 8);
  const simple = Object.hasOwn(SIMPLE, letter) ? SIMPLE[letter] : undefined;
  if (simple !== undefined) return { text: simple, length: 2 };
  const length = letter === "" ? 1 : 1 + String.fromCodePoint(raw.codePointAt(at + 1) ?? 0).length;
  return {
    text: {
      detail: `The symbol "${raw.slice(at + 1, at + length)}" is not a valid escape sequence selector. A backslash itself is written as "\\\\".`,
    },
    length,
  };
}

function readUnicode(raw: string, at: number, digits: number): Escape {
  const hex = /^[0-9a-fA-F]*/.exec(raw.slice(at + 2, at + 2 + digits))?.[0] ?? "";
  if (hex.length < digits) {
    const form = digits === 4 ? "\\u must be followed by four" : "\\U must be followed by eight";
    return { text: { detail: `The escape ${form} hexadecimal digits.` }, length: 2 + hex.length };
  }
  const point = Number.parseInt(hex, 16);
  if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) {
    return { text: { detail: `There is no Unicode character ${hex}.` }, length: 2 + digits };
  }
  return { text: String.fromCodePoint(point), length: 2 + digits };
}
