import type { ChangeTarget, CurrentOf } from "../../parser/ast-changes.ts";
import type { Predicate } from "../../parser/ast-expressions.ts";
import type { TableSource, TopClause } from "../../parser/ast-queries.ts";
import type { StoredRow } from "../../storage/columns.ts";
import type { Row } from "../../storage/row.ts";
import { raise } from "../../values/sql-exception.ts";
import { splitConjuncts } from "../query/conjuncts.ts";
import type { CompileEnvironment, TableInDatabase } from "../query/environment.ts";
import { bindFrom, type FromTree, planFrom } from "../query/from-clause.ts";
import { compileTop } from "../query/limits.ts";
import type { PlanNode } from "../query/plan.ts";
import { QueryScope } from "../query/scope.ts";
import { limitNode } from "../query/sorting.ts";
import { handleOf } from "../query/table-scan.ts";
import { tableLeaf } from "../query/table-sources.ts";
import type { StatementRun } from "../session/statement-run.ts";
import { allRows } from "../statements/query-output.ts";
import type { Task } from "../suspension.ts";

/** The rows that UPDATE and DELETE are about: a plan whose rows carry the handle of the target's row. */
export interface ChangePlan {
  readonly plan: PlanNode;
  readonly scope: QueryScope;
  /** Where the target's values start, and where its handle stands. */
  readonly offset: number;
  readonly handle: number;
}

export interface ChangeClauses {
  readonly target: ChangeTarget;
  readonly top: TopClause | undefined;
  readonly from: readonly TableSource[];
  readonly where: Predicate | CurrentOf | undefined;
}

export function planChange(
  clauses: ChangeClauses,
  found: TableInDatabase,
  environment: CompileEnvironment,
): ChangePlan {
  const { where, top } = clauses;
  if (where?.kind === "current_of") {
    raise(16_929, "The cursor is READ ONLY.");
  }
  const base = new QueryScope({ environment, sources: [], parent: undefined });
  const tree =
    clauses.from.length === 0
      ? targetTree(clauses.target, found, base)
      : joinedTree(clauses, found, base);
  const scope = base.with({ sources: tree.tree.sources });
  const plan = planFrom(tree.tree, splitConjuncts(where, scope), scope);
  let offset = 0;
  for (const source of tree.tree.sources) {
    if (source === tree.source) break;
    offset += source.columns.length;
  }
  const handle = offset + found.table.columns.length;
  const count = top && compileTop(top, base);
  const limited =
    count === undefined
      ? plan
      : limitNode(plan, {
          count,
          skip: undefined,
          needsTotal: top?.percent === true,
          ties: undefined,
        });
  return { plan: limited, scope, offset, handle };
}

interface TargetTree {
  readonly tree: FromTree;
  readonly source: FromTree["sources"][number];
}

function targetTree(target: ChangeTarget, found: TableInDatabase, scope: QueryScope): TargetTree {
  const leaf = tableLeaf(
    {
      found,
      name: targetName(target),
      schema: target.kind === "table" ? target.name.schema : undefined,
      hints: hintsOf(target),
      forChange: true,
    },
    scope,
  );
  return { tree: { kind: "leaf", leaf, sources: [leaf.source] }, source: leaf.source };
}

function targetName(target: ChangeTarget): string {
  return target.kind === "table"
    ? (target.alias ?? target.name.name)
    : (target.alias ?? target.variable);
}

/** Lower case. */
export function hintsOf(target: ChangeTarget): string[] {
  return target.kind === "table" ? target.hints.map(({ name }) => name) : [];
}

/** The target is one of the sources of FROM, found by alias or name; when it is none of them it is joined to them. */
function joinedTree(
  { target, from }: ChangeClauses,
  found: TableInDatabase,
  scope: QueryScope,
): TargetTree {
  const tree = bindFrom(from, scope);
  if (tree === undefined) return targetTree(target, found, scope);
  const { foldName } = scope.environment;
  const wanted = foldName(targetName(target));
  const index = tree.sources.findIndex(({ name }) => foldName(name) === wanted);
  const source = tree.sources[index];
  if (source === undefined) {
    const own = targetTree(target, found, scope);
    const sources = [...own.tree.sources, ...tree.sources];
    return {
      source: own.source,
      tree: { kind: "join", type: "inner", left: own.tree, right: tree, on: undefined, sources },
    };
  }
  const leaf = tableLeaf(
    {
      found,
      name: source.name,
      schema: source.schema,
      database: source.database,
      hints: hintsOf(target),
      forChange: true,
    },
    scope,
  );
  return {
    source: leaf.source,
    tree: replaceLeaf(tree, source, { kind: "leaf", leaf, sources: [leaf.source] }),
  };
}

function replaceLeaf(tree: FromTree, old: FromTree["sources"][number], leaf: FromTree): FromTree {
  if (tree.kind === "leaf") return tree.sources[0] === old ? leaf : tree;
  const sources = tree.sources.map((source) =>
    source === old ? (leaf.sources[0] ?? source) : source,
  );
  const left = replaceLeaf(tree.left, old, leaf);
  return tree.kind === "apply"
    ? { ...tree, sources, left }
    : { ...tree, sources, left, right: replaceLeaf(tree.right, old, leaf) };
}

/** What FROM calls the target, so that its table can be found: `UPDATE a SET … FROM t AS a`. */
export function aliasedTarget(
  target: ChangeTarget,
  from: readonly TableSource[],
  foldName: (name: string) => string,
): ChangeTarget {
  if (target.kind !== "table" || target.name.schema !== undefined) return target;
  const found = from
    .flatMap(namedTables)
    .find((table) => foldName(table.alias ?? "") === foldName(target.name.name));
  if (found === undefined) return target;
  return found.kind === "table" ? { ...found, alias: target.name.name } : found;
}

function namedTables(source: TableSource): ChangeTarget[] {
  if (source.kind === "join") return [...namedTables(source.left), ...namedTables(source.right)];
  return source.kind === "table" || source.kind === "variable_table" ? [source] : [];
}

export interface TargetRow {
  readonly row: Row;
  readonly values: StoredRow;
}

/** Each target row once, in the order in which it was found first. */
export function* targetRows({ plan, handle }: ChangePlan, run: StatementRun): Task<TargetRow[]> {
  const { rowCountLimit } = run.activation.core.options;
  const seen = new Set<Row>();
  const found: TargetRow[] = [];
  for (const values of yield* allRows(plan.rows(run, undefined), run)) {
    const row = handleOf(values, handle);
    if (seen.has(row)) continue;
    seen.add(row);
    found.push({ row, values });
  }
  return rowCountLimit === 0 ? found : found.slice(0, rowCountLimit);
}
