const ESCAPES: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  '"': '\\"',
  "\\": "\\\\",
};

/** Nothing of it needs an escape. */
const SIMPLE = /^[\w .:/-]*$/;

const PRINTABLE = /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u;

/** A text as a quoted label: what does not print is escaped, and what would start a template is doubled. */
export function quoteLabel(text: string): string {
  if (SIMPLE.test(text)) return `"${text}"`;
  const doubled = text.replaceAll(/[$%](?=\{)/g, "$&$&");
  return `"${Array.from(doubled, escapeCharacter).join("")}"`;
}

function escapeCharacter(character: string): string {
  const escape = ESCAPES[character];
  if (escape !== undefined) return escape;
  if (PRINTABLE.test(character)) return character;
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
}
