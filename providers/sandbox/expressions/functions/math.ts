import { divideByZero } from "../../values/arithmetic.ts";
import { divideRounded, powerOfTen } from "../../values/decimal.ts";
import { overflow, rangeOf } from "../../values/number-ranges.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlType, SqlValue } from "../../values/sql-type.ts";
import { familyOf, isCharacter } from "../../values/type-family.ts";
import { coerce, refuseArgument } from "../coercion.ts";
import type { CompiledExpression, Frame } from "../compiled.ts";
import type { BoundCall, FunctionDefinition } from "../function-registry.ts";
import { computedExpression } from "../typed-expression.ts";
import { FLOAT, INT, scalarFunction } from "./scalar-function.ts";

/** Mathematical functions. Those of one number keep its type; the others work on float. */

/** Small integers become int; text, bits and real become float. */
function numberArgument(argument: CompiledExpression, name: string): CompiledExpression {
  const { type } = argument;
  if (argument.isNullLiteral === true) return coerce(argument, FLOAT);
  if (type.name === "bit" || type.name === "real" || isCharacter(type))
    return coerce(argument, FLOAT);
  if (type.name === "tinyint" || type.name === "smallint") return coerce(argument, INT);
  if (type.name === "smallmoney") return coerce(argument, { name: "money" });
  const family = familyOf(type);
  const isNumber =
    family === "integer" || family === "decimal" || family === "money" || family === "float";
  return isNumber ? argument : refuseArgument(type, 1, name);
}

function checkRange(value: bigint, type: SqlType): bigint {
  const { low, high } = rangeOf(type);
  if (familyOf(type) === "decimal" || (value >= low && value <= high)) return value;
  return overflow("expression", type);
}

interface Rule {
  readonly ofNumber: (value: number) => number;
  /** `unit` is 1 at the type's scale. */
  readonly ofBigint: (value: bigint, unit: bigint) => bigint;
  readonly type?: (type: SqlType) => SqlType;
}

function unitOf(type: SqlType): bigint {
  if (familyOf(type) === "money") return 10_000n;
  return familyOf(type) === "decimal" ? powerOfTen(type.scale ?? 0) : 1n;
}

/** A number of another type out of a bigint at the source's scale. */
function numberFunction(name: string, rule: Rule): FunctionDefinition {
  return {
    name,
    minimum: 1,
    maximum: 1,
    bind({ arguments: [first] }) {
      if (first === undefined) throw new Error(`${name} got no argument. This is a bug.`);
      const argument = numberArgument(first, name);
      const type = rule.type?.(argument.type) ?? argument.type;
      const unit = unitOf(argument.type);
      const most = Number(rangeOf(type).high);
      return computedExpression({
        type,
        parts: [argument],
        nullable: argument.nullable,
        evaluate: (frame) => {
          const value = argument.evaluate(frame);
          if (value === null) return null;
          if (typeof value === "bigint") return checkRange(rule.ofBigint(value, unit), type);
          const result = rule.ofNumber(value as number);
          return type.name === "int" && result > most ? overflow("expression", type) : result;
        },
      });
    },
  };
}

function floorDivide(value: bigint, unit: bigint): bigint {
  const quotient = value / unit;
  return value < 0n && quotient * unit !== value ? quotient - 1n : quotient;
}

/** CEILING and FLOOR of decimal(p,s) are decimal(p,0). */
function wholeType(type: SqlType): SqlType {
  return familyOf(type) === "decimal" ? { ...type, scale: 0 } : type;
}

function wholeRule(ofNumber: (value: number) => number, down: boolean): FunctionDefinition {
  const name = down ? "FLOOR" : "CEILING";
  const whole = (value: bigint, unit: bigint): bigint =>
    down ? floorDivide(value, unit) : -floorDivide(-value, unit);
  const build = (isMoney: boolean): FunctionDefinition =>
    numberFunction(name, {
      ofNumber,
      ofBigint: (value, unit) => (isMoney ? whole(value, unit) * unit : whole(value, unit)),
      type: wholeType,
    });
  return {
    name,
    minimum: 1,
    maximum: 1,
    bind: (call) => {
      const [first] = call.arguments;
      return build(first !== undefined && familyOf(first.type) === "money").bind(call);
    },
  };
}

/** ROUND(value, length, function): half away from zero, or cut when the third argument is not 0. */
function bindRound(call: BoundCall): CompiledExpression {
  const [first, second, third] = call.arguments;
  if (first === undefined || second === undefined)
    throw new Error("ROUND lacks arguments. This is a bug.");
  const value = numberArgument(first, "ROUND");
  const places = coerce(second, INT);
  const cuts = third && coerce(third, INT);
  const { type } = value;
  const scale = familyOf(type) === "money" ? 4 : (type.scale ?? 0);
  const limit = familyOf(type) === "decimal" ? powerOfTen(type.precision ?? 18) : undefined;
  const evaluate = (frame: Frame): SqlValue => {
    const [number, length] = [value.evaluate(frame), places.evaluate(frame)];
    const cut = cuts === undefined ? 0 : cuts.evaluate(frame);
    if (number === null || length === null || cut === null) return null;
    const truncates = cut !== 0;
    if (familyOf(type) === "float")
      return roundFloat(number as number, length as number, truncates);
    const rounded = roundScaled(
      BigInt(number as number | bigint),
      scale - (length as number),
      truncates,
    );
    if (limit !== undefined) {
      return rounded < limit && rounded > -limit ? rounded : overflow("expression", type);
    }
    checkRange(rounded, type);
    return type.name === "int" ? Number(rounded) : rounded;
  };
  const parts = cuts === undefined ? [value, places] : [value, places, cuts];
  return computedExpression({
    type,
    parts,
    nullable: parts.some((part) => part.nullable),
    evaluate,
  });
}

function roundScaled(value: bigint, digits: number, truncates: boolean): bigint {
  if (digits <= 0) return value;
  const unit = powerOfTen(Math.min(digits, 100));
  return (truncates ? value / unit : divideRounded(value, unit)) * unit;
}

function roundFloat(value: number, places: number, truncates: boolean): number {
  if (places > 15) return value;
  const factor = 10 ** Math.abs(places);
  const scaled = places >= 0 ? value * factor : value / factor;
  if (!Number.isFinite(scaled)) return value;
  const exact = Number(scaled.toPrecision(15));
  const whole = truncates ? Math.trunc(exact) : Math.sign(exact) * Math.round(Math.abs(exact));
  return places >= 0 ? whole / factor : whole * factor;
}

/** POWER has the type of its first argument. */
function bindPower({ arguments: [first, second] }: BoundCall): CompiledExpression {
  if (first === undefined || second === undefined)
    throw new Error("POWER lacks arguments. This is a bug.");
  const base = numberArgument(first, "POWER");
  const exponent = coerce(second, FLOAT);
  const type: SqlType =
    familyOf(base.type) === "decimal" ? { ...base.type, precision: 38 } : base.type;
  const asFloat = coerce(base, FLOAT);
  const power = computedExpression({
    type: FLOAT,
    parts: [asFloat, exponent],
    evaluate: (frame) => {
      const [value, times] = [asFloat.evaluate(frame), exponent.evaluate(frame)];
      if (value === null || times === null) return null;
      return finite((value as number) ** (times as number));
    },
  });
  return coerce(power, type);
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  raise(3623, "An invalid floating point operation occurred.");
}

function floatFunction(name: string, apply: (value: number) => number): FunctionDefinition {
  return scalarFunction({
    name,
    parameters: [FLOAT],
    type: FLOAT,
    apply: ([value]) => finite(apply(value as number)),
  });
}

function logarithm([value, base]: readonly SqlValue[]): SqlValue {
  const result = Math.log(value as number);
  if (base === undefined || base === null) return finite(result);
  const divisor = Math.log(base as number);
  return divisor === 0 ? divideByZero() : finite(result / divisor);
}

/** Angles keep the number's type, as ABS does; a decimal result has 18 digits behind the point. */
function angleFunction(name: string, factor: number): FunctionDefinition {
  return {
    name,
    minimum: 1,
    maximum: 1,
    bind({ arguments: [first] }) {
      if (first === undefined) throw new Error(`${name} got no argument. This is a bug.`);
      const argument = numberArgument(first, name);
      const value = coerce(argument, FLOAT);
      const result = computedExpression({
        type: FLOAT,
        parts: [value],
        evaluate: (frame) => {
          const number = value.evaluate(frame);
          return number === null ? null : finite((number as number) * factor);
        },
      });
      const isDecimal = familyOf(argument.type) === "decimal";
      return coerce(
        result,
        isDecimal ? { name: "decimal", precision: 38, scale: 18 } : argument.type,
      );
    },
  };
}

export const MATH_FUNCTIONS: readonly FunctionDefinition[] = [
  numberFunction("ABS", {
    ofNumber: Math.abs,
    ofBigint: (value) => (value < 0n ? -value : value),
  }),
  numberFunction("SIGN", {
    ofNumber: Math.sign,
    ofBigint: (value, unit) => (value === 0n ? 0n : value < 0n ? -unit : unit),
  }),
  wholeRule(Math.floor, true),
  wholeRule(Math.ceil, false),
  { name: "ROUND", minimum: 2, maximum: 3, bind: bindRound },
  { name: "POWER", minimum: 2, maximum: 2, bind: bindPower },
  scalarFunction({
    name: "PI",
    parameters: [],
    type: FLOAT,
    mayBeNull: false,
    apply: () => Math.PI,
  }),
  scalarFunction({
    name: "LOG",
    parameters: [FLOAT, FLOAT],
    required: 1,
    type: FLOAT,
    apply: logarithm,
  }),
  scalarFunction({
    name: "ATN2",
    parameters: [FLOAT, FLOAT],
    type: FLOAT,
    apply: ([y, x]) => Math.atan2(y as number, x as number),
  }),
  floatFunction("LOG10", Math.log10),
  floatFunction("EXP", Math.exp),
  floatFunction("SQRT", Math.sqrt),
  floatFunction("SQUARE", (value) => value * value),
  floatFunction("SIN", Math.sin),
  floatFunction("COS", Math.cos),
  floatFunction("TAN", Math.tan),
  floatFunction("COT", (value) => 1 / Math.tan(value)),
  floatFunction("ASIN", Math.asin),
  floatFunction("ACOS", Math.acos),
  floatFunction("ATAN", Math.atan),
  angleFunction("DEGREES", 180 / Math.PI),
  angleFunction("RADIANS", Math.PI / 180),
];
