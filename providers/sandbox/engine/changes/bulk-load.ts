import { compileValueAssignment } from "../../expressions/assignment.ts";
import type { InsertBulkStatement } from "../../parser/ast-changes.ts";
import type { BulkRows, ResultColumn } from "../../session/session.ts";
import type { Convert } from "../../values/conversion.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import { makeFrame } from "../query/plan.ts";
import { shownName } from "../query/shown-name.ts";
import type { Activation } from "../session/activation.ts";
import { authorize } from "../session/authorization.ts";
import { baseOf } from "../session/name-base.ts";
import { findObject } from "../session/name-resolution.ts";
import { environmentOf } from "../session/services.ts";
import type { BulkTarget } from "../session/session-core.ts";
import { createRun, endRun } from "../session/statement-run.ts";
import { inTransaction } from "../session/transactions.ts";
import type { Interpreter } from "../statements/flow.ts";
import { endStatement } from "../statements/query-output.ts";
import { settle, type Task } from "../suspension.ts";
import { requireTable } from "./change-target.ts";
import { finishChange } from "./finish-change.ts";
import { checkForeignKeys } from "./foreign-keys.ts";
import { fullName, noteIdentity } from "./insert.ts";
import { refuseGenerated } from "./insert-columns.ts";
import { TableWriter } from "./table-writer.ts";
import { triggersOf } from "./triggers.ts";

/** INSERT BULK only announces: the rows come in a message of their own. */
export function announceBulk(statement: InsertBulkStatement, activation: Activation): void {
  const { core } = activation;
  const found = findObject(statement.table, baseOf(activation), activation);
  if (found?.object.type !== "U")
    raise(208, `Invalid object name '${shownName(statement.table)}'.`);
  authorize("INSERT", found, activation);
  const has = (name: string): boolean => statement.options.some((option) => option.name === name);
  const { foldName } = found.database.catalog;
  const table = found.object;
  const { columns } = table;
  const names = statement.columns.map(({ name }) => {
    const column = columns.find((item) => foldName(item.name) === foldName(name.value));
    if (column?.generated !== undefined) {
      refuseGenerated({ database: found.database, table });
    }
    return column?.name ?? raise(207, `Invalid column name '${name.value}'.`);
  });
  core.bulk = {
    database: found.database,
    objectId: found.object.objectId,
    columns:
      names.length > 0
        ? names
        : columns
            .filter(({ computed, generated }) => computed === undefined && generated === undefined)
            .map(({ name }) => name),
    checkConstraints: has("check_constraints"),
    fireTriggers: has("fire_triggers"),
    keepNulls: has("keep_nulls"),
    tableLock: has("tablock"),
  };
}

interface BulkColumn {
  readonly slot: number;
  readonly convert: Convert | undefined;
}

/** Takes the rows, all or none. */
export function* loadRows(load: BulkRows, activation: Activation, interpreter: Interpreter): Task {
  const { core } = activation;
  const target = core.bulk;
  core.bulk = undefined;
  if (target === undefined) {
    raise(4022, "Bulk load data was expected but not sent. The batch will be terminated.");
  }
  yield* inTransaction(activation, (transaction) => {
    const object = target.database.catalog.objects.get(target.objectId);
    if (object === undefined) raise(208, "Invalid object name.");
    const found = requireTable({ database: target.database, object });
    return loadInto(load, { target, activation, interpreter, found, transaction });
  });
}

interface LoadWork {
  readonly target: BulkTarget;
  readonly activation: Activation;
  readonly interpreter: Interpreter;
  readonly found: ReturnType<typeof requireTable>;
  readonly transaction: ConstructorParameters<typeof TableWriter>[0]["transaction"];
}

function* loadInto(load: BulkRows, work: LoadWork): Task {
  const { target, activation, interpreter, found, transaction } = work;
  const environment = environmentOf(activation, interpreter);
  const run = createRun(activation);
  const triggers = target.fireTriggers
    ? triggersOf(found.database, found.table.objectId, { event: "INSERT", insteadOf: false })
    : [];
  const writer = new TableWriter(
    {
      found,
      activation,
      environment,
      run,
      transaction,
      verb: "INSERT",
      checksConstraints: target.checkConstraints,
      tableLock: target.tableLock,
    },
    triggers.length > 0,
  );
  try {
    yield* writer.open();
    const columns = bindColumns(load.columns, work);
    const count = yield* takeRows(load, { writer, columns, target, activation, run });
    if (!target.checkConstraints) distrust(work);
    if (target.fireTriggers)
      yield* finishChange(writer, { event: "INSERT", updated: undefined, interpreter });
    else if (target.checkConstraints) yield* checkForeignKeys(writer);
    endStatement(activation, run, { count, command: 0xc3 });
  } finally {
    endRun(run);
  }
}

/** Constraints that were not looked at are not trusted any more. */
function distrust({ found, transaction }: LoadWork): void {
  const { catalog } = found.database;
  for (const object of catalog.childrenOf(found.table.objectId)) {
    if ((object.type === "C" || object.type === "F") && object.trusted) {
      catalog.objects.set(object.objectId, { ...object, trusted: false }, transaction.journal);
    }
  }
}

function bindColumns(sent: readonly ResultColumn[], { target, found }: LoadWork): BulkColumn[] {
  const { columns } = found.table;
  const { foldName } = found.database.catalog;
  if (sent.length !== target.columns.length) {
    raise(4816, "Invalid column type from bcp client for colid 1.");
  }
  return sent.map((column, index) => {
    const name = target.columns[index] ?? column.name;
    const slot = columns.findIndex((item) => foldName(item.name) === foldName(name));
    const own = columns[slot];
    if (own === undefined) raise(207, `Invalid column name '${name}'.`);
    const destination = { kind: "column", table: fullName(found), column: own.name } as const;
    return { slot, convert: compileValueAssignment(column.type, own.type, destination) };
  });
}

interface TakeWork {
  readonly writer: TableWriter;
  readonly columns: readonly BulkColumn[];
  readonly target: BulkTarget;
  readonly activation: Activation;
  readonly run: ReturnType<typeof createRun>;
}

function* takeRows(
  load: BulkRows,
  { writer, columns, target, activation, run }: TakeWork,
): Task<number> {
  const shape = rowShape({ writer, columns, target, activation, run });
  const { identitySlot } = writer.rules;
  const iterator = load.rows[Symbol.asyncIterator]();
  let count = 0;
  for (;;) {
    const batch = yield* nextBatch(iterator);
    if (batch === undefined) return count;
    for (const row of batch) {
      const values = shape(row);
      yield* writer.insert(values);
      if (identitySlot !== -1) noteIdentity(values, writer, activation);
    }
    count += batch.length;
    if (run.pauseIsDue()) yield { kind: "pause" };
  }
}

/** Makes whole rows of what is sent: values converted, defaults and identity filled in. */
function rowShape({
  writer,
  columns,
  target,
  run,
}: TakeWork): (row: readonly SqlValue[]) => SqlValue[] {
  const width = writer.parts.found.table.columns.length;
  const empty = Array.from<SqlValue>({ length: width }).fill(null);
  const frame = makeFrame(run, undefined);
  const given = new Set(columns.map(({ slot }) => slot));
  const { identitySlot } = writer.rules;
  const makesIdentity = identitySlot !== -1 && !given.has(identitySlot);
  const defaults = Array.from({ length: width }, (_, slot) => {
    const makes = writer.defaultOf(slot);
    return makes === undefined || (given.has(slot) && target.keepNulls) ? [] : [{ slot, makes }];
  }).flat();
  return (row) => {
    const values = empty.slice();
    let index = 0;
    for (const { slot, convert } of columns) {
      const value = row[index] ?? null;
      values[slot] = value === null || convert === undefined ? value : convert(value, run.settings);
      index += 1;
    }
    for (const { slot, makes } of defaults) values[slot] ??= makes.evaluate(frame);
    if (makesIdentity) values[identitySlot] = writer.nextIdentity();
    return values;
  };
}

function* nextBatch(
  iterator: AsyncIterator<readonly (readonly SqlValue[])[]>,
): Task<readonly (readonly SqlValue[])[] | undefined> {
  let result: IteratorResult<readonly (readonly SqlValue[])[]> | undefined;
  let failure: unknown;
  yield* settle(
    iterator.next().then(
      (step) => {
        result = step;
      },
      (error: unknown) => {
        failure = error;
      },
    ),
  );
  if (failure !== undefined)
    throw failure instanceof Error ? failure : new Error("The rows could not be read.");
  return result?.done === false ? result.value : undefined;
}
