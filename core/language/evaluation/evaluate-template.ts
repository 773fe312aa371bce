import type { ExpressionNode, JoinNode, TemplateNode } from "../syntax/expression-node.ts";
import { convertValue, isConversionFault } from "../values/convert.ts";
import { joinMarks, withMarks } from "../values/marks.ts";
import {
  NO_MARKS,
  stringValue,
  type UnknownValue,
  unknownValue,
  type Value,
} from "../values/value.ts";
import { STRING } from "../values/value-type.ts";
import { type EvaluationContext, reportProblem } from "./evaluation-context.ts";

const SUMMARY = "Invalid template interpolation value";

/** The value of `"a ${b}"`. Where a part is unknown, the text before it stays known as a prefix. */
export function evaluateTemplate(node: TemplateNode, context: EvaluationContext): Value {
  let text = "";
  let isKnown = true;
  let marks = NO_MARKS;
  for (const part of node.parts) {
    const value = partText(part, node, context);
    if (value === undefined) {
      isKnown = false;
      continue;
    }
    marks = joinMarks(marks, value.marks);
    if (value.kind === "string") text += isKnown ? value.content : "";
    else isKnown = false;
  }
  const result = isKnown ? stringValue(text) : unknownText(text);
  return withMarks(result, marks);
}

function unknownText(prefix: string): UnknownValue {
  return unknownValue(STRING, { notNull: true, ...(prefix !== "" && { stringPrefix: prefix }) });
}

/** The part as a string, known or not; undefined where a problem was reported. */
function partText(
  part: ExpressionNode,
  node: TemplateNode,
  context: EvaluationContext,
): Value | undefined {
  const value = context.evaluate(part, context);
  if (value.kind === "null") {
    reportProblem(context, {
      summary: SUMMARY,
      detail: "The expression result is null. Cannot include a null value in a string template.",
      at: part,
      within: node,
    });
    return undefined;
  }
  const text = convertValue(value, STRING);
  if (!isConversionFault(text)) return text;
  reportProblem(context, {
    summary: SUMMARY,
    detail: `Cannot include the given value in a string template: ${text.fault}.`,
    at: part,
    within: node,
  });
  return undefined;
}

/** The value of `%{ for }…%{ endfor }`. */
export function evaluateJoin(node: JoinNode, context: EvaluationContext): Value {
  const tuple = context.evaluate(node.tuple, context);
  if (tuple.kind !== "sequence") return withMarks(unknownText(""), tuple.marks);
  let text = "";
  let isKnown = true;
  let { marks } = tuple;
  for (const value of tuple.content) {
    marks = joinMarks(marks, value.marks);
    if (value.kind === "string") text += isKnown ? value.content : "";
    else isKnown = false;
  }
  return withMarks(isKnown ? stringValue(text) : unknownText(text), marks);
}
