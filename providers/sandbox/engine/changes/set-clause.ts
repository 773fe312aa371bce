import { compileAssignment } from "../../expressions/assignment.ts";
import { compileExpression } from "../../expressions/compile-expression.ts";
import type { CompiledExpression, Frame } from "../../expressions/compiled.ts";
import { compileSlot } from "../../expressions/names.ts";
import { combineExpressions } from "../../expressions/operators.ts";
import type { UpdateAssignment } from "../../parser/ast-changes.ts";
import type { BinaryOperator } from "../../parser/ast-expressions.ts";
import type { Column } from "../../storage/columns.ts";
import { raise } from "../../values/sql-exception.ts";
import type { TableInDatabase } from "../query/environment.ts";
import type { QueryScope } from "../query/scope.ts";
import { compileSetter } from "../statements/select-statement.ts";
import { fullName } from "./insert.ts";
import type { TableWriter } from "./table-writer.ts";
import { compileWrite } from "./write-clause.ts";

/** SET of UPDATE and MERGE. */

export interface Setter {
  /** The column that is set. */
  readonly name: string | undefined;
  readonly slot: number;
  readonly value: CompiledExpression | undefined;
  readonly setVariable: ((frame: Frame) => void) | undefined;
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
  { column: parts, variable, operator, expression, write }: UpdateAssignment,
  work: AssignmentWork,
): Setter {
  const { found, scope } = work;
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
  const value = compileValue({ expression, operator, write }, { ...work, slot, column });
  const setVariable =
    variable === undefined ? undefined : compileSetter({ variable, operator: "=", value }, scope);
  return { name: column.name, slot, value, setVariable };
}

interface ColumnWork extends AssignmentWork {
  readonly column: Column;
  readonly slot: number;
}

function compileValue(
  { expression, operator, write }: Pick<UpdateAssignment, "expression" | "operator" | "write">,
  { found, scope, offset, writer, column, slot }: ColumnWork,
): CompiledExpression {
  const { type, nullable } = column;
  const current = compileSlot({ depth: 0, slot: offset + slot, type, nullable });
  if (write !== undefined) return compileWrite(write, { column, current }, scope);
  if (expression.kind === "default") return writer.defaultOf(slot) ?? nullOf(type);
  const right = compileExpression(expression, scope);
  const combined =
    operator === "="
      ? right
      : combineExpressions(operator.slice(0, -1) as BinaryOperator, {
          left: current,
          right,
          settings: scope.settings,
        });
  return compileAssignment(combined, type, {
    kind: "column",
    table: fullName(found),
    column: column.name,
    cuts: !scope.settings.ansiWarnings,
  });
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
