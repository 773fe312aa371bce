import { compileAssignment } from "../../expressions/assignment.ts";
import { compileExpression } from "../../expressions/compile-expression.ts";
import type { CompiledExpression } from "../../expressions/compiled.ts";
import { compileSlot } from "../../expressions/names.ts";
import type { InsertStatement } from "../../parser/ast-changes.ts";
import type { Expression } from "../../parser/ast-expressions.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlType, SqlValue } from "../../values/sql-type.ts";
import type { CompileEnvironment, TableInDatabase } from "../query/environment.ts";
import { compileTop } from "../query/limits.ts";
import { makeFrame, type PlanNode } from "../query/plan.ts";
import { compileQuery } from "../query/query.ts";
import { QueryScope } from "../query/scope.ts";
import { limitNode } from "../query/sorting.ts";
import { tableColumns } from "../query/table-sources.ts";
import type { Activation } from "../session/activation.ts";
import { environmentOf } from "../session/services.ts";
import { createRun, endRun, type StatementRun } from "../session/statement-run.ts";
import { inTransaction } from "../session/transactions.ts";
import type { Flow, Interpreter } from "../statements/flow.ts";
import { allRows, eachBatch, endStatement } from "../statements/query-output.ts";
import { withHints } from "../statements/select-statement.ts";
import type { Task } from "../suspension.ts";
import { findTarget, requireTable, transactionFor } from "./change-target.ts";
import { finishChange } from "./finish-change.ts";
import { captureExecute } from "./insert-execute.ts";
import { compileOutput, type OutputWork, targetSlots, writeOutput } from "./output-clause.ts";
import { TableWriter } from "./table-writer.ts";
import { runTrigger, triggersOf } from "./triggers.ts";

const INSERT = 0xc3;

export interface ChangeWork {
  readonly activation: Activation;
  readonly interpreter: Interpreter;
  readonly environment: CompileEnvironment;
  readonly run: StatementRun;
}

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
    { found, activation, environment, run, transaction, verb: "INSERT" },
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
  let count = 0;
  yield* eachBatch(source.plan.rows(work.run, undefined), work.run, function* (rows) {
    for (const row of rows) {
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

interface SlotCheck {
  readonly found: TableInDatabase;
  readonly keepsIdentity: boolean;
  readonly identitySlot: number;
}

function checkSlots(
  slots: readonly number[],
  names: readonly string[] | undefined,
  { found, keepsIdentity, identitySlot }: SlotCheck,
): void {
  const { table } = found;
  if (new Set(slots).size < slots.length) {
    const name =
      names?.find((item, index) => slots.indexOf(slots[index] ?? -1) !== index && item) ?? "";
    raise(
      264,
      `The column name '${name}' is specified more than once in the SET clause or column list of an INSERT. A column cannot be assigned more than one value in the same clause. Modify the clause to make sure that a column is updated only once. If this statement updates or inserts columns into a view, column aliasing can conceal the duplication in your code.`,
    );
  }
  for (const slot of slots) {
    const column = table.columns[slot];
    if (column?.computed !== undefined) {
      raise(
        271,
        `The column "${column.name}" cannot be modified because it is either a computed column or is the result of a UNION operator.`,
      );
    }
    if (column?.type.name === "timestamp") {
      raise(
        273,
        "Cannot insert an explicit value into a timestamp column. Use INSERT with a column list to exclude the timestamp column, or insert a DEFAULT into the timestamp column.",
      );
    }
  }
  if (identitySlot === -1) return;
  const isGiven = slots.includes(identitySlot);
  if (isGiven && !keepsIdentity) {
    raise(
      544,
      `Cannot insert explicit value for identity column in table '${table.name}' when IDENTITY_INSERT is set to OFF.`,
    );
  }
  if (!isGiven && keepsIdentity) {
    if (names === undefined) {
      raise(
        8101,
        `An explicit value for the identity column in table '${table.name}' can only be specified when a column list is used and IDENTITY_INSERT is ON.`,
      );
    }
    raise(
      545,
      `Explicit value must be specified for identity column in table '${table.name}' either when IDENTITY_INSERT is set to ON or when a replication user is inserting into a NOT FOR REPLICATION identity column.`,
    );
  }
}

interface SourceWork extends ChangeWork {
  readonly slots: readonly number[];
  readonly columns: readonly { readonly name: string; readonly type: SqlType }[];
  readonly table: string;
  readonly writer: TableWriter | undefined;
  readonly captured?: { readonly plan: PlanNode; readonly types: readonly SqlType[] } | undefined;
}

interface InsertSource {
  readonly plan: PlanNode;
  /** One for each slot; they see a row of the plan. */
  readonly values: readonly CompiledExpression[];
}

function compileSource(statement: InsertStatement, work: SourceWork): InsertSource {
  const { source } = statement;
  const { slots } = work;
  switch (source.kind) {
    case "default_values":
      return { plan: singleRow(), values: [] };
    case "values":
      return compileValueRows(source.rows, work, statement.columns !== undefined);
    case "query": {
      const query = compileQuery(source.query, {
        environment: work.environment,
        parent: undefined,
        ctes: statement.ctes,
      });
      checkCount(query.columns.length, slots.length, statement);
      const scope = new QueryScope({
        environment: work.environment,
        sources: [],
        parent: undefined,
      });
      const count = statement.top && compileTop(statement.top, scope);
      const plan =
        count === undefined
          ? query.plan
          : limitNode(query.plan, {
              count,
              skip: undefined,
              needsTotal: statement.top?.percent === true,
              ties: undefined,
            });
      const values = query.columns.map((column, slot) =>
        assign(compileSlot({ depth: 0, slot, ...column }), slot, work),
      );
      return { plan, values };
    }
    case "execute": {
      const { captured } = work;
      if (captured === undefined) return { plan: singleRow(), values: [] };
      checkCount(captured.types.length, slots.length, statement);
      const values = captured.types.map((type, slot) =>
        assign(compileSlot({ depth: 0, slot, type, nullable: true }), slot, work),
      );
      return { plan: captured.plan, values };
    }
    default:
      return source satisfies never;
  }
}

function checkCount(given: number, wanted: number, { columns }: InsertStatement): void {
  if (given === wanted) return;
  if (columns === undefined) {
    raise(213, "Column name or number of supplied values does not match table definition.");
  }
  if (given < wanted) {
    raise(
      120,
      "The select list for the INSERT statement contains fewer items than the insert list. The number of SELECT values must match the number of INSERT columns.",
      { class: 15 },
    );
  }
  raise(
    121,
    "The select list for the INSERT statement contains more items than the insert list. The number of SELECT values must match the number of INSERT columns.",
    { class: 15 },
  );
}

function assign(
  value: CompiledExpression,
  index: number,
  { slots, columns, table, run }: SourceWork,
): CompiledExpression {
  const column = columns[slots[index] ?? -1];
  if (column === undefined) throw new Error("No column. This is a bug.");
  return compileAssignment(value, column.type, {
    kind: "column",
    table,
    column: column.name,
    cuts: !run.settings.ansiWarnings,
  });
}

function singleRow(): PlanNode {
  return {
    width: 0,
    estimate: 1,
    order: [],
    *rows() {
      yield [[]];
    },
  };
}

/** Each row of VALUES is converted to the columns by itself: rows need not agree in their types. */
function compileValueRows(
  rows: readonly (readonly Expression[])[],
  work: SourceWork,
  isListed: boolean,
): InsertSource {
  const { slots, environment } = work;
  const scope = new QueryScope({ environment, sources: [], parent: undefined });
  const compiled = rows.map((row) => {
    if (row.length !== slots.length && !isListed) {
      raise(213, "Column name or number of supplied values does not match table definition.");
    }
    if (row.length !== slots.length) refuseCount(row.length, rows[0]?.length ?? 0, slots.length);
    return row.map((node, index) =>
      node.kind === "default"
        ? defaultValue(index, work)
        : assign(compileExpression(node, scope), index, work),
    );
  });
  return {
    plan: {
      width: slots.length,
      estimate: rows.length,
      order: [],
      *rows(run, outer) {
        const frame = makeFrame(run, outer);
        for (let start = 0; start < compiled.length; start += 256) {
          yield compiled
            .slice(start, start + 256)
            .map((row) => row.map((value) => value.evaluate(frame)));
        }
      },
    },
    values: slots.map((slot, index) => {
      const type = work.columns[slot]?.type ?? { name: "int" };
      return compileSlot({ depth: 0, slot: index, type, nullable: true });
    }),
  };
}

function refuseCount(given: number, first: number, wanted: number): never {
  if (given !== first) {
    raise(
      10_709,
      "The number of columns for each row in a table value constructor must be the same.",
    );
  }
  if (given < wanted) {
    raise(
      109,
      "There are more columns in the INSERT statement than values specified in the VALUES clause. The number of values in the VALUES clause must match the number of columns specified in the INSERT statement.",
      { class: 15 },
    );
  }
  raise(
    110,
    "There are fewer columns in the INSERT statement than values specified in the VALUES clause. The number of values in the VALUES clause must match the number of columns specified in the INSERT statement.",
    { class: 15 },
  );
}

function defaultValue(index: number, { slots, writer, columns }: SourceWork): CompiledExpression {
  const slot = slots[index] ?? -1;
  const known = writer?.defaultOf(slot);
  if (known !== undefined) return known;
  return {
    type: columns[slot]?.type ?? { name: "int" },
    nullable: true,
    evaluate: () => null,
    collationLabel: "coercible",
    isDeterministic: true,
  };
}
