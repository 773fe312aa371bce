import { isFiniteNumber, normalNumber, numberFromDouble } from "../values/exact-number.ts";
import { withMarks } from "../values/marks.ts";
import { numberValue, unknownValue, type Value } from "../values/value.ts";
import { DYNAMIC, friendlyTypeName, NUMBER } from "../values/value-type.ts";
import type { EagerFunction } from "./function-declaration.ts";
import { anyParameter, doubleOf, numberParameter, readInteger, textOf } from "./parameter.ts";
import { quoteText, showArgument } from "./shown-argument.ts";

const BEYOND_DOUBLES = `value must be between -${Number.MAX_VALUE} and ${Number.MAX_VALUE}`;

function isBeyondDoubles(value: Value): boolean {
  const isFinite = value.kind === "number" && isFiniteNumber(value.content);
  return isFinite && !Number.isFinite(doubleOf(value));
}

/** A function of two doubles. */
function onDoubles(
  name: string,
  parameters: readonly [string, string],
  call: (left: number, right: number) => number,
): EagerFunction {
  return {
    kind: "eager",
    name,
    parameters: parameters.map(numberParameter),
    returns: NUMBER,
    neverNull: true,
    call(args) {
      const tooLarge = args.findIndex(isBeyondDoubles);
      if (tooLarge !== -1) return { fault: BEYOND_DOUBLES, argument: tooLarge };
      const result = call(doubleOf(args[0]), doubleOf(args[1]));
      if (Number.isNaN(result)) return { fault: "the result is not a number" };
      return numberValue(numberFromDouble(result));
    },
  };
}

const parseint: EagerFunction = {
  kind: "eager",
  name: "parseint",
  parameters: [
    { ...anyParameter("number"), allowsMarks: true },
    { ...numberParameter("base"), allowsMarks: true },
  ],
  neverNull: true,
  returns([number = unknownValue(DYNAMIC)]) {
    if (number.type.kind === "string") return NUMBER;
    const got = friendlyTypeName(number.type);
    return { fault: `first argument must be a string, not ${got}`, argument: 0 };
  },
  call([number = unknownValue(DYNAMIC), base = unknownValue(NUMBER)]) {
    const read = readInteger(base, 1);
    if ("fault" in read) return read;
    if (read.integer < 2 || read.integer > 62) {
      return { fault: "base must be a whole number between 2 and 62 inclusive", argument: 1 };
    }
    const parsed = tryParseInteger(textOf(number), read.integer);
    if (parsed !== undefined) {
      return withMarks(numberValue(normalNumber(parsed, 0)), number.marks, base.marks);
    }
    const text = showArgument(number, quoteText(textOf(number)));
    const shownBase = showArgument(base, String(read.integer));
    return { fault: `cannot parse ${text} as a base ${shownBase} integer`, argument: 0 };
  },
};

/** Digits are 0-9, a-z, A-Z; up to base 36 the case of letters does not matter. */
function tryParseInteger(text: string, base: number): bigint | undefined {
  const [, sign = "", digits = ""] = /^([+-]?)([0-9A-Za-z]+)$/.exec(text) ?? [];
  if (digits === "") return undefined;
  let size = 0n;
  for (const digit of digits) {
    const worth = worthOf(digit, base);
    if (worth >= base) return undefined;
    size = size * BigInt(base) + BigInt(worth);
  }
  return sign === "-" ? -size : size;
}

function worthOf(digit: string, base: number): number {
  const isUpper = digit >= "A" && digit <= "Z";
  return Number.parseInt(digit, 36) + (isUpper && base > 36 ? 26 : 0);
}

export const POWER_FUNCTIONS: readonly EagerFunction[] = [
  onDoubles("log", ["num", "base"], (number, base) => Math.log(number) / Math.log(base)),
  onDoubles("pow", ["num", "power"], (number, power) => number ** power),
  parseint,
];
