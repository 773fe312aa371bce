import { keyOfValue } from "../values/set.ts";
import {
  boolValue,
  compareNames,
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
  isCollection,
  listType,
  STRING,
  tupleType,
  type ValueType,
} from "../values/value-type.ts";
import type { EagerFunction, FunctionFault } from "./function-declaration.ts";
import {
  anyParameter,
  doubleOf,
  elementsOf,
  numberParameter,
  textOf,
  typedParameter,
} from "./parameter.ts";

const element: EagerFunction = {
  kind: "eager",
  name: "element",
  parameters: [anyParameter("list"), numberParameter("index")],
  returns([list = unknownValue(DYNAMIC), index]) {
    if (list.type.kind === "list") return list.type.element;
    if (list.type.kind !== "tuple") {
      return { fault: "cannot read elements from a value of this type", argument: 0 };
    }
    const found = pick(list, index);
    return "fault" in found ? found : found.type;
  },
  call: ([list, index]) => pick(list, index),
};

function pick(list: Value | undefined, index: Value | undefined): Value | FunctionFault {
  const elements = elementsOf(list);
  const at = doubleOf(index);
  if (!Number.isSafeInteger(at)) return { fault: "a whole number is required", argument: 1 };
  if (at < 0) return { fault: "cannot use element function with a negative index", argument: 1 };
  return (
    elements[at % elements.length] ?? {
      fault: "cannot use element function with an empty list",
      argument: 0,
    }
  );
}

const flatten: EagerFunction = {
  kind: "eager",
  name: "flatten",
  parameters: [anyParameter("list")],
  neverNull: true,
  returns([list = unknownValue(DYNAMIC)]) {
    if (list.type.kind === "dynamic") return DYNAMIC;
    if (!isSequence(list)) return { fault: "can only flatten lists, sets and tuples", argument: 0 };
    return list.kind === "unknown" ? DYNAMIC : tupleValue(flattened(list)).type;
  },
  call: ([list = unknownValue(DYNAMIC)]) => tupleValue(flattened(list)),
};

function isSequence({ type }: Value): boolean {
  return type.kind === "list" || type.kind === "set" || type.kind === "tuple";
}

function flattened(value: Value): readonly Value[] {
  return value.kind === "sequence" ? value.content.flatMap(flattened) : [value];
}

const distinct: EagerFunction = {
  kind: "eager",
  name: "distinct",
  parameters: [typedParameter("list", listType(DYNAMIC))],
  neverNull: true,
  returns: ([list]) => list?.type ?? DYNAMIC,
  call([list = unknownValue(DYNAMIC)]) {
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
  parameters: [typedParameter("list", listType(STRING))],
  returns: listType(STRING),
  neverNull: true,
  call([list]) {
    const missing = elementsOf(list).findIndex(({ kind }) => kind === "null");
    if (missing >= 0)
      return { fault: "given list element is null; a null string cannot be sorted", argument: 0 };
    return listValue(STRING, elementsOf(list).map(textOf).sort(compareNames).map(stringValue));
  },
};

const reverse: EagerFunction = {
  kind: "eager",
  name: "reverse",
  parameters: [anyParameter("list")],
  neverNull: true,
  returns([list = unknownValue(DYNAMIC)]) {
    const { type } = list;
    if (type.kind === "tuple") return tupleType(type.elements.toReversed());
    if (type.kind === "list" || type.kind === "set") return listType(type.element);
    return { fault: "can only reverse list or tuple values", argument: 0 };
  },
  call: ([list], returns) => rebuilt(elementsOf(list).toReversed(), returns),
};

/** The elements as a list or tuple of that type. */
function rebuilt(elements: readonly Value[], type: ValueType): Value {
  return type.kind === "list" ? listValue(type.element, elements) : tupleValue(elements);
}

const slice: EagerFunction = {
  kind: "eager",
  name: "slice",
  parameters: [anyParameter("list"), numberParameter("start_index"), numberParameter("end_index")],
  neverNull: true,
  returns([list = unknownValue(DYNAMIC), start, end]) {
    if (list.type.kind === "list") return list.type;
    if (list.type.kind !== "tuple") return { fault: "must be a list or tuple value", argument: 0 };
    const isBound = start?.kind === "number" && end?.kind === "number";
    return isBound ? tupleType(list.type.elements.slice(doubleOf(start), doubleOf(end))) : DYNAMIC;
  },
  call([list, start, end], returns) {
    const elements = elementsOf(list);
    const from = doubleOf(start);
    const to = doubleOf(end);
    if (from < 0 || from > elements.length) {
      return { fault: "start index must not lie outside the list", argument: 1 };
    }
    if (to < from || to > elements.length) {
      return {
        fault: "end index must lie between the start index and the length of the list",
        argument: 2,
      };
    }
    return rebuilt(elements.slice(from, to), returns);
  },
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

const one: EagerFunction = {
  kind: "eager",
  name: "one",
  parameters: [anyParameter("list")],
  returns([list = unknownValue(DYNAMIC)]) {
    if (!isSequence(list))
      return {
        fault: "must be a list, set, or tuple value with either zero or one elements",
        argument: 0,
      };
    return isCollection(list.type) ? list.type.element : (elementsOf(list)[0]?.type ?? DYNAMIC);
  },
  call([list], returns) {
    const elements = elementsOf(list);
    if (elements.length > 1) {
      return {
        fault: "must be a list, set, or tuple value with either zero or one elements",
        argument: 0,
      };
    }
    return elements[0] ?? nullValue(returns);
  },
};

function quantifier(name: string, decides: boolean): EagerFunction {
  return {
    kind: "eager",
    name,
    parameters: [typedParameter("list", listType(BOOL))],
    returns: BOOL,
    neverNull: true,
    call([list]) {
      const found = elementsOf(list).some(
        (each) => (each.kind === "bool" && each.content) === decides,
      );
      return boolValue(found ? decides : !decides);
    },
  };
}

export const SEQUENCE_FUNCTIONS: readonly EagerFunction[] = [
  element,
  flatten,
  distinct,
  sort,
  reverse,
  slice,
  compact,
  one,
  quantifier("alltrue", false),
  quantifier("anytrue", true),
];
