import { convertValue, isConversionFault } from "../values/convert.ts";
import {
  isFiniteNumber,
  type NumberContent,
  normalNumber,
  partsOfNumber,
} from "../values/exact-number.ts";
import { addNumbers, compareNumbers, negateNumber } from "../values/number-arithmetic.ts";
import { DYNAMIC_UNKNOWN, listValue, numberValue, type Value } from "../values/value.ts";
import { friendlyTypeName, listType, NUMBER } from "../values/value-type.ts";
import type { EagerFunction, FunctionFault } from "./function-declaration.ts";
import { anyParameter, elementsOf, entriesOf, numberParameter, readInteger } from "./parameter.ts";

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

const NOT_NUMBERS: FunctionFault = {
  fault: "argument must be list, set, or tuple of number values",
  argument: 0,
};

const sum: EagerFunction = {
  kind: "eager",
  name: "sum",
  parameters: [anyParameter("list")],
  returns: NUMBER,
  neverNull: true,
  call([list = DYNAMIC_UNKNOWN]) {
    if (list.kind !== "sequence" && list.kind !== "mapping") {
      return { fault: "cannot sum noniterable", argument: 0 };
    }
    if (elementsOf(list).length + entriesOf(list).size === 0) {
      return { fault: "cannot sum an empty list", argument: 0 };
    }
    if (list.kind === "mapping") {
      const got = friendlyTypeName(list.type);
      return { fault: `argument must be list, set, or tuple. Received ${got}`, argument: 0 };
    }
    return sumOf(list.content);
  },
};

function sumOf(elements: readonly Value[]): Value | FunctionFault {
  let total: NumberContent = 0;
  for (const element of elements) {
    const number = convertValue(element, NUMBER);
    if (isConversionFault(number) || number.kind !== "number") return NOT_NUMBERS;
    const next = addNumbers(total, number.content);
    if (next === undefined) return { fault: "can't compute sum of opposing infinities" };
    total = next;
  }
  return numberValue(total);
}

const signum: EagerFunction = {
  kind: "eager",
  name: "signum",
  parameters: [numberParameter("num")],
  returns: NUMBER,
  neverNull: true,
  call([value]) {
    const read = readInteger(value);
    return "fault" in read ? read : numberValue(Math.sign(read.integer) || 0);
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
    if (sign === 0) return { fault: "step must not be zero", argument: 2 };
    if (Math.sign(order) === sign) return countUp(count) ?? tooMany();
    return {
      fault:
        sign > 0
          ? "end must be greater than start when step is positive"
          : "end must be less than start when step is negative",
      argument: 1,
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
  signum,
  extreme("max", 1),
  extreme("min", -1),
  sum,
  range,
];
