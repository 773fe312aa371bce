import { withMarks } from "../values/marks.ts";
import { keyOfValue } from "../values/set.ts";
import { isWhollyKnown, refinedUnknown, refinementsOf } from "../values/unknown.ts";
import {
  boolValue,
  compareNames,
  DYNAMIC_UNKNOWN,
  listValue,
  nullValue,
  stringValue,
  tupleValue,
  unknownValue,
  type Value,
} from "../values/value.ts";
import {
  BOOL,
  DYNAMIC,
  friendlyTypeName,
  isCollection,
  listType,
  STRING,
  tupleType,
  type ValueType,
} from "../values/value-type.ts";
import type { EagerFunction, FunctionFault, FunctionParameter } from "./function-declaration.ts";
import {
  anyParameter,
  elementsOf,
  numberParameter,
  readInteger,
  textOf,
  typedParameter,
} from "./parameter.ts";

/** Elements pass through as they are: unknown, marked. */
const SEQUENCE: FunctionParameter = {
  ...anyParameter("list"),
  allowsUnknownWithin: true,
  allowsMarks: true,
};

/** The elements as a list or tuple of that type. */
function rebuilt(elements: readonly Value[], type: ValueType): Value {
  return type.kind === "list" ? listValue(type.element, elements) : tupleValue(elements);
}

const element: EagerFunction = {
  kind: "eager",
  name: "element",
  parameters: [SEQUENCE, numberParameter("index")],
  returns([{ type } = DYNAMIC_UNKNOWN, index]) {
    if (type.kind === "list") return type.element;
    if (type.kind !== "tuple") {
      return { fault: `cannot read elements from ${friendlyTypeName(type)}` };
    }
    if (index?.kind !== "number") return DYNAMIC;
    const found = pick(type.elements, index);
    return "fault" in found ? found : found.picked;
  },
  call([list = DYNAMIC_UNKNOWN, index]) {
    const found = pick(elementsOf(list), index);
    return "fault" in found ? found : withMarks(found.picked, list.marks);
  },
};

/** Counts round and round, below zero from the end. */
function pick<T>(
  items: readonly T[],
  index: Value | undefined,
): { readonly picked: T } | FunctionFault {
  const read = readInteger(index);
  if ("fault" in read) return { fault: `invalid index: ${read.fault}` };
  const at = read.integer % items.length;
  const picked = items[at < 0 ? at + items.length : at];
  return picked === undefined
    ? { fault: "cannot use element function with an empty list" }
    : { picked };
}

const distinct: EagerFunction = {
  kind: "eager",
  name: "distinct",
  parameters: [typedParameter("list", listType(DYNAMIC))],
  neverNull: true,
  returns: ([list]) => list?.type ?? DYNAMIC,
  call([list = DYNAMIC_UNKNOWN]) {
    const unique = new Map<string, Value>();
    for (const each of elementsOf(list)) {
      const key = keyOfValue(each);
      if (!unique.has(key)) unique.set(key, each);
    }
    return listValue(isCollection(list.type) ? list.type.element : DYNAMIC, [...unique.values()]);
  },
};

const sort: EagerFunction = {
  kind: "eager",
  name: "sort",
  parameters: [{ ...typedParameter("list", listType(STRING)), allowsUnknown: true }],
  returns: listType(STRING),
  neverNull: true,
  call([list = DYNAMIC_UNKNOWN], returns) {
    if (!isWhollyKnown(list)) {
      const { minLength, maxLength } = refinementsOf(list);
      return refinedUnknown(returns, { notNull: true, minLength, maxLength });
    }
    const missing = elementsOf(list).findIndex(({ kind }) => kind === "null");
    if (missing >= 0) {
      return {
        fault: `given list element ${missing} is null; a null string cannot be sorted`,
      };
    }
    return listValue(STRING, elementsOf(list).map(textOf).sort(compareNames).map(stringValue));
  },
};

const reverse: EagerFunction = {
  kind: "eager",
  name: "reverse",
  parameters: [SEQUENCE],
  neverNull: true,
  returns([{ type } = DYNAMIC_UNKNOWN]) {
    if (type.kind === "tuple") return tupleType(type.elements.toReversed());
    if (type.kind === "list" || type.kind === "set") return listType(type.element);
    const got = friendlyTypeName(type);
    return { fault: `can only reverse list or tuple values, not ${got}`, argument: 0 };
  },
  call: ([list = DYNAMIC_UNKNOWN], returns) =>
    withMarks(rebuilt(elementsOf(list).toReversed(), returns), list.marks),
};

const compact: EagerFunction = {
  kind: "eager",
  name: "compact",
  parameters: [typedParameter("list", listType(STRING))],
  returns: listType(STRING),
  neverNull: true,
  call: ([list]) =>
    listValue(
      STRING,
      elementsOf(list).filter((each) => textOf(each) !== ""),
    ),
};

const NOT_ONE: FunctionFault = {
  fault: "must be a list, set, or tuple value with either zero or one elements",
  argument: 0,
};

const one: EagerFunction = {
  kind: "eager",
  name: "one",
  parameters: [{ ...anyParameter("list"), allowsUnknownWithin: true }],
  returns([{ type } = DYNAMIC_UNKNOWN]) {
    if (type.kind === "list" || type.kind === "set") return type.element;
    if (type.kind !== "tuple" || type.elements.length > 1) return NOT_ONE;
    return type.elements[0] ?? DYNAMIC;
  },
  call([list = DYNAMIC_UNKNOWN], returns) {
    const [only, ...more] = elementsOf(list);
    if (only === undefined) return nullValue(returns);
    if (more.length === 0) return only;
    const isSettled = list.type.kind !== "set" || isWhollyKnown(list);
    return isSettled ? NOT_ONE : unknownValue(returns);
  },
};

const alltrue: EagerFunction = {
  kind: "eager",
  name: "alltrue",
  parameters: [{ ...typedParameter("list", listType(BOOL)), allowsUnknownWithin: true }],
  returns: BOOL,
  neverNull: true,
  /** The first element that is not true decides. */
  call([list]) {
    const first = elementsOf(list).find((each) => each.kind !== "bool" || !each.content);
    return first?.kind === "unknown" ? unknownValue(BOOL) : boolValue(first === undefined);
  },
};

const anytrue: EagerFunction = {
  kind: "eager",
  name: "anytrue",
  parameters: [{ ...typedParameter("list", listType(BOOL)), allowsUnknownWithin: true }],
  returns: BOOL,
  neverNull: true,
  call([list]) {
    const elements = elementsOf(list);
    if (elements.some((each) => each.kind === "bool" && each.content)) return boolValue(true);
    return elements.some(({ kind }) => kind === "unknown") ? unknownValue(BOOL) : boolValue(false);
  },
};

export const SEQUENCE_FUNCTIONS: readonly EagerFunction[] = [
  element,
  distinct,
  sort,
  reverse,
  compact,
  one,
  alltrue,
  anytrue,
];
