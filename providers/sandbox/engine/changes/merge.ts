import { compileAssignment } from "../../expressions/assignment.ts";
import { compileExpression, compilePredicate } from "../../expressions/compile-expression.ts";
import type { CompiledExpression, CompiledPredicate, Frame } from "../../expressions/compiled.ts";
import type { MergeClause, MergeStatement } from "../../parser/ast-changes.ts";
import type { StoredRow } from "../../storage/columns.ts";
import type { Row } from "../../storage/row.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import type { CompileEnvironment, TableInDatabase } from "../query/environment.ts";
import { bindFrom, type FromTree, planFrom } from "../query/from-clause.ts";
import { listNode } from "../query/nodes.ts";
import { makeFrame, type PlanNode } from "../query/plan.ts";
import { QueryScope, type Source } from "../query/scope.ts";
import { tableColumns } from "../query/source-columns.ts";
import { handleOf } from "../query/table-scan.ts";
import { plannedLeaf, tableLeaf } from "../query/table-sources.ts";
import type { Activation } from "../session/activation.ts";
import type { Flow, Interpreter } from "../statements/flow.ts";
import { allRows } from "../statements/query-output.ts";
import type { Task } from "../suspension.ts";
import { hintsOf, type TargetRow } from "./change-rows.ts";
import { findTarget, requireTable, transactionFor } from "./change-target.ts";
import type { ChangeWork } from "./change-work.ts";
import { checkForeignKeys } from "./foreign-keys.ts";
import { fullName, isIdentityInsertOn, noteIdentity } from "./insert.ts";
import { checkGeneratedSlots } from "./insert-columns.ts";
import { compileOutput, type OutputRow, targetSlots, writeOutput } from "./output-clause.ts";
import { runChange } from "./run-change.ts";
import { compileAssignments, type Setter } from "./set-clause.ts";
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

interface MergePlan {
  readonly plan: PlanNode;
  readonly scope: QueryScope;
  readonly handle: number;
  /** Holds 1 where there is a source row. */
  readonly marker: number;
}

/** Target and source joined on the condition, with the rows that have no partner as far as a clause asks for them. */
function planMerge(
  statement: MergeStatement,
  found: TableInDatabase,
  environment: CompileEnvironment,
): MergePlan {
  const base = new QueryScope({ environment, sources: [], parent: undefined });
  const { target } = statement;
  const name = target.kind === "table" ? (target.alias ?? target.name.name) : target.variable;
  const own = tableLeaf({ found, name, forChange: true, hints: hintsOf(target) }, base);
  const source = bindFrom([statement.source], base);
  if (source === undefined) throw new Error("MERGE without a source. This is a bug.");
  const marker = markerLeaf(base);
  const right: FromTree = {
    kind: "join",
    type: "inner",
    left: source,
    right: marker,
    on: undefined,
    sources: [...source.sources, ...marker.sources],
  };
  const left: FromTree = { kind: "leaf", leaf: own, sources: [own.source] };
  const keepsTarget = statement.clauses.some(({ when }) => when === "not_matched_by_source");
  const sources = [...left.sources, ...right.sources];
  const tree: FromTree = {
    kind: "join",
    type: keepsTarget ? "full" : "right",
    left,
    right,
    on: statement.on,
    sources,
  };
  const scope = base.with({ sources });
  const width = sources.reduce((sum, { columns }) => sum + columns.length, 0);
  return {
    plan: planFrom(tree, [], scope),
    scope,
    handle: found.table.columns.length,
    marker: width - 1,
  };
}

function markerLeaf(scope: QueryScope): FromTree {
  const source: Source = {
    name: "",
    columns: [{ name: "", type: { name: "int" }, nullable: false, hidden: true }],
  };
  const leaf = plannedLeaf({ source, plan: listNode(1, () => [[1]], 1) }, scope);
  return { kind: "leaf", leaf, sources: [source] };
}

interface CompiledClause {
  readonly when: MergeClause["when"];
  readonly condition: CompiledPredicate | undefined;
  readonly action: MergeClause["action"]["kind"];
  readonly setters: readonly Setter[];
  readonly inserts: readonly { readonly slot: number; readonly value: CompiledExpression }[];
}

function compileClause(
  clause: MergeClause,
  { scope, writer }: { readonly scope: QueryScope; readonly writer: TableWriter },
): CompiledClause {
  const { found } = writer.parts;
  const { action } = clause;
  return {
    when: clause.when,
    condition: clause.condition && compilePredicate(clause.condition, scope),
    action: action.kind,
    setters:
      action.kind === "update"
        ? compileAssignments(action.assignments, { found, scope, writer, offset: 0 })
        : [],
    inserts: action.kind === "insert" ? compileInserts(action, { scope, writer }) : [],
  };
}

type InsertAction = Extract<MergeClause["action"], { kind: "insert" }>;

function compileInserts(
  { columns, values = [] }: InsertAction,
  { scope, writer }: { readonly scope: QueryScope; readonly writer: TableWriter },
): CompiledClause["inserts"] {
  const { found, activation } = writer.parts;
  const slots = targetSlots(
    found.table.columns,
    columns?.map(({ value }) => value),
    scope.environment,
  );
  if (values.length > 0 && values.length !== slots.length) {
    raise(213, "Column name or number of supplied values does not match table definition.");
  }
  if (
    slots.includes(writer.rules.identitySlot) &&
    values.length > 0 &&
    !isIdentityInsertOn(found, activation)
  ) {
    raise(
      544,
      `Cannot insert explicit value for identity column in table '${found.table.name}' when IDENTITY_INSERT is set to OFF.`,
    );
  }
  checkGeneratedSlots(slots, { kind: "values", rows: [values] }, found);
  return values.flatMap((node, index) => {
    const slot = slots[index] ?? -1;
    const column = found.table.columns[slot];
    if (column === undefined || node.kind === "default") return [];
    const value = compileAssignment(compileExpression(node, scope), column.type, {
      kind: "column",
      table: fullName(found),
      column: column.name,
    });
    return [{ slot, value }];
  });
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
