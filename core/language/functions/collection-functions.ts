import { convertValue, isConversionFault } from "../values/convert.ts";
import { valuesEqual } from "../values/equality.ts";
import { unifyTypes } from "../values/unify.ts";
import { refinementsOf } from "../values/unknown.ts";
import {
  boolValue,
  numberValue,
  objectValue,
  stringValue,
  tupleValue,
  unknownValue,
  type Value,
} from "../values/value.ts";
import {
  BOOL,
  DYNAMIC,
  friendlyTypeName,
  listType,
  mapType,
  NUMBER,
  STRING,
  tupleType,
  type ValueType,
} from "../values/value-type.ts";
import type { EagerFunction, FunctionFault } from "./function-declaration.ts";
import {
  anyParameter,
  elementsOf,
  entriesOf,
  stringParameter,
  textOf,
  typedParameter,
} from "./parameter.ts";
import { graphemesOf } from "./string-functions.ts";

const length: EagerFunction = {
  kind: "eager",
  name: "length",
  parameters: [{ name: "value", type: DYNAMIC, allowsUnknown: true }],
  returns: NUMBER,
  neverNull: true,
  call([value = unknownValue(DYNAMIC)]) {
    const { kind } = value.type;
    if (kind === "number" || kind === "bool") {
      const fault = "argument must be a string, a collection type, or a structural type";
      return { fault, argument: 0 };
    }
    if (value.kind === "string") return numberValue(graphemesOf(value.content).length);
    if (value.type.kind === "tuple") return numberValue(value.type.elements.length);
    if (value.type.kind === "object") return numberValue(value.type.attributes.size);
    const { minLength = 0, maxLength } = refinementsOf(value);
    if (minLength === maxLength) return numberValue(minLength);
    const min = { value: minLength, inclusive: true };
    const max = maxLength === undefined ? undefined : { value: maxLength, inclusive: true };
    return unknownValue(NUMBER, { notNull: true, min, ...(max && { max }) });
  },
};

const concat: EagerFunction = {
  kind: "eager",
  name: "concat",
  parameters: [],
  rest: anyParameter("seqs"),
  neverNull: true,
  returns(args) {
    if (args.length === 0) return { fault: "at least one argument is required" };
    for (const [argument, { type }] of args.entries()) {
      if (type.kind !== "list" && type.kind !== "tuple") {
        const got = friendlyTypeName(type);
        return { fault: `all arguments must be lists or tuples; got ${got}`, argument };
      }
    }
    const types = args.map(({ type }) => type);
    const lists = types.filter((type) => type.kind === "list");
    const unified = lists.length === types.length ? unifyTypes(types) : undefined;
    if (unified !== undefined) return unified;
    return tupleType(args.flatMap((arg) => elementsOf(arg).map(({ type }) => type)));
  },
  call: (args, returns) => fitted(tupleValue(args.flatMap(elementsOf)), returns),
};

/** The value as the type that `returns` promised. */
function fitted(value: Value, type: ValueType): Value | FunctionFault {
  const converted = convertValue(value, type);
  return isConversionFault(converted) ? { fault: converted.fault } : converted;
}

function isSequenceType({ kind }: ValueType): boolean {
  return kind === "list" || kind === "set" || kind === "tuple";
}

const contains: EagerFunction = {
  kind: "eager",
  name: "contains",
  parameters: [anyParameter("list"), { ...anyParameter("value"), allowsNull: true }],
  neverNull: true,
  returns: ([list]) =>
    list !== undefined && isSequenceType(list.type)
      ? BOOL
      : { fault: "argument must be list, tuple, or set", argument: 0 },
  call: ([list, wanted = unknownValue(DYNAMIC)]) =>
    boolValue(elementsOf(list).some((element) => valuesEqual(element, wanted) === true)),
};

function isMappingType({ kind }: ValueType): boolean {
  return kind === "map" || kind === "object";
}

const keys: EagerFunction = {
  kind: "eager",
  name: "keys",
  parameters: [{ ...anyParameter("inputMap"), allowsUnknown: true }],
  neverNull: true,
  returns([map = unknownValue(DYNAMIC)]) {
    if (map.type.kind === "object")
      return tupleType([...map.type.attributes.keys()].map(() => STRING));
    if (map.type.kind === "map") return listType(STRING);
    return map.type.kind === "dynamic" ? DYNAMIC : mappingRequired();
  },
  call([map = unknownValue(DYNAMIC)], returns) {
    const names =
      map.type.kind === "object"
        ? [...map.type.attributes.keys()].sort()
        : [...entriesOf(map).keys()];
    if (map.kind === "unknown" && map.type.kind !== "object") return unknownValue(returns);
    return fitted(tupleValue(names.map(stringValue)), returns);
  },
};

function mappingRequired(): FunctionFault {
  return { fault: "must have map or object type", argument: 0 };
}

const values: EagerFunction = {
  kind: "eager",
  name: "values",
  parameters: [anyParameter("mapping")],
  neverNull: true,
  returns([map = unknownValue(DYNAMIC)]) {
    if (map.type.kind === "map") return listType(map.type.element);
    if (map.type.kind === "object") return tupleType([...map.type.attributes.values()]);
    return mappingRequired();
  },
  call: ([map], returns) => fitted(tupleValue([...entriesOf(map).values()]), returns),
};

const lookup: EagerFunction = {
  kind: "eager",
  name: "lookup",
  parameters: [anyParameter("inputMap"), stringParameter("key")],
  rest: { ...anyParameter("default"), allowsNull: true },
  returns([map = unknownValue(DYNAMIC), key, fallback]) {
    if (!isMappingType(map.type)) {
      return { fault: "lookup() requires a map as the first argument", argument: 0 };
    }
    if (map.type.kind === "map") return map.type.element;
    if (map.type.kind !== "object" || key?.kind !== "string") return DYNAMIC;
    return map.type.attributes.get(key.content) ?? fallback?.type ?? DYNAMIC;
  },
  call([map, key, fallback, ...more], returns) {
    if (more.length > 0) return { fault: "lookup() takes two or three arguments" };
    const found = entriesOf(map).get(textOf(key));
    if (found !== undefined) return found;
    if (fallback === undefined) {
      return { fault: `lookup failed to find key ${JSON.stringify(textOf(key))}` };
    }
    const value = convertValue(fallback, returns);
    return isConversionFault(value)
      ? { fault: `the default value: ${value.fault}`, argument: 2 }
      : value;
  },
};

const merge: EagerFunction = {
  kind: "eager",
  name: "merge",
  parameters: [],
  rest: { ...anyParameter("maps"), allowsNull: true },
  neverNull: true,
  returns(args) {
    const wrong = args.findIndex(({ type }) => !isMappingType(type) && type.kind !== "dynamic");
    if (wrong >= 0) {
      const got = friendlyTypeName(args[wrong]?.type ?? DYNAMIC);
      return { fault: `arguments must be maps or objects, got "${got}"`, argument: wrong };
    }
    const types = args.map(({ type }) => type);
    const areMaps = types.length > 0 && types.every(({ kind }) => kind === "map");
    const unified = areMaps ? unifyTypes(types) : undefined;
    if (unified !== undefined) return unified;
    return mergedObject(args).type;
  },
  call: (args, returns) => fitted(mergedObject(args), returns),
};

function mergedObject(args: readonly Value[]): Value {
  const all = new Map<string, Value>();
  for (const arg of args) for (const [name, value] of entriesOf(arg)) all.set(name, value);
  return objectValue(all);
}

const coalesce: EagerFunction = {
  kind: "eager",
  name: "coalesce",
  parameters: [],
  rest: { ...anyParameter("vals"), allowsNull: true, allowsUnknown: true },
  returns: (args) =>
    unifyTypes(args.map(({ type }) => type)) ?? { fault: "all arguments must have the same type" },
  call(args, returns) {
    for (const arg of args) {
      if (arg.kind === "unknown") return unknownValue(returns);
      const value = fitted(arg, returns);
      if ("fault" in value) return value;
      const isEmpty = value.kind === "string" && value.content === "";
      if (value.kind !== "null" && !isEmpty) return value;
    }
    return { fault: "no non-null, non-empty-string arguments" };
  },
};

const coalescelist: EagerFunction = {
  kind: "eager",
  name: "coalescelist",
  parameters: [],
  rest: { ...anyParameter("vals"), allowsNull: true },
  returns(args) {
    const wrong = args.findIndex(({ kind, type }) => kind !== "null" && !isSequenceType(type));
    if (wrong >= 0)
      return { fault: "coalescelist arguments must be lists or tuples", argument: wrong };
    const first = args.find((arg) => elementsOf(arg).length > 0);
    return first === undefined ? { fault: "no non-null arguments" } : first.type;
  },
  call: (args) =>
    args.find((arg) => elementsOf(arg).length > 0) ?? { fault: "no non-null arguments" },
};

const zipmap: EagerFunction = {
  kind: "eager",
  name: "zipmap",
  parameters: [typedParameter("keys", listType(STRING)), anyParameter("values")],
  neverNull: true,
  returns([names, each = unknownValue(DYNAMIC)]) {
    if (each.type.kind === "list") return mapType(each.type.element);
    if (each.type.kind !== "tuple") {
      return { fault: "values must be a list or tuple value", argument: 1 };
    }
    const zipped = zip(names, elementsOf(each));
    return "fault" in zipped ? zipped : zipped.type;
  },
  call([names, each], returns) {
    const zipped = zip(names, elementsOf(each));
    return "fault" in zipped ? zipped : fitted(zipped, returns);
  },
};

function zip(names: Value | undefined, elements: readonly Value[]): Value | FunctionFault {
  const texts = elementsOf(names).map(textOf);
  if (texts.length !== elements.length) {
    return {
      fault: `number of keys (${texts.length}) does not match number of values (${elements.length})`,
    };
  }
  const entries = texts.map((name, at) => [name, elements[at] ?? unknownValue(DYNAMIC)] as const);
  return objectValue(new Map(entries));
}

export const COLLECTION_FUNCTIONS: readonly EagerFunction[] = [
  length,
  concat,
  contains,
  keys,
  values,
  lookup,
  merge,
  coalesce,
  coalescelist,
  zipmap,
];
