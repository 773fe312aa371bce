import { compileExpression } from "../../expressions/compile-expression.ts";
import type { CompiledSubquery, Frame } from "../../expressions/compiled.ts";
import type { QueryBody, QueryExpression, SetOperation } from "../../parser/ast-queries.ts";
import type { StoredRow } from "../../storage/columns.ts";
import { Blocked } from "../../storage/transaction.ts";
import { compileKeyHash } from "../../values/key-order.ts";
import { raise } from "../../values/sql-exception.ts";
import { unifyColumns } from "./ctes.ts";
import type { CompiledQuery, CompileEnvironment, QueryParts } from "./environment.ts";
import { compileLimits } from "./limits.ts";
import { distinctNode, planNode } from "./nodes.ts";
import { type EngineRun, gather, type PlanNode, runOf } from "./plan.ts";
import { QueryScope } from "./scope.ts";
import { compileSelect } from "./select.ts";
import { limitNode, sortNode } from "./sorting.ts";
import { topNode } from "./top-rows.ts";

const NO_ORDER = { orderBy: [], offset: undefined, fetch: undefined } as const;

/** Compiles a query wherever it stands. */
export function compileQuery(query: QueryExpression, parts: QueryParts): CompiledQuery {
  if (query.forXml !== undefined) {
    raise(40_515, "FOR XML is not supported in this version.");
  }
  const { ctes = [] } = parts;
  const environment = addCtes(parts.environment, ctes);
  const inner = { ...parts, ctes: undefined, environment };
  const { body } = query;
  if (body.kind === "select") return compileSelect(body, query, inner);
  if (body.kind === "parenthesized" && query.orderBy.length === 0 && query.offset === undefined) {
    return compileQuery(body.query, inner);
  }
  const combined = compileBody(body, inner);
  return { ...combined, plan: orderColumns(query, combined, inner) };
}

export function addCtes(
  environment: CompileEnvironment,
  ctes: QueryParts["ctes"] = [],
): CompileEnvironment {
  let current = environment;
  const names = new Set<string>();
  for (const definition of ctes) {
    const name = definition.name.value;
    if (names.has(environment.foldName(name))) {
      raise(239, `Duplicate common table expression name '${name}' was specified.`);
    }
    names.add(environment.foldName(name));
    const visible = { definition, environment: current, recursion: undefined };
    current = { ...current, ctes: [visible, ...current.ctes] };
  }
  return current;
}

function compileBody(body: QueryBody, parts: QueryParts): CompiledQuery {
  switch (body.kind) {
    case "select":
      return compileSelect(body, NO_ORDER, parts);
    case "parenthesized":
      return compileQuery(body.query, parts);
    case "set_operation":
      return compileSetOperation(body, parts);
    default:
      return body satisfies never;
  }
}

function compileSetOperation(node: SetOperation, parts: QueryParts): CompiledQuery {
  const left = compileBody(node.left, parts);
  const right = compileBody(node.right, parts);
  const operation = node.operator.replace("_", " ").toUpperCase();
  const { columns, plans } = unifyColumns(left, right, operation);
  const [first, second] = plans;
  const types = columns.map(({ type }) => type);
  const all = node.operator === "union_all" || node.operator === "union";
  const both = all
    ? concatenate(first, second)
    : matching(first, second, { hash: compileKeyHash(types), keep: node.operator === "intersect" });
  return {
    columns,
    plan: node.operator === "union_all" ? both : distinctNode(both, types),
    readsOuter: left.readsOuter || right.readsOuter,
    assignments: columns.map(() => undefined),
    into: left.into,
  };
}

function concatenate(first: PlanNode, second: PlanNode): PlanNode {
  return planNode({
    width: first.width,
    estimate: first.estimate + second.estimate,
    *rows(run, outer) {
      yield* first.rows(run, outer);
      yield* second.rows(run, outer);
    },
  });
}

/** INTERSECT keeps the rows that the second plan gives too, EXCEPT the others. */
function matching(
  first: PlanNode,
  second: PlanNode,
  { hash, keep }: { readonly hash: (row: StoredRow) => string; readonly keep: boolean },
): PlanNode {
  return planNode({
    width: first.width,
    estimate: first.estimate,
    *rows(run, outer) {
      const known = new Set((yield* gather(second, run, outer)).map(hash));
      for (const batch of first.rows(run, outer)) {
        const rest = batch.filter((row) => known.has(hash(row)) === keep);
        if (batch.length === 0 || rest.length > 0) yield rest;
      }
    },
  });
}

/** ORDER BY, OFFSET and FETCH over the columns of a combined query. */
function orderColumns(
  query: QueryExpression,
  combined: CompiledQuery,
  parts: QueryParts,
): PlanNode {
  const { columns, plan } = combined;
  const scope = new QueryScope({ ...parts, sources: [{ name: "", columns }] });
  const limits = compileLimits({ spec: { top: undefined }, query, scope });
  if (query.orderBy.length === 0) return limits ? limitNode(plan, limits([])) : plan;
  const terms = query.orderBy.map(({ expression, descending }) => {
    if (expression.kind === "number" && expression.form === "integer") {
      const column = columns[Number(expression.text) - 1];
      if (column === undefined) {
        raise(
          108,
          `The ORDER BY position number ${expression.text} is out of range of the number of items in the select list.`,
          { class: 15 },
        );
      }
      return { slot: Number(expression.text) - 1, descending, type: column.type };
    }
    const compiled = compileExpression(expression, scope);
    if (compiled.column?.depth !== 0) {
      raise(
        104,
        "ORDER BY items must appear in the select list if the statement contains a UNION, INTERSECT or EXCEPT operator.",
        { class: 15 },
      );
    }
    return { slot: compiled.column.slot, descending, type: compiled.type };
  });
  return limits
    ? topNode(plan, terms, { limits: limits(terms), width: plan.width })
    : sortNode(plan, terms);
}

/** A subquery inside an expression. One that reads nothing of the outer query runs once a statement. */
export function compileSubquery(
  query: QueryExpression,
  outer: QueryScope,
  refuse: (frame: Frame) => never,
): CompiledSubquery {
  const compiled = compileQuery(query, { environment: outer.environment, parent: outer });
  const { plan, columns, readsOuter } = compiled;
  const read = function* (frame: Frame): Generator<StoredRow, void, undefined> {
    const run = runOf(frame);
    for (const batch of plan.rows(run, frame)) {
      if (batch.length > 0) yield* batch;
      else if (run.suspension?.kind !== "pause") waitOutside(run, () => refuse(frame));
    }
  };
  if (readsOuter) return { columns, rows: read };
  return {
    columns,
    rows: (frame) => {
      const { cache } = runOf(frame);
      const known = cache.get(compiled) as readonly StoredRow[] | undefined;
      if (known !== undefined) return known;
      return remember(read(frame), (rows) => cache.set(compiled, rows));
    },
  };
}

/** Expressions cannot wait: whoever began the statement does, if it can begin anew. */
function waitOutside({ suspension, repeats }: EngineRun, refuse: () => never): never {
  if (repeats && suspension?.kind === "blocked" && suspension.atOnce !== true) {
    throw new Blocked(suspension.by);
  }
  return refuse();
}

/** Rows as they come; once all were read they are kept for the next time. */
function* remember(
  rows: Iterable<StoredRow>,
  keep: (rows: readonly StoredRow[]) => void,
): Generator<StoredRow, void, undefined> {
  const all: StoredRow[] = [];
  for (const row of rows) {
    all.push(row);
    yield row;
  }
  keep(all);
}
