import { compileAssignment } from "../../expressions/assignment.ts";
import { compileExpression, compilePredicate } from "../../expressions/compile-expression.ts";
import type { CompiledExpression, CompiledPredicate } from "../../expressions/compiled.ts";
import type { MergeClause, MergeStatement } from "../../parser/ast-changes.ts";
import { raise } from "../../values/sql-exception.ts";
import type { CompileEnvironment, TableInDatabase } from "../query/environment.ts";
import { bindFrom, type FromTree, planFrom } from "../query/from-clause.ts";
import { listNode } from "../query/nodes.ts";
import type { PlanNode } from "../query/plan.ts";
import { QueryScope, type Source } from "../query/scope.ts";
import { plannedLeaf, tableLeaf } from "../query/table-sources.ts";
import { hintsOf } from "./change-rows.ts";
import { fullName, isIdentityInsertOn } from "./insert.ts";
import { checkGeneratedSlots } from "./insert-columns.ts";
import { targetSlots } from "./output-clause.ts";
import { compileAssignments, type Setter } from "./set-clause.ts";
import type { TableWriter } from "./table-writer.ts";

export interface MergePlan {
  readonly plan: PlanNode;
  readonly scope: QueryScope;
  readonly handle: number;
  /** Holds 1 where there is a source row. */
  readonly marker: number;
}

/** Target and source joined on the condition, with the rows that have no partner as far as a clause asks for them. */
export function planMerge(
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

export interface CompiledClause {
  readonly when: MergeClause["when"];
  readonly condition: CompiledPredicate | undefined;
  readonly action: MergeClause["action"]["kind"];
  readonly setters: readonly Setter[];
  readonly inserts: readonly { readonly slot: number; readonly value: CompiledExpression }[];
}

export function compileClause(
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
