import { compileAssignment } from "../../expressions/assignment.ts";
import { compileExpression } from "../../expressions/compile-expression.ts";
import type { CompiledExpression } from "../../expressions/compiled.ts";
import { parseStoredExpression, tableScope } from "../definitions/stored-expressions.ts";
import type { CompileEnvironment, TableInDatabase } from "./environment.ts";

/** A column that is computed whenever its row is read. */
export interface LateColumn {
  readonly slot: number;
  readonly expression: CompiledExpression;
}

/** Computed columns that are not kept and not the same every time: their stored values do not count. */
export function lateColumns(
  { database, table }: TableInDatabase,
  environment: CompileEnvironment,
): readonly LateColumn[] {
  if (!table.columns.some(({ computed }) => computed?.persisted === false)) return [];
  const own = {
    ...environment,
    ctes: [],
    database: database.databaseId === 2 ? environment.database : database,
  };
  const scope = tableScope(own, table);
  return table.columns.flatMap(({ computed, type }, slot) => {
    if (computed === undefined || computed.persisted) return [];
    const expression = compileExpression(parseStoredExpression(computed.definition), scope);
    if (expression.isDeterministic) return [];
    return [{ slot, expression: compileAssignment(expression, type, { kind: "variable" }) }];
  });
}
