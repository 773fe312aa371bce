import {
  isFiniteNumber,
  type NumberContent,
  normalNumber,
  partsOfNumber,
} from "../values/exact-number.ts";
import { addNumbers, compareNumbers, negateNumber } from "../values/number-arithmetic.ts";
import { listValue, numberValue, type Value } from "../values/value.ts";
import { listType, NUMBER } from "../values/value-type.ts";
import type { EagerFunction } from "./function-declaration.ts";
import { elementsOf, numberParameter, typedParameter } from "./parameter.ts";

function numberOf(value: Value | undefined): NumberContent {
  return value?.kind === "number" ? value.content : 0;
}

function onNumber(name: string, call: (content: NumberContent) => NumberContent): EagerFunction {
  return {
    kind: "eager",
    name,
    parameters: [numberParameter("num")],
    returns: NUMBER,
    neverNull: true,
    call: ([value]) => numberValue(call(numberOf(value))),
  };
}

/** `direction` 1 picks the greatest, -1 the least. */
function extreme(name: string, direction: 1 | -1): EagerFunction {
  return {
    kind: "eager",
    name,
    parameters: [],
    rest: numberParameter("numbers"),
    returns: NUMBER,
    neverNull: true,
    call(args) {
      const [first, ...others] = args.map(numberOf);
      if (first === undefined) return { fault: "must pass at least one number" };
      return numberValue(
        others.reduce(
          (best, each) => (compareNumbers(each, best) * direction > 0 ? each : best),
          first,
        ),
      );
    },
  };
}

/** The greatest whole number that is not greater. */
function floorOf(content: NumberContent): NumberContent {
  if (!isFiniteNumber(content)) return content;
  const { mantissa, exponent } = partsOfNumber(content);
  // A right shift of a BigInt rounds down, below zero too.
  return exponent >= 0 ? content : normalNumber(mantissa >> BigInt(-exponent), 0);
}

const sum: EagerFunction = {
  kind: "eager",
  name: "sum",
  parameters: [typedParameter("list", listType(NUMBER))],
  returns: NUMBER,
  neverNull: true,
  call([list]) {
    const elements = elementsOf(list);
    if (elements.length === 0) return { fault: "cannot sum an empty list", argument: 0 };
    if (elements.some(({ kind }) => kind === "null")) {
      return { fault: "argument must be list, set, or tuple of number values", argument: 0 };
    }
    const total = elements.reduce<NumberContent | undefined>(
      (before, each) => (before === undefined ? undefined : addNumbers(before, numberOf(each))),
      0,
    );
    return total === undefined ? { fault: "the sum is not a number" } : numberValue(total);
  },
};

const LARGEST_RANGE = 1024;

const range: EagerFunction = {
  kind: "eager",
  name: "range",
  parameters: [],
  rest: numberParameter("params"),
  returns: listType(NUMBER),
  neverNull: true,
  call(args) {
    if (args.length < 1 || args.length > 3) {
      return { fault: "must have one, two, or three arguments" };
    }
    const count = countOf(args.map(numberOf));
    const order = compareNumbers(count.end, count.start);
    if (order === 0) return listValue(NUMBER, []);
    const sign = compareNumbers(count.step, 0);
    if (sign === 0) return { fault: "step must not be zero" };
    if (Math.sign(order) === sign) return countUp(count) ?? tooMany();
    return {
      fault:
        sign > 0
          ? "end must be greater than start when step is positive"
          : "end must be less than start when step is negative",
    };
  },
};

function countOf([first = 0, second, third]: readonly NumberContent[]): Count {
  const [start, end] = second === undefined ? [0, first] : [first, second];
  return { start, end, step: third ?? (compareNumbers(end, start) < 0 ? -1 : 1) };
}

interface Count {
  readonly start: NumberContent;
  readonly end: NumberContent;
  readonly step: NumberContent;
}

function countUp({ start, end, step }: Count): Value | undefined {
  const sign = compareNumbers(step, 0);
  const values: Value[] = [];
  let at: NumberContent | undefined = start;
  while (at !== undefined && compareNumbers(at, end) * sign < 0) {
    if (values.length === LARGEST_RANGE) return undefined;
    values.push(numberValue(at));
    at = addNumbers(at, step);
  }
  return listValue(NUMBER, values);
}

function tooMany(): { readonly fault: string } {
  return {
    fault: `more than ${LARGEST_RANGE} values were generated; either decrease the difference between start and end or use a smaller step`,
  };
}

export const NUMBER_FUNCTIONS: readonly EagerFunction[] = [
  onNumber("abs", (content) => (compareNumbers(content, 0) < 0 ? negateNumber(content) : content)),
  onNumber("ceil", (content) => negateNumber(floorOf(negateNumber(content)))),
  onNumber("floor", floorOf),
  onNumber("signum", (content) => Math.sign(compareNumbers(content, 0))),
  extreme("max", 1),
  extreme("min", -1),
  sum,
  range,
];
