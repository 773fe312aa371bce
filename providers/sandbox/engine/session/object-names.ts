import type { ObjectName } from "../../parser/ast-expressions.ts";

/** Takes `[a].[b c].d` or `"a".b` apart; missing parts in the middle stay undefined. */
export function parseObjectName(text: string): ObjectName {
  const parts: (string | undefined)[] = [];
  let rest = text.trim();
  for (;;) {
    const [part, after] = takePart(rest);
    parts.push(part);
    if (!after.startsWith(".")) break;
    rest = after.slice(1).trimStart();
  }
  const [name = "", schema, database, server] = parts.toReversed();
  return { line: 1, start: 0, end: text.length, server, database, schema, name };
}

function takePart(text: string): [string | undefined, string] {
  const quote = text[0] === "[" ? "]" : text[0] === '"' ? '"' : undefined;
  if (quote === undefined) {
    const end = text.search(/\.|$/);
    const word = text.slice(0, end).trim();
    return [word === "" ? undefined : word, text.slice(end)];
  }
  let value = "";
  let at = 1;
  while (at < text.length) {
    if (text[at] === quote && text[at + 1] !== quote) break;
    if (text[at] === quote) at += 1;
    value += text[at] ?? "";
    at += 1;
  }
  return [value, text.slice(at + 1).trimStart()];
}

export function bracket(name: string): string {
  return `[${name.replaceAll("]", "]]")}]`;
}
