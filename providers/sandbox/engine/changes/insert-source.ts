import { compileAssignment } from "../../expressions/assignment.ts";
import { compileExpression } from "../../expressions/compile-expression.ts";
import type { CompiledExpression } from "../../expressions/compiled.ts";
import { compileSlot } from "../../expressions/names.ts";
import type { InsertStatement } from "../../parser/ast-changes.ts";
import type { Expression } from "../../parser/ast-expressions.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlType } from "../../values/sql-type.ts";
import { compileTop } from "../query/limits.ts";
import { makeFrame, type PlanNode } from "../query/plan.ts";
import { compileQuery } from "../query/query.ts";
import { QueryScope } from "../query/scope.ts";
import { limitNode } from "../query/sorting.ts";
import type { ChangeWork } from "./change-work.ts";
import type { TableWriter } from "./table-writer.ts";

export interface SourceWork extends ChangeWork {
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

/** Where the rows of an INSERT come from, and how they become values of the columns. */
export function compileSource(statement: InsertStatement, work: SourceWork): InsertSource {
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
