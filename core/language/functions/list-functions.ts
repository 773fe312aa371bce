import { convertValue, isConversionFault } from "../values/convert.ts";
import { valuesEqual } from "../values/equality.ts";
import { withMarks } from "../values/marks.ts";
import { unifyTypes } from "../values/unify.ts";
import { isWhollyKnown } from "../values/unknown.ts";
import {
  compareNames,
  listValue,
  mapValue,
  numberValue,
  stringValue,
  unknownValue,
  type Value,
} from "../values/value.ts";
import {
  DYNAMIC,
  isCollection,
  listType,
  mapType,
  NUMBER,
  STRING,
  type ValueType,
} from "../values/value-type.ts";
import type { EagerFunction, FunctionFault } from "./function-declaration.ts";
import {
  anyParameter,
  elementsOf,
  entriesOf,
  numberParameter,
  readInteger,
  textOf,
  typedParameter,
} from "./parameter.ts";

const ANY_LIST = listType(DYNAMIC);

const chunklist: EagerFunction = {
  kind: "eager",
  name: "chunklist",
  parameters: [
    { ...typedParameter("list", ANY_LIST), allowsMarks: true, allowsUnknownWithin: true },
    { ...numberParameter("size"), allowsMarks: true },
  ],
  neverNull: true,
  returns: ([list]) => listType(list?.type ?? ANY_LIST),
  call([list = unknownValue(ANY_LIST), size = unknownValue(NUMBER)]) {
    const read = readInteger(size);
    if ("fault" in read) return { fault: `invalid size: ${read.fault}` };
    if (read.integer < 0) return { fault: "the size argument must be positive" };
    const chunks = chunksOf(elementsOf(list), read.integer);
    const element = isCollection(list.type) ? list.type.element : DYNAMIC;
    const lists = chunks.map((chunk) => listValue(element, chunk));
    return withMarks(listValue(list.type, lists), list.marks, size.marks);
  },
};

/** A size of 0 means one chunk. */
function chunksOf(elements: readonly Value[], size: number): readonly (readonly Value[])[] {
  if (elements.length === 0) return [];
  const step = size === 0 ? elements.length : size;
  const count = Math.ceil(elements.length / step);
  return Array.from({ length: count }, (_, at) => elements.slice(at * step, (at + 1) * step));
}

const index: EagerFunction = {
  kind: "eager",
  name: "index",
  parameters: [
    { ...anyParameter("list"), allowsUnknownWithin: true },
    { ...anyParameter("value"), allowsUnknownWithin: true },
  ],
  returns: NUMBER,
  neverNull: true,
  call([list = unknownValue(DYNAMIC), wanted = unknownValue(DYNAMIC)]) {
    if (list.type.kind !== "list" && list.type.kind !== "tuple") {
      return { fault: "argument must be a list or tuple" };
    }
    if (elementsOf(list).length === 0) return { fault: "cannot search an empty list" };
    for (const [at, element] of elementsOf(list).entries()) {
      const equal = valuesEqual(element, wanted);
      if (equal === undefined) return unknownValue(NUMBER);
      if (equal) return numberValue(at);
    }
    return { fault: "item not found" };
  },
};

const matchkeys: EagerFunction = {
  kind: "eager",
  name: "matchkeys",
  parameters: ["values", "keys", "searchset"].map((name) => ({
    ...typedParameter(name, ANY_LIST),
    allowsUnknownWithin: true,
  })),
  neverNull: true,
  returns([values, keys, searchset]) {
    const common = unifyTypes([keys?.type ?? DYNAMIC, searchset?.type ?? DYNAMIC]);
    if (common === undefined) return { fault: "keys and searchset must be of the same type" };
    return values?.type ?? ANY_LIST;
  },
  call([values, keys = unknownValue(ANY_LIST), searchset = unknownValue(ANY_LIST)], returns) {
    const candidates = elementsOf(values);
    if (candidates.length !== elementsOf(keys).length) {
      return { fault: "length of keys and values should be equal" };
    }
    const element = isCollection(returns) ? returns.element : DYNAMIC;
    const common = unifyTypes([keys.type, searchset.type]) ?? ANY_LIST;
    const wanted = converted(searchset, common);
    const given = converted(keys, common);
    if ("fault" in wanted || "fault" in given)
      return { fault: "keys and searchset must be of the same type" };
    if (wanted.elements.length === 0) return listValue(element, []);
    const isKnown = candidates.every(isWhollyKnown) && given.elements.every(isWhollyKnown);
    if (!isKnown) return unknownValue(returns);
    return listValue(element, matching(candidates, given.elements, wanted.elements));
  },
};

/** The values whose keys are wanted; none at all where an unknown decides before the first match. */
function matching(
  values: readonly Value[],
  keys: readonly Value[],
  wanted: readonly Value[],
): readonly Value[] {
  const found: Value[] = [];
  for (const [at, key] of keys.entries()) {
    const answers = wanted.map((each) => valuesEqual(key, each));
    const first = answers.findIndex((equal) => equal !== false);
    if (first < 0) continue;
    if (answers[first] === undefined) return [];
    const value = values[at];
    if (value !== undefined) found.push(value);
  }
  return found;
}

function converted(
  list: Value,
  type: ValueType,
): { readonly elements: readonly Value[] } | FunctionFault {
  const result = convertValue(list, type);
  return isConversionFault(result) ? result : { elements: elementsOf(result) };
}

const LISTS_OF_STRINGS = mapType(listType(STRING));

const transpose: EagerFunction = {
  kind: "eager",
  name: "transpose",
  parameters: [typedParameter("values", LISTS_OF_STRINGS)],
  returns: LISTS_OF_STRINGS,
  neverNull: true,
  call([values]) {
    const names = new Map<string, string[]>();
    for (const [name, list] of entriesOf(values)) {
      const path = `[${JSON.stringify(name)}]`;
      if (list.kind === "null") return { fault: `cannot use null list for ${path}`, argument: 0 };
      for (const [at, element] of elementsOf(list).entries()) {
        if (element.kind === "null") {
          return { fault: `cannot use null string for ${path}[${at}]`, argument: 0 };
        }
        const before = names.get(textOf(element));
        if (before === undefined) names.set(textOf(element), [name]);
        else before.push(name);
      }
    }
    const entries = Array.from(names, ([name, list]) => {
      const strings = list.sort(compareNames).map(stringValue);
      return [name, listValue(STRING, strings)] as const;
    });
    return mapValue(listType(STRING), new Map(entries));
  },
};

export const LIST_FUNCTIONS: readonly EagerFunction[] = [chunklist, index, matchkeys, transpose];
