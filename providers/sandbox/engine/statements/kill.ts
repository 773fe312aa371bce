import type { Statement } from "../../parser/ast-statements.ts";
import { raise } from "../../values/sql-exception.ts";
import type { Activation } from "../session/activation.ts";
import { isServerMember } from "../session/rights.ts";
import type { SessionCore } from "../session/session-core.ts";
import { rollbackTransaction } from "../session/transactions.ts";
import type { Task } from "../suspension.ts";
import { evaluateExpression } from "./control-flow.ts";
import type { Flow, Interpreter } from "./flow.ts";

/** Rolls back what another session does and ends its statement; the session can do nothing more. */
export function* executeKill(
  statement: Extract<Statement, { kind: "kill" }>,
  activation: Activation,
  interpreter: Interpreter,
): Task<Flow> {
  const { core } = activation;
  const id = Number(
    yield* evaluateExpression(statement.session, {
      activation,
      interpreter,
      type: { name: "int" },
    }),
  );
  if (!isServerMember(core, "sysadmin", "processadmin")) {
    raise(6102, "User does not have permission to use the KILL statement.", { class: 14 });
  }
  if (id === core.sessionId) raise(6104, "Cannot use KILL to kill your own process.");
  const other = core.server.sessions.get(id) as SessionCore | undefined;
  if (other === undefined)
    raise(6106, `Process ID ${id} is not an active process ID.`, { state: 2 });
  other.isKilled = true;
  rollbackTransaction(other);
  activation.sink.statementEnd({ rowCount: undefined, isError: false, command: 0 });
  return undefined;
}
