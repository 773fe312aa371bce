import type { ExecuteStatement, ExecuteStringStatement } from "../../parser/ast-statements.ts";
import type { ResultColumn, ResultSink } from "../../session/session.ts";
import type { StoredRow } from "../../storage/columns.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlType } from "../../values/sql-type.ts";
import { listNode } from "../query/nodes.ts";
import type { PlanNode } from "../query/plan.ts";
import type { Task } from "../suspension.ts";
import type { ChangeWork } from "./change-work.ts";

export interface Captured {
  readonly plan: PlanNode;
  readonly types: readonly SqlType[];
}

/** Runs a procedure and keeps the rows that it sends. Everything else that it says goes on to the client. */
export function* captureExecute(
  statement: ExecuteStatement | ExecuteStringStatement,
  work: ChangeWork,
): Task<Captured> {
  const { activation, interpreter } = work;
  const { core } = activation;
  const rows: StoredRow[] = [];
  let columns: readonly ResultColumn[] = [];
  const outer = activation.sink;
  const sink: ResultSink = {
    columns: (next) => {
      if (columns.length > 0 && columns.length !== next.length) {
        raise(213, "Column name or number of supplied values does not match table definition.");
      }
      columns = next;
    },
    rows: async (batch) => {
      rows.push(...batch);
      await Promise.resolve();
    },
    message: (message) => {
      outer.message(message);
    },
    statementEnd: () => undefined,
    environment: (change) => {
      outer.environment(change);
    },
    outputParameter: () => undefined,
    returnStatus: () => undefined,
    flush: async () => {
      await outer.flush();
    },
  };
  core.statementDepth += 1;
  activation.sink = sink;
  try {
    yield* interpreter.execute([statement], activation);
  } finally {
    activation.sink = outer;
    core.statementDepth -= 1;
  }
  const types = columns.map(({ type }) => type);
  return { types, plan: listNode(types.length, () => rows, rows.length) };
}
