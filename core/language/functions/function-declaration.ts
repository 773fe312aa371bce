import type { Evaluation } from "../scope.ts";
import type { ExpressionNode } from "../syntax/expression-node.ts";
import type { Value } from "../values/value.ts";
import type { ValueType } from "../values/value-type.ts";

/**
 * A function of the language. The call machinery converts and checks the arguments as the parameters
 * declare, so that the function sees only what it asked for. A new function is a new item in a table.
 */
export type FunctionDeclaration = EagerFunction | LazyFunction;

export interface EagerFunction {
  readonly kind: "eager";
  readonly name: string;
  readonly parameters: readonly FunctionParameter[];
  /** Takes all further arguments. */
  readonly rest?: FunctionParameter | undefined;

  /** The type of the result, asked before `call`, and alone where an argument is unknown. */
  readonly returns: ValueType | ((args: readonly Value[]) => ValueType | FunctionFault);

  /** An unknown result is at least not null. */
  readonly neverNull?: boolean | undefined;

  /** Pure. Arguments are converted; marks are taken off unless the parameter keeps them. */
  call(args: readonly Value[], returns: ValueType): Value | FunctionFault;
}

/** A function that decides itself which arguments are evaluated, such as `try`. */
export interface LazyFunction {
  readonly kind: "lazy";
  readonly name: string;
  /** As many arguments as these are checked to be given; undefined: any number. */
  readonly parameters?: readonly FunctionParameter[] | undefined;
  /** An evaluation as the result reports its diagnostics as they are. */
  call(args: readonly LazyArgument[]): Value | FunctionFault | Evaluation;
}

/** An argument as it is written, and its value once asked for. */
interface LazyArgument {
  readonly node: ExpressionNode;
  /** Of the whole argument, or of one part of it. */
  evaluate(part?: ExpressionNode): Evaluation;
}

export interface FunctionParameter {
  readonly name: string;
  /** The argument is converted to it; `dynamic` takes any type. */
  readonly type: ValueType;
  /** Null comes through instead of being an error. */
  readonly allowsNull?: boolean | undefined;
  /** Unknown comes through instead of making the result unknown. */
  readonly allowsUnknown?: boolean | undefined;
  /** A known collection comes through though elements of it are unknown. */
  readonly allowsUnknownWithin?: boolean | undefined;
  /** Marks stay on instead of moving to the result. */
  readonly allowsMarks?: boolean | undefined;
}

/** Why a call failed. With `argument` (from 0) it is that argument's fault. */
export interface FunctionFault {
  readonly fault: string;
  readonly argument?: number | undefined;
}

export function isFault(result: object): result is FunctionFault {
  return "fault" in result;
}
