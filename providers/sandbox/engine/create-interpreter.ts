import { parseBatch } from "../parser/parse-batch.ts";
import { asMessage, RaisedError } from "./session/errors.ts";
import { settingsOf } from "./session/statement-run.ts";
import { callScalarFunction, fillTableFunction } from "./statements/call-function.ts";
import { declareVariables } from "./statements/declarations.ts";
import { dispatch } from "./statements/dispatch.ts";
import type { Interpreter } from "./statements/flow.ts";
import { executeStatements } from "./statements/interpreter.ts";

/** Ties the knot: statements that contain or call statements get all of them through this. */
export function createInterpreter(): Interpreter {
  const interpreter: Interpreter = {
    execute: (statements, activation) =>
      executeStatements(statements, activation, (statement, inner) =>
        dispatch(statement, inner, interpreter),
      ),
    *executeText(text, activation) {
      const parsed = parseBatch(text, {
        quotedIdentifier: settingsOf(activation).quotedIdentifier,
      });
      if (!parsed.ok) {
        for (const error of parsed.errors.slice(0, -1)) {
          activation.sink.message(asMessage({ ...error, procedure: "" }));
        }
        const last = parsed.errors.at(-1);
        throw new RaisedError({
          ...(last ?? { number: 102, class: 15, state: 1, message: "Incorrect syntax.", line: 1 }),
          procedure: "",
        });
      }
      declareVariables(parsed.batch.statements, activation);
      return yield* interpreter.execute(parsed.batch.statements, activation);
    },
    callFunction: (found, values, caller) =>
      callScalarFunction(found, { values, caller, interpreter }),
    callTableFunction: (found, values, caller) =>
      fillTableFunction(found, { values, caller, interpreter }),
  };
  return interpreter;
}
