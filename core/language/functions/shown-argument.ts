import { SENSITIVE, type Value } from "../values/value.ts";

const EPHEMERAL = "ephemeral";

/** An argument as a message shows it: hidden where its marks say so. */
export function showArgument({ marks }: Value, text: string): string {
  const isSensitive = marks.has(SENSITIVE);
  if (marks.has(EPHEMERAL))
    return isSensitive ? "(ephemeral sensitive value)" : "(ephemeral value)";
  return isSensitive ? "(sensitive value)" : text;
}

const LONGEST_FAULT = 4000;
const KEPT = 500;

/** A reason that quotes a huge argument, without the middle of it. */
export function shortenFault(fault: string): string {
  if (fault.length <= LONGEST_FAULT) return fault;
  return `${fault.slice(0, KEPT)}…${fault.slice(-KEPT)}`.toWellFormed();
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  '"': '\\"',
  "\\": "\\\\",
};

/** The text between quotes, with what does not print escaped as Go's `%q` does. */
export function quoteText(text: string): string {
  const escaped = Array.from(text, (character) => {
    const known = ESCAPES[character];
    if (known !== undefined) return known;
    if (/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character)) return character;
    const point = character.codePointAt(0) ?? 0;
    if (point < 0x80) return `\\x${hex(point, 2)}`;
    return point < 0x10000 ? `\\u${hex(point, 4)}` : `\\U${hex(point, 8)}`;
  });
  return `"${escaped.join("")}"`;
}

function hex(point: number, digits: number): string {
  return point.toString(16).padStart(digits, "0");
}
