import { compileValueAssignment } from "../../expressions/assignment.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlType, SqlValue } from "../../values/sql-type.ts";
import type { Activation } from "../session/activation.ts";
import type { Interpreter } from "./flow.ts";

/** An argument of a call, with its value. */
export interface CallArgument {
  /** With `@`; empty by position. */
  readonly name: string;
  readonly type: SqlType;
  readonly value: SqlValue;
  readonly isOutput: boolean;
  readonly isDefault: boolean;
  /** Takes the value of an output parameter. */
  readonly setOutput: ((value: SqlValue, type: SqlType) => void) | undefined;
}

export interface ProcedureCall {
  readonly name: string;
  readonly parameters: readonly CallArgument[];
  readonly activation: Activation;
  readonly interpreter: Interpreter;
}

export function converted(value: SqlValue, from: SqlType, to: SqlType): SqlValue {
  if (value === null) return null;
  const convert = compileValueAssignment(from, to, { kind: "variable" });
  return convert === undefined ? value : convert(value, { dateFormat: "mdy" });
}

/** The argument of each parameter. Throws 119, 8143, 8144 and 8145. */
export function matchArguments(
  procedure: string,
  parameters: readonly { readonly name: string }[],
  given: readonly CallArgument[],
): readonly (CallArgument | undefined)[] {
  if (given.length > parameters.length) {
    raise(8144, `Procedure or function ${procedure} has too many arguments specified.`, {
      state: 2,
    });
  }
  const matched: (CallArgument | undefined)[] = parameters.map(() => undefined);
  let isNamed = false;
  for (const [position, argument] of given.entries()) {
    if (argument.name === "") {
      if (isNamed) {
        raise(
          119,
          `Must pass parameter number ${position + 1} and subsequent parameters as '@name = value'. After the form '@name = value' has been used, all subsequent parameters must be passed in the form '@name = value'.`,
          { class: 15 },
        );
      }
      matched[position] = argument;
      continue;
    }
    isNamed = true;
    const index = parameters.findIndex(
      ({ name }) => name.toLowerCase() === argument.name.toLowerCase(),
    );
    if (index === -1)
      raise(8145, `${argument.name} is not a parameter for procedure ${procedure}.`, { state: 2 });
    if (matched[index] !== undefined) {
      raise(8143, `Parameter '${argument.name}' was supplied multiple times.`);
    }
    matched[index] = argument;
  }
  return matched;
}
