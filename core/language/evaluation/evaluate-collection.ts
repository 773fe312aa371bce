import type { ObjectItem, ObjectNode, TupleNode } from "../syntax/expression-node.ts";
import { convertValue, isConversionFault } from "../values/convert.ts";
import { joinMarks, withMarks } from "../values/marks.ts";
import { DYNAMIC_UNKNOWN, NO_MARKS, objectValue, tupleValue, type Value } from "../values/value.ts";
import { STRING } from "../values/value-type.ts";
import {
  type EvaluationContext,
  evaluateApart,
  hasErrors,
  reportAll,
  reportProblem,
} from "./evaluation-context.ts";

/** The value of `[a, b]`. */
export function evaluateTuple(node: TupleNode, context: EvaluationContext): Value {
  return tupleValue(node.elements.map((element) => context.evaluate(element, context)));
}

/** The value of `{ a = b }`. A key that comes twice keeps its last value, as in HCL. */
export function evaluateObject(node: ObjectNode, context: EvaluationContext): Value {
  const attributes = new Map<string, Value>();
  let isKnown = true;
  let marks = NO_MARKS;
  for (const item of node.items) {
    const given = evaluateApart(item.key, context);
    reportAll(context, given.diagnostics);
    const value = context.evaluate(item.value, context);
    const key = hasErrors(given.diagnostics)
      ? undefined
      : nameOf(given.value, { item, node }, context);
    if (key === undefined) isKnown = false;
    else {
      marks = joinMarks(marks, key.marks);
      if (key.kind === "string") attributes.set(key.content, value);
      else isKnown = false;
    }
  }
  return withMarks(isKnown ? objectValue(attributes) : DYNAMIC_UNKNOWN, marks);
}

/** A string, known or not; undefined where a problem was reported. */
function nameOf(
  given: Value,
  { item: { key }, node }: { readonly item: ObjectItem; readonly node: ObjectNode },
  context: EvaluationContext,
): Value | undefined {
  if (given.kind === "null") {
    reportProblem(context, {
      summary: "Null value as key",
      detail: "Can't use a null value as a key.",
      at: key,
      within: node,
    });
    return undefined;
  }
  const name = convertValue(given, STRING);
  if (!isConversionFault(name)) return name;
  reportProblem(context, {
    summary: "Incorrect key type",
    detail: `Can't use this value as a key: ${name.fault}.`,
    at: key,
    within: node,
  });
  return undefined;
}
