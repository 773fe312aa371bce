import { isWholeNumber } from "../values/exact-number.ts";
import { compareNumbers, negateNumber } from "../values/number-arithmetic.ts";
import { doubleOfNumber } from "../values/number-format.ts";
import type { Value } from "../values/value.ts";
import { DYNAMIC, NUMBER, STRING, type ValueType } from "../values/value-type.ts";
import type { FunctionFault, FunctionParameter } from "./function-declaration.ts";

export function stringParameter(name: string): FunctionParameter {
  return { name, type: STRING };
}

export function numberParameter(name: string): FunctionParameter {
  return { name, type: NUMBER };
}

export function anyParameter(name: string): FunctionParameter {
  return { name, type: DYNAMIC };
}

export function typedParameter(name: string, type: ValueType): FunctionParameter {
  return { name, type };
}

/** The text of an argument that its parameter made a known string. */
export function textOf(value: Value | undefined): string {
  return value?.kind === "string" ? value.content : "";
}

/** The number of an argument that its parameter made a known number, as a double. */
export function doubleOf(value: Value | undefined): number {
  return value?.kind === "number" ? doubleOfNumber(value.content) : 0;
}

/** The elements of a known sequence. */
export function elementsOf(value: Value | undefined): readonly Value[] {
  return value?.kind === "sequence" ? value.content : [];
}

/** The entries of a known map or object. */
export function entriesOf(value: Value | undefined): ReadonlyMap<string, Value> {
  return value?.kind === "mapping" ? value.content : new Map();
}

const LEAST_INTEGER = { mantissa: -1n, exponent: 63 };
const INTEGERS =
  "value must be a whole number, between -9223372036854775808 and 9223372036854775807";

/** A known whole number of 64 bits; beyond 2^53 the nearest double. */
export function readInteger(
  value: Value | undefined,
  argument?: number,
): { readonly integer: number } | FunctionFault {
  const content = value?.kind === "number" ? value.content : 0;
  const isInteger =
    isWholeNumber(content) &&
    compareNumbers(content, LEAST_INTEGER) >= 0 &&
    compareNumbers(content, negateNumber(LEAST_INTEGER)) < 0;
  return isInteger ? { integer: doubleOfNumber(content) } : { fault: INTEGERS, argument };
}
