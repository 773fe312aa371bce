import type { ConditionalNode } from "../syntax/expression-node.ts";
import { convertValue, isConversionFault } from "../values/convert.ts";
import { joinMarks, withMarks, withoutMarks } from "../values/marks.ts";
import { compareNumbers } from "../values/number-arithmetic.ts";
import { mayConvert } from "../values/type-mismatch.ts";
import { unifyTypes } from "../values/unify.ts";
import { refinedUnknown, refinementsOf } from "../values/unknown.ts";
import {
  DYNAMIC_UNKNOWN,
  type NumberBound,
  nullValue,
  type Refinements,
  unknownValue,
  type Value,
} from "../values/value.ts";
import { BOOL, DYNAMIC, isCollection, typesEqual, type ValueType } from "../values/value-type.ts";
import { describeMismatch } from "./describe-mismatch.ts";
import {
  type EvaluationContext,
  evaluateApart,
  reportAll,
  reportProblem,
} from "./evaluation-context.ts";

/**
 * The value of `condition ? a : b`. Problems of the branch that is not taken are dropped; its marks are not, so that
 * what is secret does not depend on the condition.
 */
export function evaluateConditional(node: ConditionalNode, context: EvaluationContext): Value {
  const whenTrue = evaluateApart(node.whenTrue, context);
  const whenFalse = evaluateApart(node.whenFalse, context);
  const type = resultType(whenTrue.value, whenFalse.value);
  if (type === undefined) {
    const types = describeMismatch(whenTrue.value.type, whenFalse.value.type);
    reportProblem(context, {
      summary: "Inconsistent conditional result types",
      detail: `The true and false result expressions must have consistent types. ${types}.`,
      at: { start: node.whenTrue.start, end: node.whenFalse.end },
      within: node,
    });
    return DYNAMIC_UNKNOWN;
  }
  const condition = evaluateCondition(node, context);
  if (condition === undefined) return unknownValue(type);
  const marks = joinMarks(condition.marks, whenTrue.value.marks, whenFalse.value.marks);
  if (condition.kind !== "bool") {
    return withMarks(either(whenTrue.value, whenFalse.value, type), marks);
  }
  const taken = condition.content ? whenTrue : whenFalse;
  reportAll(context, taken.diagnostics);
  const result = convertValue(taken.value, type);
  if (!isConversionFault(result)) return withMarks(result, marks);
  reportProblem(context, {
    summary: "Inconsistent conditional result types",
    detail: `The ${condition.content} result value has the wrong type: ${result.fault}.`,
    at: condition.content ? node.whenTrue : node.whenFalse,
    within: node,
  });
  return unknownValue(type);
}

function resultType(whenTrue: Value, whenFalse: Value): ValueType | undefined {
  if (isUntypedNull(whenTrue)) return whenFalse.type;
  if (isUntypedNull(whenFalse)) return whenTrue.type;
  if (whenTrue.type.kind === "dynamic" || whenFalse.type.kind === "dynamic") return DYNAMIC;
  const type = unifyTypes([whenTrue.type, whenFalse.type]);
  const mayBe = (value: Value) => type !== undefined && mayConvert(value.type, type);
  return mayBe(whenTrue) && mayBe(whenFalse) ? type : undefined;
}

function isUntypedNull(value: Value): boolean {
  return value.kind === "null" && value.type === DYNAMIC;
}

/** A bool, known or not; undefined where a problem was reported. */
function evaluateCondition(node: ConditionalNode, context: EvaluationContext): Value | undefined {
  const given = context.evaluate(node.condition, context);
  if (given.kind === "null") {
    reportProblem(context, {
      summary: "Null condition",
      detail: "The condition value is null. Conditions must either be true or false.",
      at: node.condition,
      within: node,
    });
    return undefined;
  }
  const condition = convertValue(given, BOOL);
  if (!isConversionFault(condition)) return condition;
  reportProblem(context, {
    summary: "Incorrect condition type",
    detail: "The condition expression must be of type bool.",
    at: node.condition,
    within: node,
  });
  return undefined;
}

/** What is known about a value that is one of two. */
function either(left: Value, right: Value, type: ValueType): Value {
  if (left.kind === "null" && right.kind === "null") return nullValue(type);
  const a = refinementsOf(withoutMarks(left));
  const b = refinementsOf(withoutMarks(right));
  const notNull = a.notNull === true && b.notNull === true ? { notNull: true } : {};
  const areNumbers = left.type.kind === "number" && right.type.kind === "number";
  if (areNumbers) return refinedUnknown(type, { ...notNull, ...widerBounds(a, b) });
  if (!isCollection(left.type) || !typesEqual(left.type, right.type)) {
    return unknownValue(type, notNull);
  }
  return refinedUnknown(type, { ...notNull, ...widerLengths(a, b) });
}

function widerLengths(a: Refinements, b: Refinements): Refinements {
  const minLength = Math.min(a.minLength ?? 0, b.minLength ?? 0);
  const maxLength = Math.max(a.maxLength ?? Infinity, b.maxLength ?? Infinity);
  return { minLength, ...(maxLength !== Infinity && { maxLength }) };
}

function widerBounds(a: Refinements, b: Refinements): Refinements {
  const min = outer(a.min, b.min, -1);
  const max = outer(a.max, b.max, 1);
  return { ...(min && { min }), ...(max && { max }) };
}

function outer(
  a: NumberBound | undefined,
  b: NumberBound | undefined,
  direction: 1 | -1,
): NumberBound | undefined {
  if (a === undefined || b === undefined) return undefined;
  const order = compareNumbers(a.value, b.value) * direction;
  if (order === 0) return a.inclusive ? a : b;
  return order > 0 ? a : b;
}
