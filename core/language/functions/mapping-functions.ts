import { convertValue, isConversionFault } from "../values/convert.ts";
import { joinMarks, withMarks, withoutMarks } from "../values/marks.ts";
import { isWhollyKnown } from "../values/unknown.ts";
import {
  compareNames,
  DYNAMIC_UNKNOWN,
  listValue,
  mapValue,
  objectValue,
  stringValue,
  tupleValue,
  unknownValue,
  type Value,
} from "../values/value.ts";
import {
  DYNAMIC,
  friendlyTypeName,
  listType,
  mapType,
  objectType,
  STRING,
  tupleType,
  typesEqual,
  type ValueType,
} from "../values/value-type.ts";
import type { EagerFunction, FunctionFault, FunctionParameter } from "./function-declaration.ts";
import {
  anyParameter,
  elementsOf,
  entriesOf,
  stringParameter,
  textOf,
  typedParameter,
} from "./parameter.ts";
import { quoteText, showArgument } from "./shown-argument.ts";

/** Elements pass through as they are: unknown, marked. */
const OPAQUE: Partial<FunctionParameter> = { allowsUnknownWithin: true, allowsMarks: true };

/** The elements as a value of that list or tuple type. */
function rebuilt(elements: readonly Value[], type: ValueType): Value {
  return type.kind === "list" ? listValue(type.element, elements) : tupleValue(elements);
}

function namesOf(type: ValueType): readonly string[] {
  return type.kind === "object" ? [...type.attributes.keys()].sort(compareNames) : [];
}

const keys: EagerFunction = {
  kind: "eager",
  name: "keys",
  parameters: [{ ...anyParameter("inputMap"), allowsUnknown: true, allowsMarks: true }],
  neverNull: true,
  returns([{ type } = DYNAMIC_UNKNOWN]) {
    if (type.kind === "object") return tupleType(namesOf(type).map(() => STRING));
    if (type.kind === "map") return listType(STRING);
    if (type.kind === "dynamic") return DYNAMIC;
    return { fault: "must have map or object type", argument: 0 };
  },
  call([map = DYNAMIC_UNKNOWN], returns) {
    const isObject = map.type.kind === "object";
    if (map.kind === "unknown" && !isObject) return withMarks(unknownValue(returns), map.marks);
    const names = isObject ? namesOf(map.type) : [...entriesOf(map).keys()];
    return withMarks(rebuilt(names.map(stringValue), returns), map.marks);
  },
};

const values: EagerFunction = {
  kind: "eager",
  name: "values",
  parameters: [{ ...anyParameter("mapping"), ...OPAQUE }],
  neverNull: true,
  returns([{ type } = DYNAMIC_UNKNOWN]) {
    if (type.kind === "map") return listType(type.element);
    if (type.kind !== "object") return { fault: "values() requires a map as the first argument" };
    return tupleType(namesOf(type).map((name) => type.attributes.get(name) ?? DYNAMIC));
  },
  call: ([map = DYNAMIC_UNKNOWN], returns) =>
    withMarks(rebuilt([...entriesOf(map).values()], returns), map.marks),
};

const lookup: EagerFunction = {
  kind: "eager",
  name: "lookup",
  parameters: [
    { ...anyParameter("inputMap"), ...OPAQUE },
    { ...stringParameter("key"), allowsMarks: true },
  ],
  rest: { ...anyParameter("default"), allowsNull: true, allowsUnknown: true, allowsMarks: true },
  returns(args) {
    const [map = DYNAMIC_UNKNOWN, key, fallback] = args;
    if (args.length > 3) {
      return { fault: `lookup() takes two or three arguments, got ${args.length}` };
    }
    if (map.type.kind === "object") return typeOfAttribute(map.type.attributes, key, fallback);
    if (map.type.kind !== "map") {
      return { fault: "lookup() requires a map as the first argument", argument: 0 };
    }
    const { element } = map.type;
    const fits = fallback === undefined || !isConversionFault(convertValue(fallback, element));
    if (fits) return element;
    return { fault: "the default value must have the same type as the map elements", argument: 2 };
  },
  call([map = DYNAMIC_UNKNOWN, key = DYNAMIC_UNKNOWN, fallback], returns) {
    const found = entriesOf(map).get(textOf(key));
    if (found !== undefined) return withMarks(found, map.marks, key.marks);
    if (fallback === undefined) {
      const shown = showArgument(key, quoteText(textOf(key)));
      return { fault: `lookup failed to find key ${shown}` };
    }
    const value = convertValue(fallback, returns);
    return isConversionFault(value)
      ? { fault: value.fault }
      : withMarks(value, map.marks, key.marks);
  },
};

function typeOfAttribute(
  attributes: ReadonlyMap<string, ValueType>,
  key: Value | undefined,
  fallback: Value | undefined,
): ValueType | FunctionFault {
  if (key?.kind !== "string") return DYNAMIC;
  const type = attributes.get(key.content) ?? fallback?.type;
  if (type !== undefined) return type;
  const shown = showArgument(key, quoteText(key.content));
  return { fault: `the given object has no attribute ${shown}`, argument: 0 };
}

const merge: EagerFunction = {
  kind: "eager",
  name: "merge",
  parameters: [],
  rest: { ...anyParameter("maps"), ...OPAQUE, allowsNull: true },
  neverNull: true,
  returns: typeOfMerge,
  call(args, returns) {
    const all = new Map<string, Value>();
    for (const arg of args) for (const [name, value] of entriesOf(arg)) all.set(name, value);
    const merged = returns.kind === "map" ? mapValue(returns.element, all) : objectValue(all);
    const given = args.filter(({ kind }) => kind !== "null");
    return withMarks(merged, ...given.map(({ marks }) => marks));
  },
};

/** Types that are all the same stay; else the result is an object, for which all names must be known. */
function typeOfMerge(args: readonly Value[]): ValueType | FunctionFault {
  if (args.length === 0) return objectType(new Map());
  const attributes = new Map<string, ValueType>();
  const types: ValueType[] = [];
  for (const arg of args) {
    if (arg.type.kind === "dynamic") return DYNAMIC;
    const parts = partsOf(arg);
    if (parts === undefined) {
      return { fault: `arguments must be maps or objects, got "${friendlyTypeName(arg.type)}"` };
    }
    for (const [name, type] of parts) attributes.set(name, type);
    types.push(arg.kind === "null" && arg.type.kind === "object" ? NO_ATTRIBUTES : arg.type);
  }
  const [first = DYNAMIC] = types;
  if (types.every((type) => typesEqual(type, first))) return first;
  const hasUnknownNames = args.some(({ kind, type }) => kind === "unknown" && type.kind === "map");
  return hasUnknownNames ? DYNAMIC : objectType(attributes);
}

const NO_ATTRIBUTES = objectType(new Map());

/** Undefined for what has no names. */
function partsOf(value: Value): Iterable<readonly [string, ValueType]> | undefined {
  const { type } = value;
  if (type.kind !== "object" && type.kind !== "map") return undefined;
  if (value.kind === "null") return [];
  if (type.kind === "object") return type.attributes;
  return Array.from(entriesOf(value).keys(), (name) => [name, type.element] as const);
}

const zipmap: EagerFunction = {
  kind: "eager",
  name: "zipmap",
  parameters: [
    { ...typedParameter("keys", listType(STRING)), ...OPAQUE },
    { ...anyParameter("values"), ...OPAQUE },
  ],
  neverNull: true,
  returns([names = DYNAMIC_UNKNOWN, { type } = DYNAMIC_UNKNOWN]) {
    if (type.kind === "list") return mapType(type.element);
    if (type.kind !== "tuple") return { fault: "values argument must be a list or tuple value" };
    if (!isWhollyKnown(names)) return DYNAMIC;
    const fault = faultOfNames(names, type.elements.length);
    if (fault !== undefined) return fault;
    const entries = elementsOf(names).map(
      (name, at) => [textOf(name), type.elements[at] ?? DYNAMIC] as const,
    );
    return objectType(new Map(entries));
  },
  call([names = DYNAMIC_UNKNOWN, given = DYNAMIC_UNKNOWN], returns) {
    const marks = joinMarks(
      names.marks,
      given.marks,
      ...elementsOf(names).map((name) => name.marks),
    );
    if (!isWhollyKnown(names)) return withMarks(unknownValue(returns), marks);
    const elements = elementsOf(withoutMarks(given));
    const fault = faultOfNames(names, elements.length);
    if (fault !== undefined) return fault;
    const entries = new Map(
      elementsOf(names).map((name, at) => [textOf(name), elements[at] ?? DYNAMIC_UNKNOWN] as const),
    );
    const zipped =
      returns.kind === "map" ? mapValue(returns.element, entries) : objectValue(entries);
    return withMarks(zipped, marks);
  },
};

function faultOfNames(names: Value, count: number): FunctionFault | undefined {
  const elements = elementsOf(names);
  if (elements.length !== count) {
    const fault = `number of keys (${elements.length}) does not match number of values (${count})`;
    return { fault };
  }
  const missing = elements.findIndex(({ kind }) => kind === "null");
  return missing < 0 ? undefined : { fault: `keys list has null value at index ${missing}` };
}

export const MAPPING_FUNCTIONS: readonly EagerFunction[] = [keys, values, lookup, merge, zipmap];
