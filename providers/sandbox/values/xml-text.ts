import { raise } from "./sql-exception.ts";

/**
 * Says whether text is well-formed enough to be kept as xml: tags nest and close, names and attributes are whole, entities are known.
 * SQL Server would store a parsed form and write it anew; the sandbox gives back what it got.
 */

const NAME = "[\\p{L}_:][\\p{L}\\p{N}_:.\\-·]*";
const ATTRIBUTE = `\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*')`;
const TOKEN = new RegExp(
  [
    "<!--(?<comment>[\\s\\S]*?)-->",
    "<!\\[CDATA\\[[\\s\\S]*?\\]\\]>",
    "<\\?[\\s\\S]*?\\?>",
    `</(?<closing>${NAME})\\s*>`,
    `<(?<opening>${NAME})(?<attributes>(?:${ATTRIBUTE})*)\\s*(?<empty>/?)>`,
    "[^<]+",
  ].join("|"),
  "uy",
);
const ENTITY = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)/;

interface Place {
  readonly text: string;
  readonly at: number;
}

function fail(number: number, { text, at }: Place, what: string): never {
  const before = text.slice(0, at).split("\n");
  const column = (before.at(-1)?.length ?? 0) + 1;
  raise(number, `XML parsing: line ${before.length}, character ${column}, ${what}`);
}

function checkAttributes(attributes: string, place: Place): void {
  const pairs = [...attributes.matchAll(/([^\s=]+)\s*=\s*(?:"[^"]*"|'[^']*')/gu)];
  const names = new Set(pairs.map(([, name]) => name));
  if (names.size < pairs.length) fail(9437, place, "duplicate attribute");
}

function checkEntities(token: string, place: Place): void {
  const isOpaque = token.startsWith("<!") || token.startsWith("<?");
  if (!isOpaque && ENTITY.test(token)) fail(9421, place, "illegal name character");
}

/** Keeps the names of the elements that are open. */
function nest(match: RegExpExecArray, open: string[], place: Place): void {
  const { closing, opening, attributes = "", empty } = match.groups ?? {};
  checkAttributes(attributes, place);
  checkEntities(match[0], place);
  if (opening !== undefined && empty === "") open.push(opening);
  if (closing !== undefined && open.pop() !== closing) {
    fail(9436, place, "end tag does not match start tag");
  }
}

/** Gives the text back, without a byte order mark. Throws 9400 and its like. */
export function checkXml(source: string): string {
  const text = source.startsWith("\uFEFF") ? source.slice(1) : source;
  const token = new RegExp(TOKEN, "uy");
  const open: string[] = [];
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (match === null) return fail(9455, { text, at }, "illegal qualified name character");
    nest(match, open, { text, at });
  }
  if (open.length > 0) fail(9400, { text, at: text.length }, "unexpected end of input");
  return text;
}
