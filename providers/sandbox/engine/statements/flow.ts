import type { Statement } from "../../parser/ast-statements.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import type { FoundObject } from "../query/environment.ts";
import type { Activation } from "../session/activation.ts";
import type { Task } from "../suspension.ts";

/** Where execution goes after a statement; undefined: to the next one. */
export type Flow =
  | { readonly kind: "break" | "continue" }
  | { readonly kind: "goto"; readonly label: string }
  | { readonly kind: "return"; readonly value: SqlValue }
  | undefined;

/** Runs statements and modules: what statements that contain statements need. */
export interface Interpreter {
  execute(statements: readonly Statement[], activation: Activation): Task<Flow>;
  /** Runs the text as a batch of its own, within the caller's session. */
  executeText(text: string, activation: Activation): Task<Flow>;
  /** The value of a scalar function. */
  callFunction(found: FoundObject, values: readonly SqlValue[], caller: Activation): Task<SqlValue>;
  /** Fills the table that a multi-statement function returns, and gives its rows. */
  callTableFunction(
    found: FoundObject,
    values: readonly SqlValue[],
    caller: Activation,
  ): Task<readonly (readonly SqlValue[])[]>;
}
