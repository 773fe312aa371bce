import { raise } from "../../values/sql-exception.ts";
import type { Interpreter } from "../statements/flow.ts";

function refuse(): never {
  raise(
    4121,
    "User-defined functions are not supported in the definition of a table variable in this version.",
  );
}

/** Where definitions are compiled that may not call functions of users. */
export const NO_INTERPRETER: Interpreter = {
  execute: refuse,
  executeText: refuse,
  callFunction: refuse,
  callTableFunction: refuse,
};
