import { compileAssignment } from "../../expressions/assignment.ts";
import { compileExpression } from "../../expressions/compile-expression.ts";
import type { CompiledExpression, Frame } from "../../expressions/compiled.ts";
import { compileSlot } from "../../expressions/names.ts";
import { combineExpressions } from "../../expressions/operators.ts";
import type { UpdateAssignment, UpdateStatement } from "../../parser/ast-changes.ts";
import type { BinaryOperator } from "../../parser/ast-expressions.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import type { TableInDatabase } from "../query/environment.ts";
import { makeFrame } from "../query/plan.ts";
import type { QueryScope } from "../query/scope.ts";
import { tableColumns } from "../query/source-columns.ts";
import type { Activation } from "../session/activation.ts";
import type { Flow, Interpreter } from "../statements/flow.ts";
import { compileSetter } from "../statements/select-statement.ts";
import type { Task } from "../suspension.ts";
import { aliasedTarget, planChange, type TargetRow } from "./change-rows.ts";
import { findTarget, requireTable, transactionFor } from "./change-target.ts";
import type { ChangeWork } from "./change-work.ts";
import { finishChange } from "./finish-change.ts";
import { fullName, isRunningFor } from "./insert.ts";
import { compileOutput, writeOutput } from "./output-clause.ts";
import { runChange } from "./run-change.ts";
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

export interface Setter {
  /** The column that is set. */
  readonly name: string | undefined;
  readonly slot: number;
  readonly value: CompiledExpression | undefined;
  readonly setVariable: ((frame: Frame) => void) | undefined;
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

export interface AssignmentWork {
  readonly found: TableInDatabase;
  readonly scope: QueryScope;
  readonly writer: TableWriter;
  readonly offset: number;
}

export function compileAssignments(
  assignments: readonly UpdateAssignment[],
  work: AssignmentWork,
): Setter[] {
  const seen = new Set<number>();
  const { columns } = work.found.table;
  const { database, table: object } = work.found;
  const refusals = work.scope.environment.services.authorize("UPDATE", { database, object });
  return assignments.map((assignment) => {
    const setter = compileOne(assignment, work);
    refusals.get(columns[setter.slot]?.columnId ?? 0)?.();
    if (setter.value !== undefined && seen.has(setter.slot)) {
      raise(
        264,
        `The column name '${setter.name ?? ""}' is specified more than once in the SET clause or column list of an INSERT. A column cannot be assigned more than one value in the same clause. Modify the clause to make sure that a column is updated only once. If this statement updates or inserts columns into a view, column aliasing can conceal the duplication in your code.`,
      );
    }
    if (setter.value !== undefined) seen.add(setter.slot);
    return setter;
  });
}

function compileOne(
  { column: parts, variable, operator, expression }: UpdateAssignment,
  work: AssignmentWork,
): Setter {
  const { found, scope, offset } = work;
  const { columns } = found.table;
  const name = parts?.at(-1);
  if (name === undefined) {
    const set = compileSetter(
      { variable: variable ?? "", operator, value: compileExpression(expression, scope) },
      scope,
    );
    return { name: undefined, slot: -1, value: undefined, setVariable: set };
  }
  const { foldName } = scope.environment;
  const slot = columns.findIndex((column) => foldName(column.name) === foldName(name));
  const column = columns[slot];
  if (column === undefined) raise(207, `Invalid column name '${name}'.`);
  refuseFixed(column);
  if (column.generated !== undefined) {
    raise(13_537, `Cannot update GENERATED ALWAYS columns in table '${fullName(found)}'.`);
  }
  const bound = compileSlot({
    depth: 0,
    slot: offset + slot,
    type: column.type,
    nullable: column.nullable,
  });
  const right = expression.kind === "default" ? undefined : compileExpression(expression, scope);
  const combined =
    right === undefined || operator === "="
      ? right
      : combineExpressions(operator.slice(0, -1) as BinaryOperator, {
          left: bound,
          right,
          settings: scope.settings,
        });
  const value =
    combined === undefined
      ? (work.writer.defaultOf(slot) ?? nullOf(column.type))
      : compileAssignment(combined, column.type, {
          kind: "column",
          table: fullName(found),
          column: column.name,
          cuts: !scope.settings.ansiWarnings,
        });
  const setVariable =
    variable === undefined ? undefined : compileSetter({ variable, operator: "=", value }, scope);
  return { name: column.name, slot, value, setVariable };
}

function nullOf(type: CompiledExpression["type"]): CompiledExpression {
  return {
    type,
    nullable: true,
    evaluate: () => null,
    collationLabel: "coercible",
    isDeterministic: true,
  };
}

function refuseFixed(column: TableInDatabase["table"]["columns"][number]): void {
  if (column.identity !== undefined) {
    raise(8102, `Cannot update identity column '${column.name}'.`);
  }
  if (column.computed !== undefined) {
    raise(
      271,
      `The column "${column.name}" cannot be modified because it is either a computed column or is the result of a UNION operator.`,
    );
  }
  if (column.type.name === "timestamp") raise(272, "Cannot update a timestamp column.");
}
