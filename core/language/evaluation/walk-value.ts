import { didYouMean } from "../suggestion.ts";
import { convertValue, isConversionFault } from "../values/convert.ts";
import { isWholeNumber } from "../values/exact-number.ts";
import { withMarks } from "../values/marks.ts";
import { formatNumber } from "../values/number-format.ts";
import { refinementsOf } from "../values/unknown.ts";
import { DYNAMIC_UNKNOWN, type NumberValue, unknownValue, type Value } from "../values/value.ts";
import {
  DYNAMIC,
  friendlyTypeName,
  isCollection,
  NUMBER,
  STRING,
  type ValueType,
} from "../values/value-type.ts";

/** Why a step into a value fails. */
export interface WalkFault {
  readonly summary: string;
  readonly detail: string;
}

export function isWalkFault(result: Value | WalkFault): result is WalkFault {
  return "summary" in result;
}

/** `value.name` */
export function attributeOf(value: Value, name: string): Value | WalkFault {
  const found = unmarkedAttribute(steppable(value), name);
  if (!isWalkFault(found)) return withMarks(found, value.marks);
  return value.kind === "string" && value.members !== undefined
    ? missingArgument(value.content, name, found)
    : found;
}

/** Whoever looks for an identifier needs to know that the block itself is what others refer to. */
function missingArgument(address: string, name: string, { summary, detail }: WalkFault): WalkFault {
  if (summary !== "Unsupported attribute") return { summary, detail };
  const hint = / Did you mean .*/.exec(detail)?.[0];
  const whole = name === "id" || name === "name" ? ` Refer to the block itself: ${address}.` : "";
  return { summary, detail: `${address} has no argument named "${name}".${hint ?? whole}` };
}

/** Steps behind the address of a block walk into its arguments. */
function steppable(value: Value): Value {
  return value.kind === "string" ? (value.members?.() ?? value) : value;
}

function unmarkedAttribute(value: Value, name: string): Value | WalkFault {
  const { type } = value;
  if (value.kind === "null") {
    return {
      summary: "Attempt to get attribute from null value",
      detail: "This value is null, so it does not have any attributes.",
    };
  }
  if (type.kind === "dynamic") return DYNAMIC_UNKNOWN;
  if (type.kind === "object") return objectAttribute(value, type.attributes, name);
  if (type.kind === "map") {
    if (value.kind !== "mapping") return unknownValue(type.element);
    return value.content.get(name) ?? missingElement(keysToShow(value), name);
  }
  return { summary: "Unsupported attribute", detail: noAttributes(type) };
}

function objectAttribute(
  value: Value,
  attributes: ReadonlyMap<string, ValueType>,
  name: string,
): Value | WalkFault {
  const type = attributes.get(name);
  if (type === undefined) {
    const hint = value.marks.size > 0 ? "" : didYouMean(name, attributes.keys());
    return {
      summary: "Unsupported attribute",
      detail: `This object does not have an attribute named "${name}".${hint}`,
    };
  }
  if (value.kind !== "mapping") return unknownValue(type);
  return value.content.get(name) ?? unknownValue(type);
}

/** The keys of a sensitive map are secret too. */
function keysToShow({ content, marks }: Extract<Value, { readonly kind: "mapping" }>) {
  return marks.size > 0 ? [] : content.keys();
}

function missingElement(names: Iterable<string>, name: string): WalkFault {
  return {
    summary: "Missing map element",
    detail: `This map does not have an element with the key "${name}".${didYouMean(name, names)}`,
  };
}

function noAttributes(type: ValueType): string {
  const isPrimitive = type.kind === "string" || type.kind === "number" || type.kind === "bool";
  if (isPrimitive) return `Can't access attributes on a primitive-typed value (${type.kind}).`;
  const holdsObjects =
    (type.kind === "list" || type.kind === "set") && type.element.kind === "object";
  if (!holdsObjects) return "This value does not have any attributes.";
  return `A ${type.kind} of objects has no attributes itself. Pick one of its elements, or all of them with a splat such as [*].name.`;
}

const INVALID = "Invalid index";
const NO_ELEMENT = "The given key does not identify an element in this collection value";

/** `value[key]` */
export function elementOf(value: Value, key: Value): Value | WalkFault {
  const found = unmarkedElement(steppable(value), key);
  return isWalkFault(found) ? found : withMarks(found, value.marks, key.marks);
}

function unmarkedElement(value: Value, key: Value): Value | WalkFault {
  const { type } = value;
  if (value.kind === "null") {
    return {
      summary: "Attempt to index null value",
      detail: "This value is null, so it does not have any indices.",
    };
  }
  if (key.kind === "null") {
    return { summary: INVALID, detail: "Can't use a null value as an indexing key." };
  }
  if (type.kind === "dynamic" || key.type.kind === "dynamic") return DYNAMIC_UNKNOWN;
  if (type.kind === "list" || type.kind === "tuple") return sequenceElement(value, type, key);
  if (type.kind === "map" || type.kind === "object") return mappingElement(value, type, key);
  if (type.kind === "set") {
    return {
      summary: INVALID,
      detail:
        "The elements of a set have no order and no key, so none can be picked. Convert the set with tolist, or go through it with a for expression.",
    };
  }
  return { summary: INVALID, detail: "This value does not have any indices." };
}

type SequenceType = Extract<ValueType, { readonly kind: "list" | "set" | "map" | "tuple" }>;

function sequenceElement(value: Value, type: SequenceType, key: Value): Value | WalkFault {
  const place = convertValue(key, NUMBER);
  if (isConversionFault(place))
    return { summary: INVALID, detail: `${NO_ELEMENT}: ${place.fault}.` };
  if (place.kind !== "number") {
    return isCollection(type) ? unknownValue(type.element) : DYNAMIC_UNKNOWN;
  }
  const problem = badPlace(place, lengthOf(value, type));
  if (problem !== undefined) return { summary: INVALID, detail: `${NO_ELEMENT}: ${problem}.` };
  const at = Number(place.content);
  if (value.kind === "sequence") return value.content[at] ?? DYNAMIC_UNKNOWN;
  return unknownValue(isCollection(type) ? type.element : (type.elements[at] ?? DYNAMIC));
}

/** The most elements that the value can have. */
function lengthOf(value: Value, type: SequenceType): number {
  if (value.kind === "sequence") return value.content.length;
  if (type.kind === "tuple") return type.elements.length;
  return refinementsOf(value).maxLength ?? Infinity;
}

function badPlace({ content: place, marks }: NumberValue, length: number): string | undefined {
  if (!isWholeNumber(place)) {
    const shown = marks.size > 0 ? "" : ` (${formatNumber(place)})`;
    return `indexing a sequence requires a whole number, but the given index${shown} has a fractional part`;
  }
  const at = typeof place === "number" ? place : Infinity;
  if (at < 0) {
    return "a negative number is not a valid index for a sequence";
  }
  if (length === 0) return "the collection has no elements";
  if (at < length) return undefined;
  return "the given index is greater than or equal to the length of the collection";
}

function mappingElement(
  value: Value,
  type: Extract<ValueType, { readonly kind: "list" | "set" | "map" | "object" }>,
  key: Value,
): Value | WalkFault {
  const name = convertValue(key, STRING);
  if (isConversionFault(name)) return { summary: INVALID, detail: `${NO_ELEMENT}: ${name.fault}.` };
  if (name.kind !== "string") return unknownValue(isCollection(type) ? type.element : DYNAMIC);
  if (type.kind === "object") {
    const found = objectAttribute(value, type.attributes, name.content);
    if (!isWalkFault(found)) return found;
    const hint = value.marks.size > 0 ? "" : didYouMean(name.content, type.attributes.keys());
    return { summary: INVALID, detail: `${NO_ELEMENT}.${hint}` };
  }
  if (value.kind !== "mapping") return unknownValue(type.element);
  const found = value.content.get(name.content);
  if (found !== undefined) return found;
  return {
    summary: INVALID,
    detail: `${NO_ELEMENT}.${didYouMean(name.content, keysToShow(value))}`,
  };
}

/** What a value is, for a diagnostic: never shows a secret. */
export function describeValue(value: Value): string {
  if (value.marks.size > 0) return "has a sensitive value";
  switch (value.kind) {
    case "null":
      return "is null";
    case "unknown":
      if (value.type.kind === "dynamic") return "is not known yet";
      return `is a ${friendlyTypeName(value.type)}, not known yet`;
    case "string":
      return value.members === undefined ? `is ${shortText(value.content)}` : "is a block";
    case "number":
      return `is ${formatNumber(value.content)}`;
    case "bool":
      return `is ${value.content}`;
    case "sequence":
      return `is ${friendlyTypeName(value.type)} with ${count(value.content.length, "element")}`;
    case "mapping": {
      const what = value.type.kind === "object" ? "attribute" : "element";
      return `is ${friendlyTypeName(value.type)} with ${count(value.content.size, what)}`;
    }
    default:
      return value satisfies never;
  }
}

/** The most characters of a text that a diagnostic shows. */
const SHOWN = 60;

function shortText(text: string): string {
  const characters = Array.from(text);
  if (characters.length <= SHOWN) return JSON.stringify(text);
  const rest = characters.length - SHOWN;
  return `${JSON.stringify(characters.slice(0, SHOWN).join(""))} and ${count(rest, "more character")}`;
}

function count(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? "" : "s"}`;
}
