import { commonElement } from "./resolve-type.ts";
import {
  type CollectionType,
  friendlyTypeName,
  isCollection,
  typesEqual,
  type ValueType,
} from "./value-type.ts";

/** Whether some value of `from` converts to `to`. */
export function mayConvert(from: ValueType, to: ValueType): boolean {
  if (from.kind === "dynamic" || to.kind === "dynamic" || typesEqual(from, to)) return true;
  if (isCollection(to)) return mayConvertToCollection(from, to);
  if (to.kind === "object") return mayConvertToObject(from, to.attributes);
  if (to.kind === "tuple")
    return from.kind === "tuple" && mayConvertAll(from.elements, to.elements);
  return SIMPLE.has(from.kind) && (from.kind === "string" || to.kind === "string");
}

function mayConvertToCollection(from: ValueType, to: CollectionType): boolean {
  const kinds = to.kind === "map" ? MAPPINGS : SEQUENCES;
  if (!kinds.has(from.kind)) return false;
  if (to.element.kind === "dynamic" && commonElement(from, to) === undefined) return false;
  return partsOf(from).every((part) => mayConvert(part, to.element));
}

function mayConvertAll(from: readonly ValueType[], to: readonly ValueType[]): boolean {
  return from.length === to.length && from.every((part, at) => mayConvert(part, to[at] ?? part));
}

function mayConvertToObject(from: ValueType, attributes: ReadonlyMap<string, ValueType>): boolean {
  if (from.kind === "map") return true;
  if (from.kind !== "object") return false;
  for (const [name, type] of attributes) {
    const given = from.attributes.get(name);
    if (given === undefined || !mayConvert(given, type)) return false;
  }
  return true;
}

const SIMPLE: ReadonlySet<ValueType["kind"]> = new Set(["string", "number", "bool"] as const);
const SEQUENCES: ReadonlySet<ValueType["kind"]> = new Set(["list", "set", "tuple"] as const);
const MAPPINGS: ReadonlySet<ValueType["kind"]> = new Set(["map", "object"] as const);

function partsOf(type: ValueType): readonly ValueType[] {
  if (isCollection(type)) return [type.element];
  if (type.kind === "tuple") return type.elements;
  return type.kind === "object" ? [...type.attributes.values()] : [];
}

/** Why no value of `got` converts to `want`, as the second half of a sentence. */
export function describeTypeMismatch(got: ValueType, want: ValueType): string {
  if (got.kind === "object" && want.kind === "object") {
    return describeObjects(got.attributes, want.attributes);
  }
  if (isCollection(want)) {
    const fault = describeElements(got, want.element, want.kind);
    if (fault !== undefined) return fault;
  }
  const isPlain = SIMPLE.has(want.kind) !== SIMPLE.has(got.kind);
  if (isPlain || SIMPLE.has(want.kind) || got.kind === "tuple") {
    return `${exactName(want)} required, but have ${exactName(got)}`;
  }
  return `${friendlyTypeName(want)} required`;
}

/** As `friendlyTypeName`, but for a value's type: `list of dynamic`. */
export function exactName(type: ValueType): string {
  return isCollection(type) ? `${type.kind} of ${exactName(type.element)}` : type.kind;
}

function describeElements(
  got: ValueType,
  element: ValueType,
  kind: "list" | "set" | "map",
): string | undefined {
  const fits = kind === "map" ? MAPPINGS.has(got.kind) : SEQUENCES.has(got.kind);
  if (!fits)
    return isCollection(got) || !SIMPLE.has(got.kind)
      ? requiredCollection(kind, element)
      : undefined;
  if (isCollection(got)) {
    return `incorrect ${kind} element type: ${describeTypeMismatch(got.element, element)}`;
  }
  if (element.kind === "dynamic") return `all ${kind} elements must have the same type`;
  const parts: readonly (readonly [string, ValueType])[] =
    got.kind === "object"
      ? Array.from(got.attributes, ([name, type]) => [JSON.stringify(name), type] as const)
      : partsOf(got).map((type, at) => [String(at), type] as const);
  const wrong = parts.find(([, type]) => !mayConvert(type, element));
  if (wrong !== undefined) return `element ${wrong[0]}: ${describeTypeMismatch(wrong[1], element)}`;
  return `all elements must be ${friendlyTypeName(element)}`;
}

function requiredCollection(kind: "list" | "set" | "map", element: ValueType): string {
  return `${friendlyTypeName({ kind, element })} required`;
}

function describeObjects(
  got: ReadonlyMap<string, ValueType>,
  want: ReadonlyMap<string, ValueType>,
): string {
  const missing = [...want.keys()].filter((name) => !got.has(name)).sort();
  if (missing.length > 0) return describeMissing(missing.map((name) => JSON.stringify(name)));
  for (const [name, type] of want) {
    const given = got.get(name) ?? type;
    if (!mayConvert(given, type)) {
      return `attribute ${JSON.stringify(name)}: ${describeTypeMismatch(given, type)}`;
    }
  }
  return "incorrect object attributes";
}

function describeMissing(names: readonly string[]): string {
  const [first = "", second] = names;
  if (second === undefined) return `attribute ${first} is required`;
  if (names.length === 2) return `attributes ${first} and ${second} are required`;
  return `attributes ${names.slice(0, -1).join(", ")}, and ${names.at(-1) ?? ""} are required`;
}
