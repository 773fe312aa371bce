/** What could steer a terminal or reorder what it shows. Line breaks and tabs have escapes of their own in quotes. */
const STEERING = "\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069";
const ESCAPED = new RegExp(`[${STEERING}]`, "g");
const UNSHOWABLE = new RegExp(`[\\u0000-\\u0008\\u000b-\\u001f${STEERING}]`);

/** Escapes of JSON that the language does not have. A pair of backslashes is matched so that it is passed over whole. */
const FOREIGN: Readonly<Record<string, string>> = { "\\b": "\\u0008", "\\f": "\\u000c" };

/** A text in quotes that the language reads back. */
export function quoteText(text: string): string {
  const quoted = JSON.stringify(text)
    .replaceAll(/\\[bf\\]/g, (escape) => FOREIGN[escape] ?? escape)
    .replaceAll(ESCAPED, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return escapeSequences(quoted);
}

/** Doubles the signs that would begin a template sequence. */
export function escapeSequences(text: string): string {
  return text.replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);
}

/** Whether a text can be shown as it is, without quotes and escapes. */
export function isShowable(text: string): boolean {
  return !UNSHOWABLE.test(text);
}
