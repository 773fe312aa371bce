import { compileAssignment } from "../../expressions/assignment.ts";
import { compileExpression } from "../../expressions/compile-expression.ts";
import type { TableElement } from "../../parser/ast-tables.ts";
import type { Column, StoredRow } from "../../storage/columns.ts";
import type { Table } from "../../storage/schema-object.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import { makeFrame } from "../query/plan.ts";
import { createRun, endRun } from "../session/statement-run.ts";
import type { AlterWork } from "./alter-work.ts";
import { compileDefault, parseStoredExpression, tableScope } from "./stored-expressions.ts";

interface ExtendWork {
  readonly work: AlterWork;
  readonly elements: readonly TableElement[];
}

/** What rows that are there already hold in new columns: NULL, or the default where NULL may not be or VALUES were asked for. */
export function rowExtender(
  table: Table,
  added: readonly Column[],
  { work, elements }: ExtendWork,
): (row: StoredRow) => StoredRow {
  const { environment, place, activation } = work;
  const { catalog } = place.database;
  const run = createRun(activation);
  const frame = makeFrame(run, undefined);
  const makers = added.map((column) => {
    const definition = catalog.objects.get(column.defaultObjectId);
    const asked = elements.some(
      (item) =>
        item.kind === "column_definition" &&
        item.name.value === column.name &&
        item.constraints.some((one) => one.kind === "default_constraint" && one.withValues),
    );
    if (column.computed !== undefined) {
      const scope = tableScope(environment, table);
      const value = compileExpression(parseStoredExpression(column.computed.definition), scope);
      return compileAssignment(value, column.type, { kind: "variable" });
    }
    if (definition?.type !== "D" || (column.nullable && !asked)) return undefined;
    return compileDefault(definition.definition, { type: column.type, environment });
  });
  let last: bigint | undefined;
  const first = table.columns.length - added.length;
  return (row) => {
    const values: SqlValue[] = [...row];
    for (const [index, column] of added.entries()) {
      frame.row = values;
      if (column.identity !== undefined) {
        last = last === undefined ? column.identity.seed : last + column.identity.increment;
        table.identityCounter.last = last;
        values[first + index] = ["bigint", "decimal", "numeric"].includes(column.type.name)
          ? last
          : Number(last);
      } else if (column.type.name === "timestamp")
        values[first + index] = place.database.nextRowVersion();
      else values[first + index] = makers[index]?.evaluate(frame) ?? null;
      if (values[first + index] === null && !column.nullable) {
        raise(
          4901,
          `ALTER TABLE only allows columns to be added that can contain nulls, or have a DEFAULT definition specified, or the column being added is an identity or timestamp column, or alternatively if none of the previous conditions are satisfied the table must be empty to allow addition of this column. Column '${column.name}' cannot be added to non-empty table '${table.name}' because it does not satisfy these conditions.`,
        );
      }
    }
    endRun(run);
    return values;
  };
}
