import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { BinaryNode, BinaryOperator, UnaryNode } from "../syntax/expression-node.ts";
import { convertValue, isConversionFault } from "../values/convert.ts";
import { valuesEqual } from "../values/equality.ts";
import type { NumberContent } from "../values/exact-number.ts";
import { withMarks, withoutMarks } from "../values/marks.ts";
import {
  addNumbers,
  compareNumbers,
  divideNumbers,
  multiplyNumbers,
  negateNumber,
  remainderOfNumbers,
  subtractNumbers,
} from "../values/number-arithmetic.ts";
import { boolValue, numberValue, unknownValue, type Value } from "../values/value.ts";
import { BOOL, NUMBER, type ValueType } from "../values/value-type.ts";
import { type EvaluationContext, evaluateApart, reportProblem } from "./evaluation-context.ts";

type Arithmetic = (left: NumberContent, right: NumberContent) => NumberContent | undefined;

const ARITHMETIC: Partial<Record<BinaryOperator, Arithmetic>> = {
  "+": addNumbers,
  "-": subtractNumbers,
  "*": multiplyNumbers,
  "/": divideNumbers,
  "%": remainderOfNumbers,
};

const COMPARISON: Partial<Record<BinaryOperator, (order: number) => boolean>> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

const NOT_NULL = { notNull: true };

/** The value of `-a` or `!a`. */
export function evaluateUnary(node: UnaryNode, context: EvaluationContext): Value {
  const type = node.operator === "-" ? NUMBER : BOOL;
  const given = context.evaluate(node.operand, context);
  const operand = convertValue(given, type);
  if (isConversionFault(operand)) {
    const detail = `Unsuitable value for unary operand: ${operand.fault}.`;
    reportProblem(context, { summary: "Invalid operand", detail, at: node.operand, within: node });
    return unknownValue(type);
  }
  if (operand.kind === "null") {
    reportNull(node, context);
    return unknownValue(type);
  }
  if (operand.kind === "number") {
    return withMarks(numberValue(negateNumber(operand.content)), operand.marks);
  }
  if (operand.kind === "bool") return withMarks(boolValue(!operand.content), operand.marks);
  return withMarks(unknownValue(type, NOT_NULL), operand.marks);
}

/** The value of `a + b` and the like. A long chain is walked, not nested: `a + b + c + …`. */
export function evaluateBinary(node: BinaryNode, context: EvaluationContext): Value {
  const chain: BinaryNode[] = [];
  let first: BinaryNode["left"] = node;
  while (first.kind === "binary") {
    chain.push(first);
    first = first.left;
  }
  let value = context.evaluate(first, context);
  for (let at = chain.length - 1; at >= 0; at -= 1) {
    const next = chain[at];
    if (next !== undefined) value = applyOperator(next, value, context);
  }
  return value;
}

interface Operands {
  readonly node: BinaryNode;
  readonly left: Value;
  readonly right: Value;
  readonly rightDiagnostics: readonly Diagnostic[];
}

function applyOperator(node: BinaryNode, given: Value, context: EvaluationContext): Value {
  const { value, diagnostics } = evaluateApart(node.right, context);
  const { operator } = node;
  if (operator === "==" || operator === "!=") {
    context.diagnostics.push(...diagnostics);
    return equality(operator === "==", given, value);
  }
  const isLogical = operator === "&&" || operator === "||";
  const operandType = isLogical ? BOOL : NUMBER;
  const resultType = operator in ARITHMETIC ? NUMBER : BOOL;
  const left = operandOf(given, { node, side: "left", type: operandType }, context);
  const right = operandOf(value, { node, side: "right", type: operandType }, context);
  if (left === undefined || right === undefined) {
    context.diagnostics.push(...diagnostics);
    return unknownValue(resultType);
  }
  const operands: Operands = { node, left, right, rightDiagnostics: diagnostics };
  const result = isLogical ? logical(operands, context) : numeric(operands, resultType, context);
  return withMarks(result, left.marks, right.marks);
}

interface OperandPlace {
  readonly node: BinaryNode;
  readonly side: "left" | "right";
  readonly type: ValueType;
}

function operandOf(
  given: Value,
  { node, side, type }: OperandPlace,
  context: EvaluationContext,
): Value | undefined {
  const value = convertValue(given, type);
  if (!isConversionFault(value)) return value;
  reportProblem(context, {
    summary: "Invalid operand",
    detail: `Unsuitable value for ${side} operand: ${value.fault}.`,
    at: node[side],
    within: node,
  });
  return undefined;
}

function equality(wanted: boolean, left: Value, right: Value): Value {
  const equal = valuesEqual(withoutMarks(left), withoutMarks(right));
  const result = equal === undefined ? unknownValue(BOOL, NOT_NULL) : boolValue(equal === wanted);
  return withMarks(result, left.marks, right.marks);
}

/** A left operand that decides alone hides whatever is wrong with the right one. */
function logical(operands: Operands, context: EvaluationContext): Value {
  const { node, left, right, rightDiagnostics } = operands;
  const deciding = node.operator === "||";
  if (left.kind === "bool" && left.content === deciding) return boolValue(deciding);
  const rightFailed = rightDiagnostics.length > 0;
  if (left.kind === "unknown" && rightFailed) return unknownValue(BOOL, NOT_NULL);
  context.diagnostics.push(...rightDiagnostics);
  if (left.kind === "null" || right.kind === "null") {
    reportNull(node, context);
    return unknownValue(BOOL);
  }
  if (right.kind === "bool" && right.content === deciding) return boolValue(deciding);
  const isKnown = left.kind === "bool" && right.kind === "bool";
  return isKnown ? boolValue(!deciding) : unknownValue(BOOL, NOT_NULL);
}

function numeric(operands: Operands, type: ValueType, context: EvaluationContext): Value {
  const { node, left, right } = operands;
  context.diagnostics.push(...operands.rightDiagnostics);
  if (left.kind === "null" || right.kind === "null") {
    reportNull(node, context);
    return unknownValue(type);
  }
  if (left.kind !== "number" || right.kind !== "number") return unknownValue(type, NOT_NULL);
  const compare = COMPARISON[node.operator];
  if (compare !== undefined) return boolValue(compare(compareNumbers(left.content, right.content)));
  const result = ARITHMETIC[node.operator]?.(left.content, right.content);
  if (result !== undefined) return numberValue(result);
  reportProblem(context, {
    summary: "Operation failed",
    detail: `Error during operation: ${failureOf(node.operator, right.content)}.`,
    at: node,
    within: node,
  });
  return unknownValue(type);
}

function failureOf(operator: BinaryOperator, right: NumberContent): string {
  const divides = operator === "/" || operator === "%";
  return divides && right === 0 ? "division by zero" : "the result is not a number";
}

function reportNull(node: BinaryNode | UnaryNode, context: EvaluationContext): void {
  reportProblem(context, {
    summary: "Operation failed",
    detail: "Error during operation: argument must not be null.",
    at: node,
    within: node,
  });
}
