import { convertValue, isConversionFault } from "../values/convert.ts";
import { keyOfValue, setValue } from "../values/set.ts";
import { unifyTypes } from "../values/unify.ts";
import { isWhollyKnown } from "../values/unknown.ts";
import { unknownValue, type Value } from "../values/value.ts";
import { DYNAMIC, isCollection, setType, type ValueType } from "../values/value-type.ts";
import type { EagerFunction, FunctionFault, FunctionParameter } from "./function-declaration.ts";
import { elementsOf } from "./parameter.ts";

function setParameter(name: string): FunctionParameter {
  return { name, type: setType(DYNAMIC), allowsUnknownWithin: true };
}

function elementType({ type }: Value): ValueType {
  return isCollection(type) ? type.element : DYNAMIC;
}

/** An untyped empty set goes along with any other. */
function commonType(sets: readonly Value[]): ValueType | FunctionFault {
  const types = sets
    .filter((set) => set.kind === "unknown" || elementsOf(set).length > 0 || !isUntyped(set))
    .map(elementType);
  const element = unifyTypes(types);
  if (element !== undefined) return setType(element);
  return { fault: "given sets must all have compatible element types" };
}

function isUntyped(set: Value): boolean {
  return elementType(set).kind === "dynamic";
}

type Combine = (left: readonly Value[], right: readonly Value[]) => readonly Value[];

/** Elements that are not known could equal any other, so only a union can be told with them. */
interface SetOperation {
  readonly combine: Combine;
  readonly needsKnown: boolean;
}

function operate(
  args: readonly Value[],
  returns: ValueType,
  { combine, needsKnown }: SetOperation,
): Value | FunctionFault {
  const sets: Value[] = [];
  for (const [argument, arg] of args.entries()) {
    const set = convertValue(arg, returns);
    if (isConversionFault(set)) return { fault: set.fault, argument };
    if (needsKnown && !isWhollyKnown(set)) return unknownValue(returns);
    sets.push(set);
  }
  const [first = [], ...others] = sets.map(elementsOf);
  const element = isCollection(returns) ? returns.element : DYNAMIC;
  return setValue(
    element,
    others.reduce((before, each) => combine(before, each), first),
  );
}

function keysOf(elements: readonly Value[]): ReadonlySet<string> {
  return new Set(elements.map(keyOfValue));
}

const union: SetOperation = {
  combine: (left, right) => [...left, ...right],
  needsKnown: false,
};

const intersection: SetOperation = {
  combine(left, right) {
    const keys = keysOf(right);
    return left.filter((element) => keys.has(keyOfValue(element)));
  },
  needsKnown: true,
};

const difference: SetOperation = {
  combine(left, right) {
    const keys = keysOf(right);
    return left.filter((element) => !keys.has(keyOfValue(element)));
  },
  needsKnown: true,
};

function onSets(name: string, operation: SetOperation): EagerFunction {
  return {
    kind: "eager",
    name,
    parameters: [setParameter("first_set")],
    rest: setParameter("other_sets"),
    neverNull: true,
    returns: commonType,
    call: (args, returns) => operate(args, returns, operation),
  };
}

export const SET_FUNCTIONS: readonly EagerFunction[] = [
  onSets("setunion", union),
  onSets("setintersection", intersection),
  {
    kind: "eager",
    name: "setsubtract",
    parameters: [setParameter("a"), setParameter("b")],
    neverNull: true,
    returns: commonType,
    call: (args, returns) => operate(args, returns, difference),
  },
];
