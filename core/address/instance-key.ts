/** Which of the instances of a block: the index of `count`, or the key of `for_each`. */
export type InstanceKey = string | number;

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  '"': '\\"',
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

const MEANINGS: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/** `[0]`, `["eu"]`: as it is written in an expression, so what would begin a template is doubled. */
export function formatKey(key: InstanceKey): string {
  if (typeof key === "number") return `[${key}]`;
  const text = key
    .replaceAll(/[\\"\n\r\t]/g, (character) => ESCAPES[character] ?? character)
    .replaceAll("${", () => "$${")
    .replaceAll("%{", "%%{");
  return `["${text}"]`;
}

/** Undefined when the text is not a key in brackets. */
export function tryParseKey(text: string): InstanceKey | undefined {
  if (/^\[\d+\]$/.test(text)) return Number(text.slice(1, -1));
  if (!/^\["(?:[^"\\]|\\.)*"\]$/s.test(text)) return undefined;
  return text
    .slice(2, -2)
    .replaceAll(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, hex?: string, escaped = "") =>
      hex === undefined
        ? (MEANINGS[escaped] ?? escaped)
        : String.fromCharCode(Number.parseInt(hex, 16)),
    )
    .replaceAll("$${", () => "${")
    .replaceAll("%%{", "%{");
}
