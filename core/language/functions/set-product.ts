import { convertValue, isConversionFault } from "../values/convert.ts";
import { joinMarks, withMarks, withoutMarks } from "../values/marks.ts";
import { setValue } from "../values/set.ts";
import { unifyTypes } from "../values/unify.ts";
import { refinedUnknown } from "../values/unknown.ts";
import { listValue, tupleValue, unknownValue, type Value } from "../values/value.ts";
import {
  DYNAMIC,
  isCollection,
  listType,
  setType,
  tupleType,
  type ValueType,
} from "../values/value-type.ts";
import { type EagerFunction, type FunctionFault, isFault } from "./function-declaration.ts";
import { anyParameter, elementsOf } from "./parameter.ts";

/** Bounds of an unknown product beyond these say little and cost much. */
const LARGEST_BOUND = 1024;
const LARGEST_PRODUCT_BOUND = 2048;

/** A product of more elements is a mistake, and would fill the memory. */
const LARGEST_PRODUCT = 1_000_000;

/** All tuples with one element of each argument, the last argument turning fastest. */
export const SET_PRODUCT: EagerFunction = {
  kind: "eager",
  name: "setproduct",
  parameters: [],
  rest: { ...anyParameter("sets"), allowsMarks: true, allowsUnknown: true },
  neverNull: true,
  returns(args) {
    if (args.length < 2) return { fault: "at least two arguments are required" };
    if (args.some(({ type }) => type.kind === "dynamic")) return DYNAMIC;
    const elements: ValueType[] = [];
    for (const [argument, { type }] of args.entries()) {
      const element = elementType(type, argument);
      if (isFault(element)) return element;
      elements.push(element);
    }
    const isOrdered = args.every(({ type }) => type.kind !== "set");
    return isOrdered ? listType(tupleType(elements)) : setType(tupleType(elements));
  },
  call(args, returns) {
    if (!isCollection(returns)) return unknownValue(returns);
    const marks = joinMarks(...args.map((arg) => arg.marks));
    const plain = args.map(withoutMarks);
    const hasUnknownLength = plain.some((arg) => arg.kind === "unknown" || isUnsettledSet(arg));
    const product = hasUnknownLength
      ? unknownProduct(plain, returns)
      : knownProduct(plain, returns);
    return isFault(product) ? product : withMarks(product, marks);
  },
};

function elementType(type: ValueType, argument: number): ValueType | FunctionFault {
  if (type.kind === "set" || type.kind === "list") return type.element;
  if (type.kind !== "tuple") return { fault: "a set or a list is required", argument };
  const element = unifyTypes(type.elements);
  return element ?? { fault: "all elements must be of the same type", argument };
}

/** A set with unknown elements, which may turn out equal to others, so that its length is not known. */
export function isUnsettledSet(value: Value): boolean {
  return (
    value.type.kind === "set" &&
    elementsOf(value).length > 1 &&
    elementsOf(value).some(({ kind }) => kind === "unknown")
  );
}

function unknownProduct(args: readonly Value[], type: ValueType): Value {
  let maxLength = 1;
  for (const arg of args) {
    const most = mostElements(arg);
    if (most > LARGEST_BOUND) return unknownValue(type);
    maxLength *= most;
    if (maxLength > LARGEST_PRODUCT_BOUND) return unknownValue(type);
  }
  const minLength = Math.min(1, maxLength);
  return refinedUnknown(type, { notNull: true, minLength, maxLength });
}

function mostElements(value: Value): number {
  if (value.type.kind === "tuple") return value.type.elements.length;
  if (value.kind === "unknown") return value.refinements.maxLength ?? Infinity;
  if (isUnsettledSet(value)) return Infinity;
  return elementsOf(value).length;
}

function knownProduct(
  args: readonly Value[],
  returns: ValueType & { readonly element: ValueType },
): Value | FunctionFault {
  const size = args.reduce((before, arg) => before * elementsOf(arg).length, 1);
  if (size > LARGEST_PRODUCT) {
    return { fault: `the product has ${size} elements; at most ${LARGEST_PRODUCT} are allowed` };
  }
  const types = returns.element.kind === "tuple" ? returns.element.elements : [];
  let rows: readonly (readonly Value[])[] = [[]];
  for (const [argument, arg] of args.entries()) {
    const converted: Value[] = [];
    for (const element of elementsOf(arg)) {
      const value = convertValue(element, types[argument] ?? DYNAMIC);
      if (isConversionFault(value)) return { fault: value.fault, argument };
      converted.push(value);
    }
    rows = rows.flatMap((row) => converted.map((value) => [...row, value]));
  }
  const tuples = rows.map(tupleValue);
  return returns.kind === "set"
    ? setValue(returns.element, tuples)
    : listValue(returns.element, tuples);
}
