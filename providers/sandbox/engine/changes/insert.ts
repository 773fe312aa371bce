import type { ChangeTarget, InsertStatement } from "../../parser/ast-changes.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import type { TableInDatabase } from "../query/environment.ts";
import { makeFrame } from "../query/plan.ts";
import { tableColumns } from "../query/source-columns.ts";
import type { Activation } from "../session/activation.ts";
import { environmentOf } from "../session/services.ts";
import { createRun, endRun } from "../session/statement-run.ts";
import { inTransaction } from "../session/transactions.ts";
import type { Flow, Interpreter } from "../statements/flow.ts";
import { allRows, eachBatch, endStatement } from "../statements/query-output.ts";
import { withHints } from "../statements/select-statement.ts";
import type { Task } from "../suspension.ts";
import { findTarget, requireTable, transactionFor } from "./change-target.ts";
import type { ChangeWork } from "./change-work.ts";
import { finishChange } from "./finish-change.ts";
import { checkGeneratedSlots, checkSlots } from "./insert-columns.ts";
import { captureExecute } from "./insert-execute.ts";
import { compileSource } from "./insert-source.ts";
import { compileOutput, type OutputWork, targetSlots, writeOutput } from "./output-clause.ts";
import { TableWriter } from "./table-writer.ts";
import { runTrigger, triggersOf } from "./triggers.ts";

const INSERT = 0xc3;

export function* executeInsert(
  statement: InsertStatement,
  activation: Activation,
  interpreter: Interpreter,
): Task<Flow> {
  yield* inTransaction(activation, function* () {
    const environment = withHints(environmentOf(activation, interpreter), statement);
    const run = createRun(activation);
    try {
      const count = yield* insertRows(statement, { activation, interpreter, environment, run });
      endStatement(activation, run, { count, command: INSERT });
    } finally {
      endRun(run);
    }
  });
  return undefined;
}

function* insertRows(statement: InsertStatement, work: ChangeWork): Task<number> {
  const { activation, environment, run } = work;
  const target = findTarget(statement.target, { activation, environment, permission: "INSERT" });
  const instead = triggersOf(target.database, target.object.objectId, {
    event: "INSERT",
    insteadOf: true,
  });
  if (
    instead.length > 0 &&
    !isRunningFor(
      activation,
      instead.map(({ objectId }) => objectId),
    )
  ) {
    return yield* insertInstead(statement, target, work);
  }
  const found = requireTable(target);
  const triggers = triggersOf(found.database, found.table.objectId, {
    event: "INSERT",
    insteadOf: false,
  });
  const { transaction, finish } = transactionFor(found, activation);
  const writer = new TableWriter(
    {
      found,
      activation,
      environment,
      run,
      transaction,
      verb: "INSERT",
      tableLock: locksTable(statement.target),
    },
    triggers.length > 0 || statement.output.length > 0,
  );
  let isDone = false;
  try {
    yield* writer.open();
    const outputWork: OutputWork = { ...work, columns: tableColumns(found.table) };
    const outputs = statement.output.map((clause) => compileOutput(clause, outputWork));
    const count = yield* insertInto(statement, writer, work);
    const rows = writer.changes.map(({ after }) => ({
      before: undefined,
      after,
      action: "INSERT",
    }));
    yield* writeOutput(outputs, rows, outputWork);
    yield* finishChange(writer, {
      event: "INSERT",
      updated: undefined,
      interpreter: work.interpreter,
    });
    isDone = true;
    return count;
  } finally {
    finish(isDone);
  }
}

export function isRunningFor(activation: Activation | undefined, ids: readonly number[]): boolean {
  if (activation === undefined) return false;
  const id = activation.module?.object.objectId;
  return (id !== undefined && ids.includes(id)) || isRunningFor(activation.caller, ids);
}

/** INSTEAD OF: the rows go to the trigger, into no table. */
function* insertInstead(
  statement: InsertStatement,
  { database, object }: ReturnType<typeof findTarget>,
  work: ChangeWork,
): Task<number> {
  if (object.type !== "U" && object.type !== "V") return 0;
  const [trigger] = triggersOf(database, object.objectId, { event: "INSERT", insteadOf: true });
  if (trigger === undefined) return 0;
  const { foldName } = work.environment;
  const slots = targetSlots(
    object.columns,
    statement.columns?.map(({ value }) => value),
    { foldName },
  );
  const source = compileSource(statement, {
    ...work,
    slots,
    columns: object.columns,
    table: object.name,
    writer: undefined,
  });
  const inserted: SqlValue[][] = [];
  const frame = makeFrame(work.run, undefined);
  for (const row of yield* allRows(source.plan.rows(work.run, undefined), work.run)) {
    frame.row = row;
    const values: SqlValue[] = object.columns.map(() => null);
    for (const [index, slot] of slots.entries())
      values[slot] = source.values[index]?.evaluate(frame) ?? null;
    inserted.push(values);
  }
  yield* runTrigger(trigger, {
    found: { database, table: object },
    activation: work.activation,
    interpreter: work.interpreter,
    updated: undefined,
    inserted,
    deleted: [],
  });
  return inserted.length;
}

function* insertInto(
  statement: InsertStatement,
  writer: TableWriter,
  work: ChangeWork,
): Task<number> {
  const { found } = writer.parts;
  const { columns } = found.table;
  const keepsIdentity = isIdentityInsertOn(found, work.activation);
  const names = statement.columns?.map(({ value }) => value);
  const slots =
    statement.source.kind === "default_values" ? [] : targetSlots(columns, names, work.environment);
  checkSlots(slots, names, { found, keepsIdentity, identitySlot: writer.rules.identitySlot });
  checkGeneratedSlots(slots, statement.source, found);
  const capture =
    statement.source.kind === "execute"
      ? yield* captureExecute(statement.source.statement, work)
      : undefined;
  const source = compileSource(statement, {
    ...work,
    slots,
    columns,
    table: fullName(found),
    writer,
    captured: capture,
  });
  const frame = makeFrame(work.run, undefined);
  const given = new Set(slots);
  const rest = columns.flatMap((_, slot) =>
    given.has(slot) || slot === writer.rules.identitySlot ? [] : [slot],
  );
  const makesIdentity = writer.rules.identitySlot !== -1 && !given.has(writer.rules.identitySlot);
  const limit = work.activation.core.options.rowCountLimit || Number.POSITIVE_INFINITY;
  const { store } = writer;
  work.run.filling = { store, newestRowId: store.newestRowId };
  let count = 0;
  yield* eachBatch(source.plan.rows(work.run, undefined), work.run, function* (rows) {
    for (const row of rows) {
      if (count === limit) break;
      frame.row = row;
      const values = Array.from<SqlValue>({ length: columns.length }).fill(null);
      for (const slot of rest) values[slot] = writer.defaultOf(slot)?.evaluate(frame) ?? null;
      for (const [index, slot] of slots.entries()) {
        values[slot] = source.values[index]?.evaluate(frame) ?? null;
      }
      if (makesIdentity) values[writer.rules.identitySlot] = writer.nextIdentity();
      if (yield* writer.insert(values)) count += 1;
      noteIdentity(values, writer, work.activation);
    }
    if (work.run.pauseIsDue()) yield { kind: "pause" };
  });
  return count;
}

export function isIdentityInsertOn(
  { database, table }: TableInDatabase,
  { core }: Activation,
): boolean {
  const { identityInsert } = core;
  return identityInsert?.database === database && identityInsert.objectId === table.objectId;
}

/** Keeps @@IDENTITY and SCOPE_IDENTITY(), and lets the counter follow values that were given. */
export function noteIdentity(
  values: readonly SqlValue[],
  writer: TableWriter,
  activation: Activation,
): void {
  const slot = writer.rules.identitySlot;
  if (slot === -1) return;
  const given = values[slot];
  if (typeof given !== "number" && typeof given !== "bigint") return;
  const value = BigInt(given);
  const { found } = writer.parts;
  const counter = found.table.identityCounter;
  const increment = found.table.columns[slot]?.identity?.increment ?? 1n;
  const isAhead =
    counter.last === undefined || (increment > 0n ? value > counter.last : value < counter.last);
  if (isAhead) counter.last = value;
  activation.core.lastIdentity = value;
  if (activation.nestLevel === 0) activation.core.batchIdentity = value;
  else activation.scopeIdentity = value;
}

export function fullName({ database, table }: TableInDatabase): string {
  const schema = database.catalog.schemas.get(table.schemaId)?.name ?? "dbo";
  return `${database.options.name}.${schema}.${table.name}`;
}

function locksTable(target: ChangeTarget): boolean {
  return target.kind === "table" && target.hints.some(({ name }) => name.startsWith("tablock"));
}
