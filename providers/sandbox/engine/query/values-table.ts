import { compileExpression } from "../../expressions/compile-expression.ts";
import type { CompiledExpression } from "../../expressions/compiled.ts";
import { unify } from "../../expressions/conditionals.ts";
import type { Expression } from "../../parser/ast-expressions.ts";
import type { ValuesTable } from "../../parser/ast-queries.ts";
import { raise } from "../../values/sql-exception.ts";
import { renameColumns } from "./column-names.ts";
import type { PlannedSource } from "./environment.ts";
import { listNode } from "./nodes.ts";
import { makeFrame, type PlanNode } from "./plan.ts";
import type { QueryScope, SourceColumn } from "./scope.ts";

interface ValueRows {
  readonly columns: readonly SourceColumn[];
  readonly plan: PlanNode;
}

/** A table value constructor: the columns of all rows come to one type each. */
function compileRows(rows: readonly (readonly Expression[])[], scope: QueryScope): ValueRows {
  const width = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== width)) {
    raise(
      10709,
      "The number of columns for each row in a table value constructor must be the same.",
    );
  }
  const compiled = rows.map((row) => row.map((item) => compileExpression(item, scope)));
  const columns: CompiledExpression[][] = [];
  for (let slot = 0; slot < width; slot += 1) {
    columns.push(
      unify(
        compiled.map((row) => row[slot]).filter((item) => item !== undefined),
        "VALUES",
      ),
    );
  }
  const unified = compiled.map((_, row) => columns.map((column) => column[row]));
  return {
    columns: columns.map((column) => ({
      name: "",
      type: column[0]?.type ?? { name: "int" },
      nullable: column.some(({ nullable }) => nullable),
      collationLabel: column[0]?.collationLabel,
    })),
    plan: listNode(
      width,
      function* list(run, outer) {
        const frame = makeFrame(run, outer);
        for (const row of unified) yield row.map((item) => item?.evaluate(frame) ?? null);
      },
      rows.length,
    ),
  };
}

export function compileValues(node: ValuesTable, scope: QueryScope): PlannedSource {
  const { columns, plan } = compileRows(node.rows, scope.with({ sources: [] }));
  const source = { name: node.alias, columns: renameColumns(columns, node.columns, node.alias) };
  return { source, plan };
}
