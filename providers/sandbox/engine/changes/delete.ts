import type { DeleteStatement } from "../../parser/ast-changes.ts";
import { tableColumns } from "../query/source-columns.ts";
import type { Activation } from "../session/activation.ts";
import type { StatementRun } from "../session/statement-run.ts";
import type { Flow, Interpreter } from "../statements/flow.ts";
import type { Task } from "../suspension.ts";
import { aliasedTarget, planChange, type TargetRow, targetRows } from "./change-rows.ts";
import { findTarget, requireTable, transactionFor } from "./change-target.ts";
import type { ChangeWork } from "./change-work.ts";
import { finishChange } from "./finish-change.ts";
import { isRunningFor } from "./insert.ts";
import { compileOutput, writeOutput } from "./output-clause.ts";
import { runChange } from "./run-change.ts";
import { settledRows } from "./settled-rows.ts";
import { TableWriter } from "./table-writer.ts";
import { runTrigger, triggersOf } from "./triggers.ts";

const DELETE = 0xc4;

export function* executeDelete(
  statement: DeleteStatement,
  activation: Activation,
  interpreter: Interpreter,
): Task<Flow> {
  const change = { statement, command: DELETE, change: deleteRows };
  return yield* runChange(change, activation, interpreter);
}

function* deleteRows(statement: DeleteStatement, work: ChangeWork): Task<number> {
  const { activation, environment, run, interpreter } = work;
  const target = aliasedTarget(statement.target, statement.from, environment.foldName);
  const found = requireTable(findTarget(target, { activation, environment, permission: "DELETE" }));
  const { database, table } = found;
  const change = planChange({ ...statement, target }, found, environment);
  const [instead] = triggersOf(database, table.objectId, { event: "DELETE", insteadOf: true });
  if (instead !== undefined && !isRunningFor(activation, [instead.objectId])) {
    const rows = yield* targetRows(change, run);
    const deleted = rows.map(({ row }) => row.values);
    yield* runTrigger(instead, {
      found,
      activation,
      interpreter,
      updated: undefined,
      inserted: [],
      deleted,
    });
    return rows.length;
  }
  const triggers = triggersOf(database, table.objectId, { event: "DELETE", insteadOf: false });
  const { transaction, finish } = transactionFor(found, activation);
  const keeps = triggers.length > 0 || statement.output.length > 0;
  const writer = new TableWriter(
    { found, activation, environment, run, transaction, verb: "DELETE" },
    keeps,
  );
  const outputWork = { ...work, columns: tableColumns(table) };
  const outputs = statement.output.map((clause) => compileOutput(clause, outputWork));
  let isDone = false;
  try {
    yield* writer.open();
    const rows = yield* settledRows(change, writer);
    const count = yield* deleteFound(rows, writer, run);
    const changed = writer.changes.map(({ before }) => ({
      before,
      after: undefined,
      action: "DELETE",
    }));
    yield* writeOutput(outputs, changed, outputWork);
    yield* finishChange(writer, { event: "DELETE", updated: undefined, interpreter });
    isDone = true;
    return count;
  } finally {
    finish(isDone);
  }
}

/** Rows that come after a pause are held from before it on. Gives how many there were. */
function* deleteFound(
  rows: readonly TargetRow[],
  writer: TableWriter,
  run: StatementRun,
): Task<number> {
  let count = 0;
  let held = 0;
  for (const [index, { row }] of rows.entries()) {
    yield* writer.lock(row);
    if (row.deleted) continue;
    yield* writer.delete(row);
    count += 1;
    if (count % 256 !== 0 || !run.pauseIsDue()) continue;
    for (held = Math.max(held, index + 1); held < rows.length; held += 1) {
      const rest = rows[held];
      if (rest !== undefined) yield* writer.hold(rest.row);
    }
    yield { kind: "pause" };
  }
  return count;
}
