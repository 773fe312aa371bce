import type { Frame } from "../../expressions/compiled.ts";
import type { UpdateStatement } from "../../parser/ast-changes.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import { makeFrame } from "../query/plan.ts";
import { tableColumns } from "../query/source-columns.ts";
import type { Activation } from "../session/activation.ts";
import type { Flow, Interpreter } from "../statements/flow.ts";
import type { Task } from "../suspension.ts";
import { aliasedTarget, planChange, type TargetRow } from "./change-rows.ts";
import { findTarget, requireTable, transactionFor } from "./change-target.ts";
import type { ChangeWork } from "./change-work.ts";
import { finishChange } from "./finish-change.ts";
import { isRunningFor } from "./insert.ts";
import { compileOutput, writeOutput } from "./output-clause.ts";
import { runChange } from "./run-change.ts";
import { compileAssignments, type Setter } from "./set-clause.ts";
import { settledRows } from "./settled-rows.ts";
import { TableWriter } from "./table-writer.ts";
import { runTrigger, triggersOf } from "./triggers.ts";

const UPDATE = 0xc5;

export function* executeUpdate(
  statement: UpdateStatement,
  activation: Activation,
  interpreter: Interpreter,
): Task<Flow> {
  const change = { statement, command: UPDATE, change: updateRows };
  return yield* runChange(change, activation, interpreter);
}

function* updateRows(statement: UpdateStatement, work: ChangeWork): Task<number> {
  const { activation, environment, run, interpreter } = work;
  const target = aliasedTarget(statement.target, statement.from, environment.foldName);
  const found = requireTable(findTarget(target, { activation, environment, permission: "UPDATE" }));
  const { database, table } = found;
  const change = planChange({ ...statement, target }, found, environment);
  const { transaction, finish } = transactionFor(found, activation);
  const triggers = triggersOf(database, table.objectId, { event: "UPDATE", insteadOf: false });
  const keeps = triggers.length > 0 || statement.output.length > 0;
  const writer = new TableWriter(
    { found, activation, environment, run, transaction, verb: "UPDATE" },
    keeps,
  );
  const setters = compileAssignments(statement.assignments, {
    found,
    scope: change.scope,
    writer,
    offset: change.offset,
  });
  const outputWork = { ...work, columns: tableColumns(table) };
  const outputs = statement.output.map((clause) => compileOutput(clause, outputWork));
  let isDone = false;
  try {
    yield* writer.open();
    const rows = yield* settledRows(change, writer);
    const frame = makeFrame(run, undefined);
    const shape = { setters, frame, offset: change.offset, width: table.columns.length };
    const updates = rows.map((row) => ({ row: row.row, values: newValues(row, shape) }));
    const updated = new Set(
      setters.flatMap(({ name }) => (name === undefined ? [] : [environment.foldName(name)])),
    );
    const [instead] = triggersOf(database, table.objectId, { event: "UPDATE", insteadOf: true });
    if (instead !== undefined && !isRunningFor(activation, [instead.objectId])) {
      const inserted = updates.map(({ values }) => values);
      const deleted = rows.map(({ row }) => row.values);
      yield* runTrigger(instead, { found, activation, interpreter, updated, inserted, deleted });
    } else {
      yield* writer.update(updates);
      const changed = writer.changes.map((item) => ({ ...item, action: "UPDATE" }));
      yield* writeOutput(outputs, changed, outputWork);
      yield* finishChange(writer, { event: "UPDATE", updated, interpreter });
    }
    isDone = true;
    return rows.length;
  } finally {
    finish(isDone);
  }
}

interface ValueWork {
  readonly setters: readonly Setter[];
  readonly frame: Frame;
  readonly offset: number;
  readonly width: number;
}

function newValues(
  { values }: TargetRow,
  { setters, frame, offset, width }: ValueWork,
): SqlValue[] {
  frame.row = values;
  const next = values.slice(offset, offset + width);
  for (const { slot, value, setVariable } of setters) {
    setVariable?.(frame);
    if (value !== undefined) next[slot] = value.evaluate(frame);
  }
  return next;
}
