import { withMarks } from "../values/marks.ts";
import { DYNAMIC_UNKNOWN, listValue, tupleValue, type Value } from "../values/value.ts";
import { DYNAMIC, tupleType } from "../values/value-type.ts";
import type { EagerFunction, FunctionFault } from "./function-declaration.ts";
import { anyParameter, elementsOf, numberParameter, readInteger } from "./parameter.ts";

const OF_SET =
  "cannot slice a set, because its elements do not have indices; explicitly convert to a list if the ordering of the result is not important";

/** `slice(list, start, end)`: the elements from `start` up to before `end`. */
export const SLICE: EagerFunction = {
  kind: "eager",
  name: "slice",
  parameters: [
    { ...anyParameter("list"), allowsUnknownWithin: true, allowsMarks: true },
    numberParameter("start_index"),
    numberParameter("end_index"),
  ],
  neverNull: true,
  returns([list = DYNAMIC_UNKNOWN, start, end]) {
    const { type } = list;
    if (type.kind === "set") return { fault: OF_SET, argument: 0 };
    if (type.kind !== "list" && type.kind !== "tuple") {
      return { fault: "must be a list or tuple value", argument: 0 };
    }
    const bounds = readBounds(lengthOf(list), start, end);
    if ("fault" in bounds) return bounds;
    if (type.kind !== "tuple") return type;
    const { from, to } = bounds;
    if (from === undefined || to === undefined) return DYNAMIC;
    return tupleType(type.elements.slice(from, to));
  },
  call([list = DYNAMIC_UNKNOWN, start, end], returns) {
    const bounds = readBounds(lengthOf(list), start, end);
    if ("fault" in bounds) return bounds;
    const elements = elementsOf(list).slice(bounds.from, bounds.to);
    const sliced =
      returns.kind === "list" ? listValue(returns.element, elements) : tupleValue(elements);
    return withMarks(sliced, list.marks);
  },
};

/** Undefined where it is not known. */
function lengthOf(list: Value): number | undefined {
  if (list.type.kind === "tuple") return list.type.elements.length;
  return list.kind === "sequence" ? list.content.length : undefined;
}

interface Bounds {
  /** Undefined where it is not known. */
  readonly from: number | undefined;
  readonly to: number | undefined;
}

function readBounds(
  length: number | undefined,
  start: Value | undefined,
  end: Value | undefined,
): Bounds | FunctionFault {
  const from = readBound("start", start, length);
  if ("fault" in from) return from;
  const to = readBound("end", end, length);
  if ("fault" in to) return to;
  const isReversed = from.at !== undefined && to.at !== undefined && from.at > to.at;
  return isReversed
    ? { fault: "start index must not be greater than end index", argument: 1 }
    : { from: from.at, to: to.at };
}

function readBound(
  which: "start" | "end",
  value: Value | undefined,
  length: number | undefined,
): { readonly at: number | undefined } | FunctionFault {
  if (value?.kind !== "number") return { at: undefined };
  const argument = which === "start" ? 1 : 2;
  const read = readInteger(value, argument);
  if ("fault" in read) return { fault: `invalid ${which} index: ${read.fault}`, argument };
  if (read.integer < 0) return { fault: `${which} index must not be less than zero`, argument };
  if (length === undefined || read.integer <= length) return { at: read.integer };
  return { fault: `${which} index must not be greater than the length of the list`, argument };
}
