import {
  type EagerFunction,
  type FunctionFault,
  type FunctionParameter,
  isFault,
} from "../functions/function-declaration.ts";
import { convertValue, isConversionFault } from "../values/convert.ts";
import { joinMarks, marksWithin, withMarks, withoutMarksWithin } from "../values/marks.ts";
import { isWhollyKnown, refinedUnknown } from "../values/unknown.ts";
import {
  DYNAMIC_UNKNOWN,
  type Marks,
  NO_MARKS,
  SENSITIVE,
  unknownValue,
  type Value,
} from "../values/value.ts";
import type { Outcome } from "./evaluation-context.ts";

const NULL_ARGUMENT = "argument must not be null";

/** The function saw a secret without its mark, and the reason may quote it. */
export function withoutReason(fault: FunctionFault, marks: Marks): FunctionFault {
  if (fault.fault === NULL_ARGUMENT) return fault;
  const secret = marks.has(SENSITIVE) ? SENSITIVE : "ephemeral";
  return { ...fault, fault: `an argument is ${secret}, so the reason is not shown` };
}

interface FittedArguments {
  readonly args: readonly Value[];
  readonly faults: readonly FunctionFault[];
  /** Marks that were taken off, for the result. */
  readonly marks: Marks;
}

export function fitArguments(
  declaration: EagerFunction,
  given: readonly Pick<Outcome, "value">[],
): FittedArguments {
  const args: Value[] = [];
  const faults: FunctionFault[] = [];
  let marks: Marks = NO_MARKS;
  for (const [at, arg] of given.entries()) {
    const parameter = parameterAt(declaration, at);
    if (parameter === undefined) break;
    const value = convertValue(arg.value, parameter.type);
    if (isConversionFault(value)) {
      faults.push({ fault: value.fault, argument: at });
      continue;
    }
    const keepsMarks = parameter.allowsMarks === true;
    args.push(keepsMarks ? value : withoutMarksWithin(value));
    if (!keepsMarks) marks = joinMarks(marks, marksWithin(value));
  }
  return { args, faults, marks };
}

export function parameterAt(
  { parameters, rest }: EagerFunction,
  at: number,
): FunctionParameter | undefined {
  return parameters[at] ?? rest;
}

export function callFitted(
  declaration: EagerFunction,
  { args }: FittedArguments,
): Value | FunctionFault {
  const known = lookAtArguments(declaration, args);
  if (typeof known === "object") return known;
  if (known === "untyped") return DYNAMIC_UNKNOWN;
  const { returns } = declaration;
  const type = typeof returns === "function" ? returns(args) : returns;
  if (isFault(type)) return type;
  const result = known === "enough" ? declaration.call(args, type) : unknownValue(type);
  return isFault(result) || declaration.neverNull !== true ? result : notNull(result);
}

/** Whether the arguments are known as far as the function asks; `untyped`: not even the type of one is. */
function lookAtArguments(
  declaration: EagerFunction,
  args: readonly Value[],
): "enough" | "partly" | "untyped" | FunctionFault {
  let known: "enough" | "partly" = "enough";
  for (const [at, value] of args.entries()) {
    const parameter = parameterAt(declaration, at);
    if (value.kind === "null" && parameter?.allowsNull !== true) {
      return { fault: NULL_ARGUMENT, argument: at };
    }
    if (parameter === undefined || isKnownEnough(value, parameter)) continue;
    if (value.type.kind === "dynamic") return "untyped";
    known = "partly";
  }
  return known;
}

function isKnownEnough(value: Value, { allowsUnknown, allowsUnknownWithin }: FunctionParameter) {
  if (allowsUnknown === true) return true;
  return allowsUnknownWithin === true ? value.kind !== "unknown" : isWhollyKnown(value);
}

/** An unknown result of a function that never returns null. */
function notNull(result: Value): Value {
  if (result.kind !== "unknown" || result.type.kind === "dynamic") return result;
  const refined = refinedUnknown(result.type, { ...result.refinements, notNull: true });
  return withMarks(refined, result.marks);
}
