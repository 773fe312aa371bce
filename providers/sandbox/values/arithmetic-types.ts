import { asDecimal, longerOf } from "./common-type.ts";
import { shownName } from "./conversion-rules.ts";
import { raise } from "./sql-exception.ts";
import type { SqlType } from "./sql-type.ts";
import { comparePrecedence, familyOf, isCharacter, isLegacyLob, isUnicode } from "./type-family.ts";

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%" | "&" | "|" | "^";

/** What an operator does with two types: `operands` is what both sides are converted to first. */
export type Arithmetic =
  | { readonly kind: "integer" | "float" | "money" | "bitwise"; readonly type: SqlType }
  | {
      readonly kind: "decimal";
      readonly type: SqlType;
      readonly left: SqlType;
      readonly right: SqlType;
    }
  | { readonly kind: "concat"; readonly type: SqlType }
  | { readonly kind: "concat_binary"; readonly type: SqlType }
  | { readonly kind: "date"; readonly type: SqlType };

const NAMES: Readonly<Record<ArithmeticOperator, string>> = {
  "+": "add",
  "-": "subtract",
  "*": "multiply",
  "/": "divide",
  "%": "modulo",
  "&": "boolean AND",
  "|": "boolean OR",
  "^": "boolean XOR",
};

/** 402: the two types have no such operator. */
function refuseOperator(operator: ArithmeticOperator, left: SqlType, right: SqlType): never {
  raise(
    402,
    `The data types ${shownName(left)} and ${shownName(right)} are incompatible in the ${NAMES[operator]} operator.`,
  );
}

/** 8117: the type has no such operator at all. */
export function refuseOperand(operator: string, type: SqlType): never {
  raise(8117, `Operand data type ${shownName(type)} is invalid for ${operator} operator.`);
}

/** 38 digits at most: whole digits are kept, but six of the fraction too. */
function capped(precision: number, scale: number): SqlType {
  if (precision <= 38) return { name: "numeric", precision, scale };
  const whole = precision - scale;
  return { name: "numeric", precision: 38, scale: Math.max(38 - whole, Math.min(scale, 6)) };
}

function cappedSum(precision: number, scale: number, whole: number): SqlType {
  if (precision <= 38) return { name: "numeric", precision, scale };
  return { name: "numeric", precision: 38, scale: Math.max(0, Math.min(scale, 38 - whole)) };
}

interface Digits {
  readonly whole: number;
  readonly scale: number;
}

type ResultRule = (left: Digits, right: Digits) => SqlType;

function sumType(left: Digits, right: Digits): SqlType {
  const whole = Math.max(left.whole, right.whole);
  const scale = Math.max(left.scale, right.scale);
  return cappedSum(whole + scale + 1, scale, whole);
}

/** "Precision, scale, and length" of the T-SQL reference; bitwise operators have no decimal form. */
const DECIMAL_RULES: Partial<Record<ArithmeticOperator, ResultRule>> = {
  "+": sumType,
  "-": sumType,
  "*": (left, right) => {
    const scale = left.scale + right.scale;
    return capped(left.whole + right.whole + scale + 1, scale);
  },
  "/": (left, right) => {
    const scale = Math.max(6, left.scale + right.whole + right.scale + 1);
    return capped(left.whole + right.scale + scale, scale);
  },
  "%": (left, right) => {
    const scale = Math.max(left.scale, right.scale);
    return capped(Math.min(left.whole, right.whole) + scale, scale);
  },
};

function digitsOf({ precision = 18, scale = 0 }: SqlType): Digits {
  return { whole: precision - scale, scale };
}

function decimalResult(operator: ArithmeticOperator, left: SqlType, right: SqlType): SqlType {
  const rule = DECIMAL_RULES[operator];
  return rule === undefined
    ? refuseOperator(operator, left, right)
    : rule(digitsOf(left), digitsOf(right));
}

function higherOf(left: SqlType, right: SqlType): SqlType {
  return comparePrecedence(left, right) <= 0 ? left : right;
}

const BITWISE = new Set<ArithmeticOperator>(["&", "|", "^"]);

function bitwise(operator: ArithmeticOperator, left: SqlType, right: SqlType): Arithmetic {
  const families = [familyOf(left), familyOf(right)];
  const isBitwise =
    families.includes("integer") &&
    families.every(
      (family) => family === "integer" || family === "binary" || family === "character",
    );
  if (!isBitwise) return refuseOperator(operator, left, right);
  if (left.name === "bit" && right.name === "bit") return { kind: "bitwise", type: left };
  return { kind: "bitwise", type: higherOf(left, right) };
}

/** Length of the joined text: 8,000 bytes at most unless one side is MAX. */
function concat(left: SqlType, right: SqlType): Arithmetic {
  const wide = isUnicode(left) || isUnicode(right);
  const limit = wide ? 4000 : 8000;
  const [first, second] = [left.length ?? limit, right.length ?? limit];
  const isLong = longerOf(first, second) === -1;
  const isFixed =
    (left.name === "char" || left.name === "nchar") &&
    (right.name === "char" || right.name === "nchar");
  const narrow = isFixed ? "char" : "varchar";
  return {
    kind: "concat",
    type: {
      name: wide ? (isFixed ? "nchar" : "nvarchar") : narrow,
      length: isLong ? -1 : Math.min(limit, first + second),
    },
  };
}

function concatBinary(left: SqlType, right: SqlType): Arithmetic {
  const [first, second] = [left.length ?? 8, right.length ?? 8];
  const isLong = longerOf(first, second) === -1;
  return {
    kind: "concat_binary",
    type: { name: "varbinary", length: isLong ? -1 : Math.min(8000, first + second) },
  };
}

function isOldDate(type: SqlType): boolean {
  return type.name === "datetime" || type.name === "smalldatetime";
}

/** datetime and smalldatetime add and subtract days; the newer types have no arithmetic. */
function dateArithmetic(operator: ArithmeticOperator, left: SqlType, right: SqlType): Arithmetic {
  const [date, other] = familyOf(left) === "temporal" ? [left, right] : [right, left];
  if (operator !== "+" && operator !== "-") return refuseOperand(NAMES[operator], date);
  if (!isOldDate(date)) {
    if (familyOf(other) === "temporal") return refuseOperator(operator, left, right);
    if (familyOf(other) !== "integer") return refuseOperator(operator, left, right);
    raise(206, `Operand type clash: ${shownName(date)} is incompatible with ${shownName(other)}`, {
      state: 2,
    });
  }
  if (familyOf(other) === "temporal" && !isOldDate(other)) {
    return refuseOperator(operator, left, right);
  }
  return { kind: "date", type: isOldDate(other) ? higherOf(date, other) : date };
}

function numeric(operator: ArithmeticOperator, left: SqlType, right: SqlType): Arithmetic {
  const higher = higherOf(left, right);
  const family = familyOf(higher);
  if (family === "float" && operator !== "%") return { kind: "float", type: higher };
  if (family === "money") return { kind: "money", type: higher };
  if (family === "decimal") {
    const [first, second] = [asDecimal(textAs(left, higher)), asDecimal(textAs(right, higher))];
    const type = decimalResult(operator, first, second);
    return { kind: "decimal", type, left: first, right: second };
  }
  if (family !== "integer") return refuseOperator(operator, left, right);
  return higher.name === "bit"
    ? refuseOperand(NAMES[operator], higher)
    : { kind: "integer", type: higher };
}

/** Text becomes what the other side is. */
function textAs(type: SqlType, other: SqlType): SqlType {
  return isCharacter(type) || familyOf(type) === "binary" ? other : type;
}

function textOrBinary(operator: ArithmeticOperator, left: SqlType, right: SqlType): Arithmetic {
  const [first, second] = [familyOf(left), familyOf(right)];
  if (first === second && operator === "+") {
    return first === "character" ? concat(left, right) : concatBinary(left, right);
  }
  if (first === second) return refuseOperand(NAMES[operator], left);
  return refuseOperator(operator, left, right);
}

export function arithmeticOf(
  operator: ArithmeticOperator,
  left: SqlType,
  right: SqlType,
): Arithmetic {
  const refused = [left, right].find(
    (type) =>
      isLegacyLob(type) ||
      type.name === "xml" ||
      type.name === "sql_variant" ||
      type.name === "uniqueidentifier",
  );
  if (refused !== undefined) {
    const other = refused === left ? right : left;
    return refused.name === other.name
      ? refuseOperand(NAMES[operator], refused)
      : refuseOperator(operator, left, right);
  }
  if (BITWISE.has(operator)) return bitwise(operator, left, right);
  const families = [familyOf(left), familyOf(right)];
  if (families.includes("temporal")) return dateArithmetic(operator, left, right);
  if (families.every((family) => family === "character" || family === "binary")) {
    return textOrBinary(operator, left, right);
  }
  return numeric(operator, left, right);
}
