import type { JsonNode, JsonObject } from "../json/json-node.ts";
import type { Span } from "../syntax/expression-node.ts";
import { compareNumbers } from "../values/number-arithmetic.ts";
import type { ForeignContent, ForeignValue } from "./foreign-value.ts";

/** Where two readings of a file differ. */
export interface Difference {
  readonly at: Span;
  /** Follows "the other parser". Names no value, which may be secret. */
  readonly fact: string;
}

/** The innermost places at which the other parser's document differs from the expected one. */
export function compareDocuments(expected: ForeignValue, found: JsonNode): readonly Difference[] {
  const { content } = expected;
  const differs = (fact: string): readonly Difference[] => [{ at: expected, fact }];
  if (Array.isArray(content)) {
    if (found.kind !== "array") return differs("finds no list here");
    if (found.elements.length !== content.length) {
      return differs(
        `finds ${found.elements.length} elements or blocks here, not ${content.length}`,
      );
    }
    return found.elements.flatMap((element, at) => compareElement(content[at], element));
  }
  if (content instanceof Map) {
    if (found.kind !== "object") return differs("finds no object or block here");
    return compareNames(expected, content, found);
  }
  return isSame(content, found) ? [] : differs("reads another value or expression here");
}

function compareElement(
  expected: ForeignValue | undefined,
  found: JsonNode,
): readonly Difference[] {
  return expected === undefined ? [] : compareDocuments(expected, found);
}

function compareNames(
  at: Span,
  content: ReadonlyMap<string, ForeignValue>,
  { properties }: JsonObject,
): readonly Difference[] {
  const found = new Map(properties.map(({ name, value }) => [normal(name.text), value]));
  const differences: Difference[] = [];
  for (const [name, value] of content) {
    const other = found.get(normal(name));
    found.delete(normal(name));
    if (other === undefined) differences.push({ at: value, fact: `does not find "${name}" here` });
    else for (const one of compareDocuments(value, other)) differences.push(one);
  }
  for (const name of found.keys()) differences.push({ at, fact: `finds "${name}" here too` });
  return differences;
}

function normal(text: string): string {
  return text.normalize("NFC").toWellFormed();
}

function isSame(content: ForeignContent, found: JsonNode): boolean {
  if (content === null) return found.kind === "null";
  if (typeof content === "boolean") return found.kind === "boolean" && found.content === content;
  if (typeof content === "string") {
    return found.kind === "string" && normal(found.text) === normal(content);
  }
  if (!("number" in content)) return false;
  return found.kind === "number" && compareNumbers(found.content, content.number) === 0;
}
