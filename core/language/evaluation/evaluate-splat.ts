import type { SplatNode } from "../syntax/expression-node.ts";
import { withMarks } from "../values/marks.ts";
import { refinementsOf } from "../values/unknown.ts";
import {
  DYNAMIC_UNKNOWN,
  listValue,
  nullValue,
  type SequenceValue,
  tupleValue,
  unknownValue,
  type Value,
} from "../values/value.ts";
import {
  DYNAMIC,
  isCollection,
  listType,
  tupleType,
  typesEqual,
  type ValueType,
} from "../values/value-type.ts";
import {
  type EvaluationContext,
  evaluateApart,
  hasErrors,
  reportAll,
  reportProblem,
} from "./evaluation-context.ts";

/** The value of `a[*].b`: of each element of a sequence; anything else counts as one element, null as none. */
export function evaluateSplat(node: SplatNode, context: EvaluationContext): Value {
  const { value: source, diagnostics } = evaluateApart(node.source, context);
  reportAll(context, diagnostics);
  if (hasErrors(diagnostics)) return DYNAMIC_UNKNOWN;
  const { kind } = source.type;
  const isSequence = kind === "list" || kind === "set" || kind === "tuple";
  if (source.kind === "null") return splatOfNull(source, { node, isSequence }, context);
  if (kind === "dynamic") return withMarks(DYNAMIC_UNKNOWN, source.marks);
  if (source.kind === "unknown" && isSequence) return splatOfUnknown(source, node, context);
  if (source.kind === "sequence") return withMarks(ofEach(source, node, context), source.marks);
  const result = ofEach(tupleValue([source]), node, context);
  const mayBeNull = source.kind === "unknown" && refinementsOf(source).notNull !== true;
  return withMarks(mayBeNull ? DYNAMIC_UNKNOWN : result, source.marks);
}

function splatOfNull(
  source: Value,
  { node, isSequence }: { readonly node: SplatNode; readonly isSequence: boolean },
  context: EvaluationContext,
): Value {
  if (!isSequence) return withMarks(tupleValue([]), source.marks);
  reportProblem(context, {
    summary: "Splat of null value",
    detail: "Splat expressions (with the * symbol) cannot be applied to null sequences.",
    at: node.source,
    within: node,
  });
  return DYNAMIC_UNKNOWN;
}

function splatOfUnknown(source: Value, node: SplatNode, context: EvaluationContext): Value {
  const type = resultType(source.type, node, context);
  const { minLength, maxLength } = refinementsOf(source);
  const keepsLength = type.kind === "list";
  const result = unknownValue(type, {
    notNull: true,
    ...(keepsLength && minLength !== undefined && { minLength }),
    ...(keepsLength && maxLength !== undefined && { maxLength }),
  });
  return withMarks(result, source.marks);
}

function resultType(source: ValueType, node: SplatNode, context: EvaluationContext): ValueType {
  const typeOfEach = (type: ValueType): ValueType =>
    context.evaluate(node.each, { ...context, item: unknownValue(type) }).type;
  if (isCollection(source)) return listType(typeOfEach(source.element));
  return source.kind === "tuple" ? tupleType(source.elements.map(typeOfEach)) : DYNAMIC;
}

function ofEach(source: SequenceValue, node: SplatNode, context: EvaluationContext): Value {
  const apart: EvaluationContext = { ...context, diagnostics: [] };
  const values = source.content.map((item) => context.evaluate(node.each, { ...apart, item }));
  reportAll(context, apart.diagnostics);
  if (hasErrors(apart.diagnostics)) {
    return unknownValue(resultType(source.type, node, { ...context, diagnostics: [] }));
  }
  if (!isCollection(source.type)) return tupleValue(values);
  if (values.length > 0) return listOf(values, node, context);
  const type = resultType(source.type, node, context);
  return listValue(isCollection(type) ? type.element : DYNAMIC, []);
}

/** A list needs elements of one type; what is not known at all takes the type of the others. */
function listOf(values: readonly Value[], node: SplatNode, context: EvaluationContext): Value {
  const typed = values.find(({ type }) => type.kind !== "dynamic");
  const type = typed?.type ?? DYNAMIC;
  const content = values.map((value) =>
    value.type.kind === "dynamic" ? asType(value, type) : value,
  );
  if (content.every((value) => typesEqual(value.type, type))) return listValue(type, content);
  reportProblem(context, {
    summary: "Invalid nested splat expressions",
    detail:
      "The second splat gives elements of different types, and a list holds one type only. Write a for expression instead: its result may mix types.",
    at: node.each,
    within: node,
  });
  return DYNAMIC_UNKNOWN;
}

/** A null or an unknown value of no type, as one of this type. */
function asType(value: Value, type: ValueType): Value {
  const typed = value.kind === "null" ? nullValue(type) : unknownValue(type);
  return withMarks(typed, value.marks);
}
