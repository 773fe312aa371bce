import { compileAssignment } from "../../expressions/assignment.ts";
import { compileExpression, compilePredicate } from "../../expressions/compile-expression.ts";
import type { CompiledExpression, CompiledPredicate } from "../../expressions/compiled.ts";
import type { Expression, Predicate } from "../../parser/ast-expressions.ts";
import { parseStandaloneExpression, parseStandalonePredicate } from "../../parser/parse-batch.ts";
import type { Column } from "../../storage/columns.ts";
import type { SqlType } from "../../values/sql-type.ts";
import type { CompileEnvironment } from "../query/environment.ts";
import { QueryScope, type Source } from "../query/scope.ts";
import { sourceColumn } from "../query/source-columns.ts";

/** Expressions that are kept as text in the catalog: defaults, checks, computed columns, filters. */

export function parseStoredExpression(definition: string): Expression {
  const parsed = parseStandaloneExpression(definition, { quotedIdentifier: true });
  if (!parsed.ok) throw new Error(`The stored text ${definition} does not parse. This is a bug.`);
  return parsed.node;
}

function parseStoredPredicate(definition: string): Predicate {
  const parsed = parseStandalonePredicate(definition, { quotedIdentifier: true });
  if (!parsed.ok) throw new Error(`The stored text ${definition} does not parse. This is a bug.`);
  return parsed.node;
}

/** A scope whose rows are the rows of one table. */
export function tableScope(
  environment: CompileEnvironment,
  table: { readonly name: string; readonly columns: readonly Column[] },
): QueryScope {
  const columns = table.columns.map((column) => sourceColumn(column));
  const source: Source = { name: table.name, columns };
  return new QueryScope({ environment, sources: [source], parent: undefined });
}

export function compileDefault(
  definition: string,
  { type, environment }: { readonly type: SqlType; readonly environment: CompileEnvironment },
): CompiledExpression {
  const scope = new QueryScope({ environment, sources: [], parent: undefined });
  const value = compileExpression(parseStoredExpression(definition), scope);
  return compileAssignment(value, type, { kind: "variable" });
}

export function compileStoredPredicate(definition: string, scope: QueryScope): CompiledPredicate {
  return compilePredicate(parseStoredPredicate(definition), scope);
}
