import { safePrefix } from "../functions/safe-prefix.ts";
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
import {
  type EvaluationContext,
  evaluateApart,
  reportAll,
  reportProblem,
} from "./evaluation-context.ts";

const SUMMARY = "Invalid template interpolation value";

/**
 * The value of `"a ${b}"`. Where a part is unknown, the text before it stays known as a prefix; where a part is wrong,
 * it is left out with all that follows.
 */
export function evaluateTemplate(node: TemplateNode, context: EvaluationContext): Value {
  const apart: EvaluationContext = { ...context, diagnostics: [] };
  let text = "";
  let isKnown = true;
  let marks = NO_MARKS;
  for (const part of node.parts) {
    const value = partText(part, node, apart);
    marks = joinMarks(marks, value.marks);
    if (value.kind !== "string") isKnown = false;
    else if (isKnown && apart.diagnostics.length === 0) text += value.content;
  }
  reportAll(context, apart.diagnostics);
  const isSound = apart.diagnostics.length === 0;
  return withMarks(isKnown ? stringValue(text) : unknownText(isSound ? text : ""), marks);
}

/** The most bytes of a prefix that an unknown text keeps, as in the reference implementation. */
const LONGEST_PREFIX = 128;

function unknownText(known: string): UnknownValue {
  const prefix = safePrefix(startOf(known));
  return unknownValue(STRING, { notNull: true, ...(prefix !== "" && { stringPrefix: prefix }) });
}

/** As many whole characters as fit into the longest prefix. */
function startOf(text: string): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(LONGEST_PREFIX));
  return text.slice(0, read);
}

/** The part as a string, known or not; an empty one, with the part's marks, where a problem was reported. */
function partText(part: ExpressionNode, node: TemplateNode, context: EvaluationContext): Value {
  const { value, diagnostics } = evaluateApart(part, context);
  reportAll(context, diagnostics);
  if (value.kind === "null") {
    reportProblem(context, {
      summary: SUMMARY,
      detail: "The expression result is null. Cannot include a null value in a string template.",
      at: part,
      within: node,
    });
    return withMarks(stringValue(""), value.marks);
  }
  const text = convertValue(value, STRING);
  if (!isConversionFault(text)) return text;
  const stand = withMarks(
    value.kind === "unknown" ? unknownText("") : stringValue(""),
    value.marks,
  );
  if (value.kind === "unknown" && diagnostics.length > 0) return stand;
  reportProblem(context, {
    summary: SUMMARY,
    detail: `Cannot include the given value in a string template: ${text.fault}.`,
    at: part,
    within: node,
  });
  return stand;
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
