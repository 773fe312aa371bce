import type { BinaryExpression, UnaryExpression } from "../parser/ast-expressions.ts";
import { compileArithmetic, type Operate } from "../values/arithmetic.ts";
import {
  type Arithmetic,
  type ArithmeticOperator,
  arithmeticOf,
  refuseOperand,
} from "../values/arithmetic-types.ts";
import { meetCollations } from "../values/collation-precedence.ts";
import { overflow, rangeOf } from "../values/number-ranges.ts";
import { SqlException } from "../values/sql-exception.ts";
import type { SqlType, SqlValue } from "../values/sql-type.ts";
import { familyOf, isCharacter } from "../values/type-family.ts";
import type { Binder } from "./binder.ts";
import { coerce } from "./coercion.ts";
import type { CompiledExpression, Frame, SessionSettings } from "./compiled.ts";
import { collationOf, computedExpression, nullLiteral } from "./typed-expression.ts";

export function compileBinary(node: BinaryExpression, binder: Binder): CompiledExpression {
  return combineExpressions(node.operator, {
    left: binder.expression(node.left),
    right: binder.expression(node.right),
    settings: binder.scope.settings,
  });
}

export interface Operands {
  readonly left: CompiledExpression;
  readonly right: CompiledExpression;
  readonly settings: SessionSettings;
}

/** An operator on two compiled expressions; also what `+=` and its kin do. */
export function combineExpressions(
  operator: ArithmeticOperator,
  operands: Operands,
): CompiledExpression {
  const { left, right } = withoutNullLiterals(operands);
  const arithmetic = arithmeticOf(operator, operandType(left, right), operandType(right, left));
  if (arithmetic.kind === "concat")
    return concatenation(arithmetic.type, { ...operands, left, right });
  const [first, second] = operandsFor(arithmetic, left, right);
  const operate = compileArithmetic(operator, arithmetic);
  const evaluate = operation(first, second, operate);
  const forgives = !operands.settings.arithAbort && !operands.settings.ansiWarnings;
  return computedExpression({
    type: arithmetic.type,
    parts: [first, second],
    nullable: arithmetic.kind !== "concat_binary" || first.nullable || second.nullable,
    evaluate: forgives ? forgiving(evaluate) : evaluate,
  });
}

type Evaluate = CompiledExpression["evaluate"];

function operation(
  left: CompiledExpression,
  right: CompiledExpression,
  operate: Operate,
): Evaluate {
  const [evaluateLeft, evaluateRight] = [left.evaluate, right.evaluate];
  return (frame) => {
    const leftValue = evaluateLeft(frame);
    if (leftValue === null) return null;
    const rightValue = evaluateRight(frame);
    return rightValue === null ? null : operate(leftValue, rightValue);
  };
}

/** The message that is due at the end of a statement where ARITHABORT and ANSI_WARNINGS are off. */
const FORGIVEN: Readonly<Record<number, number>> = { 8134: 3607, 8115: 3606 };

/** With both settings off an overflow or a division by zero is NULL. */
function forgiving(evaluate: Evaluate): Evaluate {
  return (frame) => {
    try {
      return evaluate(frame);
    } catch (error) {
      const message = error instanceof SqlException ? FORGIVEN[error.number] : undefined;
      if (message === undefined) throw error;
      frame.run.warnings.add(message);
      return null;
    }
  };
}

/** NULL takes the type of the other side. */
function withoutNullLiterals({ left, right }: Operands): Pick<Operands, "left" | "right"> {
  if (left.isNullLiteral === true && right.isNullLiteral !== true) {
    return { left: coerce(left, nullType(right.type)), right };
  }
  if (right.isNullLiteral === true && left.isNullLiteral !== true) {
    return { left, right: coerce(right, nullType(left.type)) };
  }
  return { left, right };
}

function nullType(other: SqlType): SqlType {
  return familyOf(other) === "temporal" ? { name: "int" } : other;
}

/** A literal integer has the digits that it is written with, where the other side is decimal. */
function operandType(expression: CompiledExpression, other: CompiledExpression): SqlType {
  const value = expression.constant?.value;
  const isInteger = expression.type.name === "int" && typeof value === "number";
  if (!isInteger || familyOf(other.type) !== "decimal") return expression.type;
  return { name: "numeric", precision: String(Math.abs(value)).length, scale: 0 };
}

function operandsFor(
  arithmetic: Arithmetic,
  left: CompiledExpression,
  right: CompiledExpression,
): readonly [CompiledExpression, CompiledExpression] {
  if (arithmetic.kind === "concat_binary") return [left, right];
  if (arithmetic.kind === "decimal") {
    return [coerce(left, arithmetic.left), coerce(right, arithmetic.right)];
  }
  if (arithmetic.kind === "date") {
    return [coerce(left, arithmetic.type), coerce(right, arithmetic.type)];
  }
  return [coerce(left, arithmetic.type), coerce(right, arithmetic.type)];
}

function concatenation(type: SqlType, operands: Operands): CompiledExpression {
  const { left, right } = operands;
  const { concatNullYieldsNull } = operands.settings;
  const collation = meetCollations(collationOf(left), collationOf(right), "add");
  const operate = compileArithmetic("+", {
    kind: "concat",
    type: { ...type, collation: collation.collation },
  });
  const [evaluateLeft, evaluateRight] = [left.evaluate, right.evaluate];
  const nullOr = (value: SqlValue): SqlValue => (concatNullYieldsNull ? null : (value ?? ""));
  return computedExpression({
    type,
    parts: [left, right],
    nullable: left.nullable || right.nullable,
    collation,
    evaluate: (frame: Frame) => {
      const leftValue = evaluateLeft(frame);
      const rightValue = evaluateRight(frame);
      if (leftValue === null) return nullOr(rightValue);
      return rightValue === null ? nullOr(leftValue) : operate(leftValue, rightValue);
    },
  });
}

export function compileUnary(node: UnaryExpression, binder: Binder): CompiledExpression {
  const operand = binder.expression(node.operand);
  if (operand.isNullLiteral === true) return nullLiteral;
  if (node.operator === "+") return operand;
  const { type } = operand;
  const isNumber = ["integer", "decimal", "money", "float"].includes(familyOf(type));
  if (node.operator === "~") return complement(operand);
  if (!isNumber || type.name === "bit") {
    return refuseOperand("minus", type);
  }
  return negation(operand);
}

/** A negated literal below int's range (-2147483648) stays numeric, as in SQL Server. */
function negation(operand: CompiledExpression): CompiledExpression {
  const type: SqlType = operand.type.name === "tinyint" ? { name: "smallint" } : operand.type;
  const { evaluate } = operand;
  const isFloat = familyOf(type) === "float";
  const isDecimal = familyOf(type) === "decimal";
  const { low, high } = rangeOf(type);
  return computedExpression({
    type,
    parts: [operand],
    evaluate: (frame) => {
      const value = evaluate(frame);
      if (value === null) return null;
      if (typeof value === "bigint") {
        return isDecimal || (-value >= low && -value <= high)
          ? -value
          : overflow("expression", type);
      }
      const negated = -(value as number);
      if (isFloat) return negated;
      return negated <= Number(high) ? negated + 0 : overflow("expression", type);
    },
  });
}

function complement(operand: CompiledExpression): CompiledExpression {
  const { type, evaluate } = operand;
  if (familyOf(type) !== "integer" || isCharacter(type)) return refuseOperand("'~'", type);
  return computedExpression({
    type,
    parts: [operand],
    nullable: operand.nullable,
    evaluate: (frame) => {
      const value = evaluate(frame);
      if (value === null) return null;
      if (typeof value === "bigint") return ~value;
      if (type.name === "bit") return value === 0 ? 1 : 0;
      return type.name === "tinyint" ? 255 - (value as number) : ~(value as number);
    },
  });
}
