import { numberFromDouble, tryParseNumber } from "../../core/language/values/exact-number.ts";
import { withMarks } from "../../core/language/values/marks.ts";
import { setValue } from "../../core/language/values/set.ts";
import { refinedUnknown } from "../../core/language/values/unknown.ts";
import {
  boolValue,
  listValue,
  mapValue,
  type NumberBound,
  nullValue,
  numberValue,
  objectValue,
  type Refinements,
  stringValue,
  tupleValue,
  unknownValue,
  type Value,
} from "../../core/language/values/value.ts";
import {
  BOOL,
  DYNAMIC,
  listType,
  mapType,
  NUMBER,
  objectType,
  STRING,
  setType,
  tupleType,
  type ValueType,
} from "../../core/language/values/value-type.ts";

const SIMPLE = new Map<unknown, ValueType>([
  ["string", STRING],
  ["number", NUMBER],
  ["bool", BOOL],
  ["dynamic", DYNAMIC],
]);

/** Reads a type in cty's JSON form: `"number"`, `["list","string"]`, `["object",{…}]`. */
export function decodeType(json: unknown): ValueType {
  const simple = SIMPLE.get(json);
  if (simple !== undefined) return simple;
  if (!Array.isArray(json)) throw new Error(`no type: ${JSON.stringify(json)}`);
  const [kind, inner] = json as readonly unknown[];
  if (kind === "list") return listType(decodeType(inner));
  if (kind === "set") return setType(decodeType(inner));
  if (kind === "map") return mapType(decodeType(inner));
  if (kind === "tuple" && Array.isArray(inner)) return tupleType(inner.map(decodeType));
  if (kind === "object" && isRecord(inner)) {
    const entries = Object.entries(inner).map(([name, type]) => [name, decodeType(type)] as const);
    return objectType(new Map(entries));
  }
  throw new Error(`no type: ${JSON.stringify(json)}`);
}

export function encodeType(type: ValueType): unknown {
  switch (type.kind) {
    case "list":
    case "set":
    case "map":
      return [type.kind, encodeType(type.element)];
    case "tuple":
      return ["tuple", type.elements.map(encodeType)];
    case "object":
      return [
        "object",
        Object.fromEntries(Array.from(type.attributes, ([name, each]) => [name, encodeType(each)])),
      ];
    case "string":
    case "number":
    case "bool":
    case "dynamic":
      return type.kind;
    default:
      return type satisfies never;
  }
}

function isRecord(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

/** Reads a value with its special forms. */
export function decodeValue(json: unknown, type: ValueType): Value {
  if (json === null) return nullValue(type);
  if (isRecord(json) && isRecord(json["$marked"])) {
    const { value, mark } = json["$marked"];
    const marks = Array.isArray(mark) ? mark.map(String) : [String(mark)];
    return withMarks(decodeValue(value, type), new Set(marks));
  }
  if (isRecord(json) && isRecord(json["$unknown"])) {
    const refinements = decodeRefinements(json["$unknown"]);
    return Object.keys(refinements).length === 0
      ? unknownValue(type)
      : refinedUnknown(type, refinements);
  }
  return decodeKnown(json, type);
}

function decodeKnown(json: unknown, type: ValueType): Value {
  if (typeof json === "string") return stringValue(json);
  if (typeof json === "boolean") return boolValue(json);
  if (typeof json === "number") return numberValue(numberFromText(String(json)));
  if (isRecord(json) && typeof json["$number"] === "string") {
    return numberValue(numberFromText(json["$number"]));
  }
  if (Array.isArray(json)) return decodeSequence(json, type);
  if (!isRecord(json)) throw new Error(`no value: ${JSON.stringify(json)}`);
  const element = (name: string): ValueType => {
    if (type.kind === "map") return type.element;
    return type.kind === "object" ? (type.attributes.get(name) ?? DYNAMIC) : DYNAMIC;
  };
  const entries = new Map(
    Object.entries(json).map(([name, each]) => [name, decodeValue(each, element(name))]),
  );
  return type.kind === "map" ? mapValue(type.element, entries) : objectValue(entries);
}

function numberFromText(text: string): NumberBound["value"] {
  return tryParseNumber(text) ?? numberFromDouble(Number(text));
}

function decodeSequence(json: readonly unknown[], type: ValueType): Value {
  if (type.kind === "tuple") {
    return tupleValue(json.map((each, at) => decodeValue(each, type.elements[at] ?? DYNAMIC)));
  }
  if (type.kind === "set") {
    return setValue(
      type.element,
      json.map((each) => decodeValue(each, type.element)),
    );
  }
  const element = type.kind === "list" ? type.element : DYNAMIC;
  const content = json.map((each) => decodeValue(each, element));
  return type.kind === "list" ? listValue(element, content) : tupleValue(content);
}

function decodeRefinements(json: Readonly<Record<string, unknown>>): Refinements {
  const bound = (given: unknown): NumberBound | undefined =>
    Array.isArray(given)
      ? { value: numberFromText(String(given[0])), inclusive: given[1] === true }
      : undefined;
  const { notNull, stringPrefix, minLength, maxLength } = json;
  const min = bound(json["min"]);
  const max = bound(json["max"]);
  return {
    ...(notNull === true && { notNull }),
    ...(typeof stringPrefix === "string" && { stringPrefix }),
    ...(typeof minLength === "number" && { minLength }),
    ...(typeof maxLength === "number" && { maxLength }),
    ...(min && { min }),
    ...(max && { max }),
  };
}
