import type { ComparisonOperator } from "../parser/ast-expressions.ts";
import { meetCollations, refuseConflict } from "../values/collation-precedence.ts";
import { asDecimal, commonType } from "../values/common-type.ts";
import { compileComparison, compileEquality } from "../values/comparison.ts";
import { shownName } from "../values/conversion-rules.ts";
import { raise } from "../values/sql-exception.ts";
import type { SqlType, SqlValue } from "../values/sql-type.ts";
import { familyOf, isCharacter, isLegacyLob, isUnicode } from "../values/type-family.ts";
import { coerce } from "./coercion.ts";
import type { CompiledExpression } from "./compiled.ts";
import { collationOf } from "./typed-expression.ts";

/** Two expressions made ready to be compared: both have `type`, collation and all. */
export interface Meeting {
  readonly type: SqlType;
  readonly left: CompiledExpression;
  readonly right: CompiledExpression;
}

export const OPERATION_NAMES: Readonly<Record<ComparisonOperator, string>> = {
  "=": "equal to",
  "<>": "not equal to",
  "<": "less than",
  ">": "greater than",
  "<=": "less than or equal to",
  ">=": "greater than or equal to",
};

function requireComparable(left: SqlType, right: SqlType, operation: string): void {
  for (const type of [left, right]) {
    if (type.name === "xml") {
      raise(
        305,
        "The xml data type cannot be compared or sorted, except when using the IS NULL operator.",
      );
    }
    if (isLegacyLob(type)) {
      raise(
        402,
        `The data types ${shownName(left)} and ${shownName(right)} are incompatible in the ${operation} operator.`,
      );
    }
  }
}

/** Exact numbers compare exactly, with as many digits as it takes. */
function exactMeeting(left: SqlType, right: SqlType): SqlType {
  const [first, second] = [asDecimal(left), asDecimal(right)];
  const scale = Math.max(first.scale ?? 0, second.scale ?? 0);
  return { name: "decimal", precision: 76, scale };
}

function isExact(type: SqlType): boolean {
  const family = familyOf(type);
  return family === "integer" || family === "decimal" || family === "money";
}

function exactType(left: SqlType, right: SqlType): SqlType | undefined {
  const families = [familyOf(left), familyOf(right)];
  if (!isExact(left) || !isExact(right) || !families.includes("decimal")) return undefined;
  return exactMeeting(left, right);
}

/** Text keeps its characters; the wide rules decide when one side is wide. */
function meetTexts(
  left: CompiledExpression,
  right: CompiledExpression,
  operation: string,
): Meeting {
  const met = meetCollations(collationOf(left), collationOf(right), operation);
  if (met.label === "none") {
    return refuseConflict(collationOf(left), collationOf(right), operation);
  }
  const wide = isUnicode(left.type) || isUnicode(right.type);
  const type: SqlType = {
    name: wide ? "nvarchar" : "varchar",
    length: -1,
    collation: met.collation,
  };
  return { type, left, right };
}

/** Throws 206, 257, 305, 402 and 468 where the two do not compare. */
export function meetExpressions(
  left: CompiledExpression,
  right: CompiledExpression,
  operation: string,
): Meeting {
  if (left.isNullLiteral === true && right.isNullLiteral !== true) {
    return { type: right.type, left: coerce(left, right.type), right };
  }
  if (right.isNullLiteral === true) {
    return { type: left.type, left, right: coerce(right, left.type) };
  }
  requireComparable(left.type, right.type, operation);
  if (isCharacter(left.type) && isCharacter(right.type)) return meetTexts(left, right, operation);
  const type =
    exactType(left.type, right.type) ??
    withCollation(commonType(left.type, right.type), left, right);
  return { type, left: coerce(left, type), right: coerce(right, type) };
}

function withCollation(
  type: SqlType,
  left: CompiledExpression,
  right: CompiledExpression,
): SqlType {
  return isCharacter(type)
    ? { ...type, collation: left.type.collation ?? right.type.collation }
    : type;
}

type Test = (left: SqlValue, right: SqlValue) => boolean;

const PRIMITIVE_TESTS: Readonly<Record<ComparisonOperator, Test>> = {
  "=": (left, right) => left === right,
  "<>": (left, right) => left !== right,
  "<": (left, right) => (left as number) < (right as number),
  ">": (left, right) => (left as number) > (right as number),
  "<=": (left, right) => (left as number) <= (right as number),
  ">=": (left, right) => (left as number) >= (right as number),
};

/** Numbers and bigints compare by JavaScript's own operators. */
function isPrimitive(type: SqlType): boolean {
  const family = familyOf(type);
  if (family === "temporal") return type.name !== "datetimeoffset";
  return family === "integer" || family === "decimal" || family === "money" || family === "float";
}

/** Tests two values of the type that are not NULL. */
export function compileTest(operator: ComparisonOperator, type: SqlType): Test {
  if (isPrimitive(type)) return PRIMITIVE_TESTS[operator];
  if (operator === "=" || operator === "<>") {
    const equals = compileEquality(type);
    return operator === "=" ? equals : (left, right) => !equals(left, right);
  }
  const compare = compileComparison(type);
  switch (operator) {
    case "<":
      return (left, right) => compare(left, right) < 0;
    case ">":
      return (left, right) => compare(left, right) > 0;
    case "<=":
      return (left, right) => compare(left, right) <= 0;
    case ">=":
      return (left, right) => compare(left, right) >= 0;
    default:
      return operator satisfies never;
  }
}
