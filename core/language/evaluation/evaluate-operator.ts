import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { BinaryNode, BinaryOperator, UnaryNode } from "../syntax/expression-node.ts";
import { convertValue, isConversionFault } from "../values/convert.ts";
import { valuesEqual } from "../values/equality.ts";
import { isFiniteNumber, type NumberContent } from "../values/exact-number.ts";
import { joinMarks, marksWithin, withMarks } from "../values/marks.ts";
import {
  addNumbers,
  compareNumbers,
  divideNumbers,
  multiplyNumbers,
  negateNumber,
  remainderOfNumbers,
  subtractNumbers,
} from "../values/number-arithmetic.ts";
import { refinementsOf } from "../values/unknown.ts";
import { boolValue, numberValue, unknownValue, type Value } from "../values/value.ts";
import { BOOL, NUMBER, type ValueType } from "../values/value-type.ts";
import {
  type EvaluationContext,
  evaluateApart,
  type Gathering,
  hasErrors,
  reportAll,
  reportProblem,
} from "./evaluation-context.ts";

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
  const { value: given, diagnostics } = evaluateApart(node.operand, context);
  reportAll(context, diagnostics);
  const operand = convertValue(given, type);
  if (isConversionFault(operand)) {
    const detail = `Unsuitable value for unary operand: ${operand.fault}.`;
    reportProblem(context, { summary: "Invalid operand", detail, at: node.operand, within: node });
    return unknownValue(type);
  }
  if (hasErrors(diagnostics)) return withMarks(unknownValue(type), operand.marks);
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
  let left = evaluateApart(first, context);
  for (let at = chain.length - 1; at >= 0; at -= 1) {
    const next = chain[at];
    if (next !== undefined) left = applyOperator(next, left, context);
  }
  reportAll(context, left.diagnostics);
  return left.value;
}

interface Operands {
  readonly node: BinaryNode;
  readonly left: Gathering;
  readonly right: Gathering;
  /** What the operation gives. */
  readonly type: ValueType;
}

/** Gathers into the left operand's problems, so that a long chain of faults stays linear. */
function applyOperator(node: BinaryNode, left: Gathering, context: EvaluationContext): Gathering {
  const right = evaluateApart(node.right, context);
  const { operator } = node;
  const type = operator in ARITHMETIC ? NUMBER : BOOL;
  if (operator === "==" || operator === "!=") return equality({ node, left, right, type });
  const isLogical = operator === "&&" || operator === "||";
  const apart: EvaluationContext = { ...context, diagnostics: [] };
  const operandType = isLogical ? BOOL : NUMBER;
  const a = operandOf(left.value, { node, side: "left", type: operandType }, apart);
  const b = operandOf(right.value, { node, side: "right", type: operandType }, apart);
  if (a === undefined || b === undefined) {
    const diagnostics = joined(joined(left.diagnostics, right.diagnostics), apart.diagnostics);
    return { value: unknownValue(type), diagnostics };
  }
  const operands: Operands = {
    node,
    left: { value: a, diagnostics: left.diagnostics },
    right: { value: b, diagnostics: right.diagnostics },
    type,
  };
  const forced = isLogical ? shortCircuit(operands) : undefined;
  const result = forced ?? compute(operands, context);
  return { ...result, value: withMarks(result.value, a.marks, b.marks) };
}

function joined(all: Diagnostic[], more: readonly Diagnostic[]): Diagnostic[] {
  for (const diagnostic of more) all.push(diagnostic);
  return all;
}

/** What both operands give, unless one of them failed: what follows from a failure is not worth telling. */
function compute({ node, left, right, type }: Operands, context: EvaluationContext): Gathering {
  const diagnostics = joined(left.diagnostics, right.diagnostics);
  if (hasErrors(diagnostics)) return { value: unknownValue(type), diagnostics };
  const apart = { ...context, diagnostics };
  const { value: a } = left;
  const { value: b } = right;
  if (a.kind === "null" || b.kind === "null") {
    reportNull(node, apart);
    return { value: unknownValue(type), diagnostics };
  }
  if (a.kind === "bool" && b.kind === "bool") {
    const result = node.operator === "&&" ? a.content && b.content : a.content || b.content;
    return { value: boolValue(result), diagnostics };
  }
  return { value: numeric(node, { left: a, right: b, type }, apart), diagnostics };
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

/** Marks inside the operands count too: whether `{a = secret}` equals `{a = 1}` tells about the secret. */
function equality({ node, left, right, type }: Operands): Gathering {
  const diagnostics = joined(left.diagnostics, right.diagnostics);
  const marks = joinMarks(marksWithin(left.value), marksWithin(right.value));
  if (hasErrors(diagnostics)) return { value: withMarks(unknownValue(type), marks), diagnostics };
  const equal = valuesEqual(left.value, right.value);
  const isWanted = node.operator === "==";
  const result = equal === undefined ? unknownValue(type, NOT_NULL) : boolValue(equal === isWanted);
  return { value: withMarks(result, marks), diagnostics };
}

/**
 * The result where one operand decides it, with the problems of that operand only; undefined where both count. An
 * unknown operand decides over one that leaves the result to it, and the left one over the right.
 */
function shortCircuit({ node, left, right }: Operands): Gathering | undefined {
  const deciding = node.operator === "||";
  const isUnknown = { left: left.value.kind === "unknown", right: right.value.kind === "unknown" };
  if (left.value.kind === "null" || (right.value.kind === "null" && isUnknown.left))
    return undefined;
  if (isUnknown.left && isUnknown.right) {
    return hasErrors(left.diagnostics) ? undefined : open(left);
  }
  if (decides(left.value, deciding)) return { ...left, value: boolValue(deciding) };
  if (decides(right.value, deciding)) return { ...right, value: boolValue(deciding) };
  if (isUnknown.left) return open(left);
  return isUnknown.right ? open(right) : undefined;
}

function decides(value: Value, deciding: boolean): boolean {
  return value.kind === "bool" && value.content === deciding;
}

function open({ diagnostics }: Gathering): Gathering {
  return { value: unknownValue(BOOL, NOT_NULL), diagnostics };
}

function numeric(
  node: BinaryNode,
  { left, right, type }: { readonly left: Value; readonly right: Value; readonly type: ValueType },
  context: EvaluationContext,
): Value {
  const compare = COMPARISON[node.operator];
  if (compare !== undefined) {
    const order = orderOf(left, right);
    return order === undefined ? unknownValue(type, NOT_NULL) : boolValue(compare(order));
  }
  if (left.kind !== "number" || right.kind !== "number") return unknownValue(type, NOT_NULL);
  const result = ARITHMETIC[node.operator]?.(left.content, right.content);
  if (result !== undefined) return numberValue(result);
  reportProblem(context, {
    summary: "Operation failed",
    detail: `Error during operation: ${failureOf(node, left.content, right.content)}.`,
    at: node,
    within: node,
  });
  return unknownValue(type);
}

/** How two numbers stand to each other; of unknown ones what their bounds leave no doubt about. */
function orderOf(left: Value, right: Value): number | undefined {
  if (left.kind === "number" && right.kind === "number") {
    return compareNumbers(left.content, right.content);
  }
  const a = refinementsOf(left);
  const b = refinementsOf(right);
  if (a.max && b.min && compareNumbers(a.max.value, b.min.value) < 0) return -1;
  if (a.min && b.max && compareNumbers(a.min.value, b.max.value) > 0) return 1;
  return undefined;
}

function failureOf(node: BinaryNode, left: NumberContent, right: NumberContent): string {
  const divides = node.operator === "/" || node.operator === "%";
  if (divides && right === 0) return "division by zero";
  const isFinite = isFiniteNumber(left) && isFiniteNumber(right);
  return isFinite ? "the result is too large or too small a number" : "the result is not a number";
}

function reportNull(node: BinaryNode | UnaryNode, context: EvaluationContext): void {
  reportProblem(context, {
    summary: "Operation failed",
    detail: "Error during operation: argument must not be null.",
    at: node,
    within: node,
  });
}
