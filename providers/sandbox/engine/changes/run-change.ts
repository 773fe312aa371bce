import type { DeleteStatement, MergeStatement, UpdateStatement } from "../../parser/ast-changes.ts";
import { addCtes } from "../query/query.ts";
import type { Activation } from "../session/activation.ts";
import { environmentOf } from "../session/services.ts";
import { createRun, endRun } from "../session/statement-run.ts";
import { inTransaction } from "../session/transactions.ts";
import type { Flow, Interpreter } from "../statements/flow.ts";
import { endStatement } from "../statements/query-output.ts";
import { withHints } from "../statements/select-statement.ts";
import type { Task } from "../suspension.ts";
import type { ChangeWork } from "./change-work.ts";

interface Change<S> {
  readonly statement: S;
  /** TDS CurCmd: what the client is told was done. */
  readonly command: number;
  /** Gives the number of rows changed. */
  readonly change: (statement: S, work: ChangeWork) => Task<number>;
}

/** Runs UPDATE, DELETE or MERGE as one statement: in a transaction, with its hints and table expressions, told at its end. */
export function* runChange<S extends DeleteStatement | MergeStatement | UpdateStatement>(
  { statement, command, change }: Change<S>,
  activation: Activation,
  interpreter: Interpreter,
): Task<Flow> {
  yield* inTransaction(activation, function* () {
    const environment = addCtes(
      withHints(environmentOf(activation, interpreter), statement),
      statement.ctes,
    );
    const run = createRun(activation);
    try {
      const count = yield* change(statement, { activation, interpreter, environment, run });
      endStatement(activation, run, { count, command });
    } finally {
      endRun(run);
    }
  });
  return undefined;
}
