import { convertValue, isConversionFault } from "../values/convert.ts";
import { valuesEqual } from "../values/equality.ts";
import { withMarks } from "../values/marks.ts";
import { unifyTypes } from "../values/unify.ts";
import { refinementsOf } from "../values/unknown.ts";
import {
  boolValue,
  DYNAMIC_UNKNOWN,
  numberValue,
  type Refinements,
  tupleValue,
  unknownValue,
  type Value,
} from "../values/value.ts";
import {
  BOOL,
  DYNAMIC,
  friendlyTypeName,
  isCollection,
  NUMBER,
  tupleType,
  typesEqual,
  type ValueType,
} from "../values/value-type.ts";
import type { EagerFunction, FunctionFault } from "./function-declaration.ts";
import { anyParameter, elementsOf } from "./parameter.ts";
import { isUnsettledSet } from "./set-product.ts";
import { graphemesOf } from "./string-functions.ts";

const length: EagerFunction = {
  kind: "eager",
  name: "length",
  parameters: [{ name: "value", type: DYNAMIC, allowsUnknown: true, allowsMarks: true }],
  neverNull: true,
  returns: ([value]) =>
    value?.type.kind === "number" || value?.type.kind === "bool"
      ? { fault: "argument must be a string, a collection type, or a structural type" }
      : NUMBER,
  call: ([value = DYNAMIC_UNKNOWN]) => withMarks(lengthOf(value), value.marks),
};

function lengthOf(value: Value): Value {
  const { type } = value;
  if (value.kind === "string") return numberValue(graphemesOf(value.content).length);
  if (type.kind === "tuple") return numberValue(type.elements.length);
  if (type.kind === "object") return numberValue(type.attributes.size);
  const known = refinementsOf(value);
  if (type.kind === "string") {
    return between({ minLength: graphemesOf(known.stringPrefix ?? "").length });
  }
  if (!isCollection(type)) return unknownValue(NUMBER);
  return between(isUnsettledSet(value) ? { ...known, minLength: 1 } : known);
}

function between({ minLength = 0, maxLength }: Refinements): Value {
  if (minLength === maxLength) return numberValue(minLength);
  return unknownValue(NUMBER, {
    min: { value: minLength, inclusive: true },
    ...(maxLength !== undefined && { max: { value: maxLength, inclusive: true } }),
  });
}

const concat: EagerFunction = {
  kind: "eager",
  name: "concat",
  parameters: [],
  rest: { ...anyParameter("seqs"), allowsUnknownWithin: true, allowsMarks: true },
  neverNull: true,
  returns(args) {
    if (args.length === 0) return { fault: "at least one argument is required" };
    const types = args.map(({ type }) => type);
    const areLists = types.every(({ kind }) => kind === "list");
    const unified = areLists ? unifyTypes(types) : undefined;
    return unified ?? typeOfTuple(args);
  },
  call(args, returns) {
    const joined = fitted(tupleValue(args.flatMap(elementsOf)), returns);
    return "fault" in joined ? joined : withMarks(joined, ...args.map(({ marks }) => marks));
  },
};

function typeOfTuple(args: readonly Value[]): ValueType | FunctionFault {
  const elements: ValueType[] = [];
  for (const [argument, value] of args.entries()) {
    const { type } = value;
    if (type.kind === "tuple") elements.push(...type.elements);
    else if (type.kind !== "list") {
      const got = friendlyTypeName(type);
      return { fault: `all arguments must be lists or tuples; got ${got}`, argument };
    } else {
      if (value.kind === "unknown") return DYNAMIC;
      elements.push(...elementsOf(value).map(() => type.element));
    }
  }
  return tupleType(elements);
}

/** The value as the type that `returns` promised. */
function fitted(value: Value, type: ValueType): Value | FunctionFault {
  const converted = convertValue(value, type);
  return isConversionFault(converted) ? { fault: converted.fault } : converted;
}

const contains: EagerFunction = {
  kind: "eager",
  name: "contains",
  parameters: [
    { ...anyParameter("list"), allowsUnknownWithin: true },
    { ...anyParameter("value"), allowsNull: true, allowsUnknownWithin: true },
  ],
  neverNull: true,
  returns: BOOL,
  call([list = DYNAMIC_UNKNOWN, wanted = DYNAMIC_UNKNOWN]) {
    const { kind } = list.type;
    if (kind !== "list" && kind !== "tuple" && kind !== "set") {
      return { fault: "argument must be list, tuple, or set" };
    }
    const answers = elementsOf(list).map((element) => valuesEqual(element, wanted));
    if (answers.includes(true)) return boolValue(true);
    return answers.includes(undefined) ? unknownValue(BOOL) : boolValue(false);
  },
};

const coalesce: EagerFunction = {
  kind: "eager",
  name: "coalesce",
  parameters: [],
  rest: { ...anyParameter("vals"), allowsNull: true, allowsUnknown: true },
  neverNull: true,
  returns: (args) =>
    (args.length > 0 ? unifyTypes(typesOf(args)) : undefined) ?? {
      fault: "all arguments must have the same type",
    },
  call(args, returns) {
    for (const arg of args) {
      const value = fitted(arg, returns);
      if ("fault" in value) return value;
      if (value.kind === "unknown") return unknownValue(returns);
      const isEmpty = value.kind === "string" && value.content === "";
      if (value.kind !== "null" && !isEmpty) return value;
    }
    return { fault: "no non-null, non-empty-string arguments" };
  },
};

/** An untyped null or unknown takes the type of the others. */
function typesOf(args: readonly Value[]): readonly ValueType[] {
  const types = args.map(({ type }) => type);
  const typed = types.filter(({ kind }) => kind !== "dynamic");
  return typed.length === 0 ? types : typed;
}

const coalescelist: EagerFunction = {
  kind: "eager",
  name: "coalescelist",
  parameters: [],
  rest: { ...anyParameter("vals"), allowsNull: true, allowsUnknown: true },
  neverNull: true,
  returns(args) {
    const [first] = args;
    if (first === undefined) return { fault: "at least one argument is required" };
    for (const { kind, type } of args) {
      if (kind === "unknown") return DYNAMIC;
      if (type.kind !== "list" && type.kind !== "tuple") {
        return { fault: "coalescelist arguments must be lists or tuples" };
      }
    }
    return args.every(({ type }) => typesEqual(type, first.type)) ? first.type : DYNAMIC;
  },
  call(args, returns) {
    for (const arg of args) {
      if (arg.kind === "unknown") return unknownValue(returns);
      if (elementsOf(arg).length > 0) return arg;
    }
    return { fault: "no non-null arguments" };
  },
};

export const COLLECTION_FUNCTIONS: readonly EagerFunction[] = [
  length,
  concat,
  contains,
  coalesce,
  coalescelist,
];
