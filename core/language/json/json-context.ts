import type { JsonNode, JsonObject, JsonProperty } from "./json-node.ts";

/**
 * The names around a place of a file, outermost first: `policy "gold"`. Which of them are labels only
 * a schema knows, so it is what native syntax would show for a block with that many labels: the
 * property of the file and one name below it, where that holds an object too.
 */
export function jsonContextAt(roots: readonly JsonObject[], offset: number): string | undefined {
  const block = roots.map((root) => propertyAt(root, offset)).find((found) => found !== undefined);
  if (block === undefined) return undefined;
  const label = propertyAt(block.value, offset);
  if (label === undefined || !holdsObject(label.value)) return block.name.text;
  return `${block.name.text} ${JSON.stringify(label.name.text)}`;
}

/** The property around a place, in an object or in one of an array of objects. */
function propertyAt(node: JsonNode, offset: number): JsonProperty | undefined {
  if (node.kind === "array") {
    const element = node.elements.find(({ start, end }) => start <= offset && offset < end);
    return element === undefined ? undefined : propertyAt(element, offset);
  }
  if (node.kind !== "object") return undefined;
  return node.properties.find(({ name, value }) => name.start <= offset && offset < value.end);
}

function holdsObject({ kind }: JsonNode): boolean {
  return kind === "object" || kind === "array";
}
