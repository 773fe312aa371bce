import type { Frame } from "../../expressions/compiled.ts";
import type { MergeStatement } from "../../parser/ast-changes.ts";
import type { StoredRow } from "../../storage/columns.ts";
import type { Row } from "../../storage/row.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import { makeFrame } from "../query/plan.ts";
import { tableColumns } from "../query/source-columns.ts";
import { handleOf } from "../query/table-scan.ts";
import type { Activation } from "../session/activation.ts";
import type { Flow, Interpreter } from "../statements/flow.ts";
import { allRows } from "../statements/query-output.ts";
import type { Task } from "../suspension.ts";
import type { TargetRow } from "./change-rows.ts";
import { findTarget, requireTable, transactionFor } from "./change-target.ts";
import type { ChangeWork } from "./change-work.ts";
import { checkForeignKeys } from "./foreign-keys.ts";
import { noteIdentity } from "./insert.ts";
import { compileOutput, type OutputRow, writeOutput } from "./output-clause.ts";
import { type CompiledClause, compileClause, type MergePlan, planMerge } from "./plan-merge.ts";
import { runChange } from "./run-change.ts";
import { untilSettled } from "./settled-rows.ts";
import { type RowChange, TableWriter } from "./table-writer.ts";
import { fireTriggers, triggersOf } from "./triggers.ts";

export function* executeMerge(
  statement: MergeStatement,
  activation: Activation,
  interpreter: Interpreter,
): Task<Flow> {
  const change = { statement, command: 0xc5, change: mergeRows };
  return yield* runChange(change, activation, interpreter);
}

interface Pending {
  readonly deletes: Row[];
  readonly updates: { readonly row: Row; readonly values: SqlValue[] }[];
  readonly inserts: SqlValue[][];
}

function* mergeRows(statement: MergeStatement, work: ChangeWork): Task<number> {
  if (statement.top !== undefined) raise(40_515, "MERGE TOP is not supported in this version.");
  const { activation, environment, run } = work;
  const found = requireTable(
    findTarget(statement.target, { activation, environment, permission: "UPDATE" }),
  );
  const { transaction, finish } = transactionFor(found, activation);
  const writer = new TableWriter(
    { found, activation, environment, run, transaction, verb: "MERGE" },
    true,
  );
  const outputWork = { ...work, columns: tableColumns(found.table) };
  const outputs = statement.output.map((clause) => compileOutput(clause, outputWork));
  const plan = planMerge(statement, found, environment);
  const clauses = statement.clauses.map((clause) =>
    compileClause(clause, { scope: plan.scope, writer }),
  );
  let isDone = false;
  try {
    yield* writer.open();
    const rows = yield* untilSettled(
      {
        search: (turn) => allRows(plan.plan.rows(turn, undefined), turn),
        target: (values) => targetOf(values, plan),
        offset: 0,
      },
      writer,
    );
    const pending = decide(rows, { plan, clauses, writer });
    for (const row of pending.deletes) yield* writer.delete(row);
    yield* writer.update(pending.updates);
    for (const values of pending.inserts) {
      yield* writer.insert(values);
      noteIdentity(values, writer, activation);
    }
    yield* writeOutput(outputs, writer.changes.map(outputRow), outputWork);
    yield* checkForeignKeys(writer);
    yield* fireAll(writer, work);
    isDone = true;
    return pending.deletes.length + pending.updates.length + pending.inserts.length;
  } finally {
    finish(isDone);
  }
}

function outputRow({ before, after }: RowChange): OutputRow {
  const action = before === undefined ? "INSERT" : after === undefined ? "DELETE" : "UPDATE";
  return { before, after, action };
}

function* fireAll(writer: TableWriter, { interpreter }: ChangeWork): Task {
  const { database, table } = writer.parts.found;
  for (const event of ["INSERT", "UPDATE", "DELETE"] as const) {
    if (triggersOf(database, table.objectId, { event, insteadOf: false }).length === 0) continue;
    const changes = writer.changes.filter((change) => outputRow(change).action === event);
    if (changes.length === 0) continue;
    yield* fireTriggers(
      { parts: writer.parts, changes },
      { event, updated: undefined, interpreter },
    );
  }
}

function targetOf(values: StoredRow, { handle }: MergePlan): TargetRow | undefined {
  return values[handle] === null ? undefined : { row: handleOf(values, handle), values };
}

interface DecideWork {
  readonly plan: MergePlan;
  readonly clauses: readonly CompiledClause[];
  readonly writer: TableWriter;
}

function decide(rows: readonly StoredRow[], { plan, clauses, writer }: DecideWork): Pending {
  const pending: Pending = { deletes: [], updates: [], inserts: [] };
  const frame = makeFrame(writer.parts.run, undefined);
  const touched = new Set<Row>();
  for (const values of rows) {
    frame.row = values;
    const row = targetOf(values, plan)?.row;
    const hasSource = values[plan.marker] === 1;
    const when =
      row === undefined ? "not_matched_by_target" : hasSource ? "matched" : "not_matched_by_source";
    const clause = clauses.find(
      (item) =>
        item.when === when &&
        (item.condition === undefined || item.condition.evaluate(frame) === true),
    );
    if (clause === undefined) continue;
    if (row === undefined) {
      pending.inserts.push(insertedValues(clause, { writer, frame }));
      continue;
    }
    if (touched.has(row)) {
      raise(
        8672,
        "The MERGE statement attempted to UPDATE or DELETE the same row more than once. This happens when a target row matches more than one source row. A MERGE statement cannot UPDATE/DELETE the same row of the target table multiple times. Refine the ON clause to ensure a target row matches at most one source row, or use the GROUP BY clause to group the source rows.",
      );
    }
    touched.add(row);
    if (clause.action === "delete") pending.deletes.push(row);
    else {
      pending.updates.push({ row, values: updatedValues(clause, frame, plan.handle) });
    }
  }
  return pending;
}

function updatedValues({ setters }: CompiledClause, frame: Frame, width: number): SqlValue[] {
  const next = frame.row.slice(0, width);
  for (const { slot, value } of setters) {
    if (value !== undefined) next[slot] = value.evaluate(frame);
  }
  return next;
}

function insertedValues(
  { inserts }: CompiledClause,
  { writer, frame }: { readonly writer: TableWriter; readonly frame: ReturnType<typeof makeFrame> },
): SqlValue[] {
  const { columns } = writer.parts.found.table;
  const given = new Set(inserts.map(({ slot }) => slot));
  const values: SqlValue[] = columns.map((_, slot) =>
    given.has(slot) ? null : (writer.defaultOf(slot)?.evaluate(frame) ?? null),
  );
  for (const { slot, value } of inserts) values[slot] = value.evaluate(frame);
  const { identitySlot } = writer.rules;
  if (identitySlot !== -1 && !given.has(identitySlot)) values[identitySlot] = writer.nextIdentity();
  return values;
}
