import type { ValueType } from "../../core/language/values/value-type.ts";

const STEP = "    ";

/** A type as a constraint would be written: `list(string)`; the attributes of an object stand on lines of their own. */
export function formatType(type: ValueType, indent = ""): string {
  switch (type.kind) {
    case "string":
    case "number":
    case "bool":
      return type.kind;
    case "dynamic":
      return "dynamic";
    case "list":
    case "set":
    case "map":
      return `${type.kind}(${formatType(type.element, indent)})`;
    case "tuple":
      return formatTuple(type.elements, indent);
    case "object":
      return formatObject(type.attributes, indent);
    default:
      return type satisfies never;
  }
}

function formatTuple(elements: readonly ValueType[], indent: string): string {
  const inner = indent + STEP;
  const lines = elements.map((element) => `${inner}${formatType(element, inner)},\n`);
  return lines.length === 0 ? "tuple([])" : `tuple([\n${lines.join("")}${indent}])`;
}

function formatObject(attributes: ReadonlyMap<string, ValueType>, indent: string): string {
  const inner = indent + STEP;
  const lines = Array.from(
    attributes,
    ([name, type]) => `${inner}${attributeName(name)}: ${formatType(type, inner)},\n`,
  );
  return lines.length === 0 ? "object({})" : `object({\n${lines.join("")}${indent}})`;
}

function attributeName(name: string): string {
  return /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u.test(name) ? name : JSON.stringify(name);
}
