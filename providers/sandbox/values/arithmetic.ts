import type { Arithmetic, ArithmeticOperator } from "./arithmetic-types.ts";
import { divideRounded, powerOfTen } from "./decimal.ts";
import { overflow, rangeOf } from "./number-ranges.ts";
import { raise } from "./sql-exception.ts";
import type { SqlType, SqlValue } from "./sql-type.ts";
import { compileTextFit } from "./text-fit.ts";

/** Works on two values that are not NULL and have the types that the operator's {@link Arithmetic} asks for. */
export type Operate = (left: SqlValue, right: SqlValue) => SqlValue;

export function divideByZero(): never {
  raise(8134, "Divide by zero error encountered.");
}

type NumberRule = (left: number, right: number) => number;
type BigintRule = (left: bigint, right: bigint) => bigint;

const NUMBER_RULES: Readonly<Record<ArithmeticOperator, NumberRule>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => (right === 0 ? divideByZero() : left / right),
  "%": (left, right) => (right === 0 ? divideByZero() : left % right),
  "&": (left, right) => left & right,
  "|": (left, right) => left | right,
  "^": (left, right) => left ^ right,
};

const BIGINT_RULES: Readonly<Record<ArithmeticOperator, BigintRule>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => (right === 0n ? divideByZero() : left / right),
  "%": (left, right) => (right === 0n ? divideByZero() : left % right),
  "&": (left, right) => left & right,
  "|": (left, right) => left | right,
  "^": (left, right) => left ^ right,
};

function bigintOperation(operator: ArithmeticOperator, type: SqlType): Operate {
  const rule = BIGINT_RULES[operator];
  const { low, high } = rangeOf(type);
  return (left, right) => {
    const result = rule(left as bigint, right as bigint);
    return result >= low && result <= high ? result : overflow("expression", type);
  };
}

/** Products of two ints stay below 2^63 and may lose bits as doubles, but then they overflow an int anyway. */
function integerOperation(operator: ArithmeticOperator, type: SqlType): Operate {
  if (type.name === "bigint") return bigintOperation(operator, type);
  const rule = NUMBER_RULES[operator];
  const { low, high } = rangeOf(type);
  const [least, most] = [Number(low), Number(high)];
  const divides = operator === "/";
  return (left, right) => {
    const exact = rule(left as number, right as number);
    const result = divides ? Math.trunc(exact) : exact;
    return result >= least && result <= most ? result + 0 : overflow("expression", type);
  };
}

function floatOperation(operator: ArithmeticOperator, type: SqlType): Operate {
  const rule = NUMBER_RULES[operator];
  const isReal = type.name === "real";
  return (left, right) => {
    const exact = rule(left as number, right as number);
    const result = isReal ? Math.fround(exact) : exact;
    return Number.isFinite(result) ? result : overflow("expression", type);
  };
}

/** Products are rounded to four digits, quotients cut, as the server's integer arithmetic does. */
function moneyOperation(operator: ArithmeticOperator, type: SqlType): Operate {
  const { low, high } = rangeOf(type);
  const rule: BigintRule =
    operator === "*"
      ? (left, right) => divideRounded(left * right, 10_000n)
      : operator === "/"
        ? (left, right) => (right === 0n ? divideByZero() : (left * 10_000n) / right)
        : BIGINT_RULES[operator];
  return (left, right) => {
    const result = rule(left as bigint, right as bigint);
    return result >= low && result <= high ? result : overflow("expression", type);
  };
}

interface DecimalOperation {
  readonly operator: ArithmeticOperator;
  readonly left: number;
  readonly right: number;
  readonly result: number;
}

/** Works on unscaled values of the two scales; sums and products round, quotients are cut. */
function decimalRule({ operator, left, right, result }: DecimalOperation): BigintRule {
  const common = Math.max(left, right);
  const [leftFactor, rightFactor] = [powerOfTen(common - left), powerOfTen(common - right)];
  const rounded = (value: bigint, scale: number): bigint =>
    result >= scale
      ? value * powerOfTen(result - scale)
      : divideRounded(value, powerOfTen(scale - result));
  if (operator === "*") return (a, b) => rounded(a * b, left + right);
  if (operator === "/") {
    const shift = result + right - left;
    if (shift >= 0) {
      const factor = powerOfTen(shift);
      return (a, b) => (b === 0n ? divideByZero() : (a * factor) / b);
    }
    const divisor = powerOfTen(-shift);
    return (a, b) => (b === 0n ? divideByZero() : a / (b * divisor));
  }
  const rule = BIGINT_RULES[operator];
  return (a, b) => rounded(rule(a * leftFactor, b * rightFactor), common);
}

function decimalOperation(
  operator: ArithmeticOperator,
  arithmetic: Extract<Arithmetic, { kind: "decimal" }>,
): Operate {
  const { type } = arithmetic;
  const rule = decimalRule({
    operator,
    left: arithmetic.left.scale ?? 0,
    right: arithmetic.right.scale ?? 0,
    result: type.scale ?? 0,
  });
  const limit = powerOfTen(type.precision ?? 18);
  return (left, right) => {
    const result = rule(left as bigint, right as bigint);
    return result < limit && result > -limit ? result : overflow("expression", type);
  };
}

const FIRST_DATETIME = -53_690 * 25_920_000;
const LAST_DATETIME = 2_958_464 * 25_920_000 - 1;

/** Both sides are datetime (or smalldatetime), the days added included. */
function dateOperation(operator: ArithmeticOperator, type: SqlType): Operate {
  const sign = operator === "-" ? -1 : 1;
  const [low, high] = type.name === "datetime" ? [FIRST_DATETIME, LAST_DATETIME] : [0, 94_371_839];
  return (left, right) => {
    const result = (left as number) + sign * (right as number);
    return result >= low && result <= high ? result : overflow("expression", type);
  };
}

function concatBytes(type: SqlType): Operate {
  const limit = type.length === -1 ? Number.POSITIVE_INFINITY : (type.length ?? 8000);
  return (left, right) => {
    const joined = Buffer.concat([left as Uint8Array, right as Uint8Array]);
    return new Uint8Array(joined.subarray(0, Math.min(limit, joined.length)));
  };
}

function concatText(type: SqlType): Operate {
  const { fit } = compileTextFit(
    {
      ...type,
      name: type.name === "char" ? "varchar" : type.name === "nchar" ? "nvarchar" : type.name,
    },
    type,
  );
  return (left, right) => fit((left as string) + (right as string));
}

export function compileArithmetic(operator: ArithmeticOperator, arithmetic: Arithmetic): Operate {
  const { type } = arithmetic;
  switch (arithmetic.kind) {
    case "integer":
    case "bitwise":
      return integerOperation(operator, type);
    case "float":
      return floatOperation(operator, type);
    case "money":
      return moneyOperation(operator, type);
    case "decimal":
      return decimalOperation(operator, arithmetic);
    case "date":
      return dateOperation(operator, type);
    case "concat":
      return concatText(type);
    case "concat_binary":
      return concatBytes(type);
    default:
      return arithmetic satisfies never;
  }
}
