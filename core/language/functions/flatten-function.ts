import { joinMarks, withMarks } from "../values/marks.ts";
import {
  DYNAMIC_UNKNOWN,
  type Marks,
  NO_MARKS,
  tupleValue,
  unknownValue,
  type Value,
} from "../values/value.ts";
import { DYNAMIC, tupleType } from "../values/value-type.ts";
import type { EagerFunction } from "./function-declaration.ts";
import { anyParameter, elementsOf } from "./parameter.ts";
import { isUnsettledSet } from "./set-product.ts";

/** `flatten(list)`: sequences inside sequences become their elements. */
export const FLATTEN: EagerFunction = {
  kind: "eager",
  name: "flatten",
  parameters: [{ ...anyParameter("list"), allowsUnknownWithin: true, allowsMarks: true }],
  neverNull: true,
  returns([list = DYNAMIC_UNKNOWN]) {
    if (list.kind === "unknown") return DYNAMIC;
    if (!isSequence(list)) return { fault: "can only flatten lists, sets and tuples" };
    const { elements } = flattened(list);
    return elements === undefined ? DYNAMIC : tupleType(elements.map(({ type }) => type));
  },
  call([list = DYNAMIC_UNKNOWN]) {
    const { elements, marks } = flattened(list);
    const result = elements === undefined ? unknownValue(DYNAMIC) : tupleValue(elements);
    return withMarks(result, marks);
  },
};

function isSequence({ type }: Value): boolean {
  return type.kind === "list" || type.kind === "set" || type.kind === "tuple";
}

interface Flattened {
  /** Undefined where something unknown may turn out to be any number of elements. */
  readonly elements: readonly Value[] | undefined;
  /** Of the sequences that are gone. */
  readonly marks: Marks;
}

function flattened(value: Value): Flattened {
  const parts = elementsOf(value).map(partOf);
  const known = parts.flatMap(({ elements }) => (elements === undefined ? [] : [elements]));
  const isKnown = known.length === parts.length && !isUnsettledSet(value);
  return {
    elements: isKnown ? known.flat() : undefined,
    marks: joinMarks(value.marks, ...parts.map(({ marks }) => marks)),
  };
}

function partOf(element: Value): Flattened {
  if (element.kind === "unknown" && (isSequence(element) || element.type.kind === "dynamic")) {
    return { elements: undefined, marks: element.marks };
  }
  if (element.kind === "null" || !isSequence(element)) {
    return { elements: [element], marks: NO_MARKS };
  }
  return flattened(element);
}
