import type { Span } from "../syntax/expression-node.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

export interface JsonText {
  readonly text: string;
  /** The first escape that is none, as offsets in `raw`. */
  readonly wrongEscape: Span | undefined;
}

/** The meaning of what stands between the quotes of a JSON string. Half a surrogate pair becomes U+FFFD. */
export function jsonText(raw: string): JsonText {
  if (!raw.includes("\\")) return { text: raw, wrongEscape: undefined };
  let text = "";
  let from = 0;
  let wrongEscape: Span | undefined;
  for (let at = raw.indexOf("\\"); at >= 0; at = raw.indexOf("\\", from)) {
    text += raw.slice(from, at);
    const escape = readEscape(raw, at);
    text += escape.text ?? "";
    from = at + escape.length;
    if (escape.text === undefined) wrongEscape ??= { start: at, end: from };
  }
  return { text: (text + raw.slice(from)).toWellFormed(), wrongEscape };
}

function readEscape(
  raw: string,
  at: number,
): { readonly text: string | undefined; readonly length: number } {
  const letter = raw.charAt(at + 1);
  if (letter === "u") {
    const digits = /^[\da-fA-F]{0,4}/.exec(raw.slice(at + 2, at + 6))?.[0] ?? "";
    const text = digits.length === 4 ? String.fromCharCode(Number.parseInt(digits, 16)) : undefined;
    return { text, length: 2 + digits.length };
  }
  const text = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
  return { text, length: Math.min(2, raw.length - at) };
}
