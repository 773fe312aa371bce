import { coerce } from "../../expressions/coercion.ts";
import { compileExpression } from "../../expressions/compile-expression.ts";
import type { Expression } from "../../parser/ast-expressions.ts";
import type { QueryExpression, SelectSpecification, TopClause } from "../../parser/ast-queries.ts";
import { raise } from "../../values/sql-exception.ts";
import { type EngineRun, makeFrame } from "./plan.ts";
import type { QueryScope } from "./scope.ts";
import type { Limits, SortedSlot } from "./sorting.ts";

type NumberOf = (run: EngineRun) => number;

/** TOP, OFFSET and FETCH of a SELECT; undefined without any. What comes out takes the order, for WITH TIES. */
export function compileLimits({
  spec,
  query,
  scope,
}: {
  readonly spec: Pick<SelectSpecification, "top">;
  readonly query: Pick<QueryExpression, "offset" | "fetch" | "orderBy">;
  readonly scope: QueryScope;
}): ((order: readonly SortedSlot[]) => Limits) | undefined {
  const { top } = spec;
  if (top === undefined && query.offset === undefined) return undefined;
  if (top !== undefined && query.offset !== undefined) {
    raise(10_741, "A TOP can not be used in the same query or sub-query as a OFFSET.", {
      class: 15,
    });
  }
  if (top?.withTies === true && query.orderBy.length === 0) {
    raise(
      1062,
      "The TOP N WITH TIES clause is not allowed without a corresponding ORDER BY clause.",
      {
        class: 15,
      },
    );
  }
  const bare = scope.with({ sources: [], replacements: undefined });
  const skip = query.offset && compileOffset(query.offset, bare);
  const count = top ? compileTop(top, bare) : query.fetch && compileFetch(query.fetch, bare);
  return (order) => ({
    count,
    skip,
    needsTotal: top?.percent === true,
    ties: top?.withTies === true ? order : undefined,
  });
}

export function compileTop(
  top: TopClause,
  scope: QueryScope,
): (run: EngineRun, total: () => number) => number {
  if (top.percent) {
    const share = coerce(compileExpression(top.count, scope), { name: "float" });
    return (run, total) => {
      const value = Number(share.evaluate(makeFrame(run, undefined)) ?? 0);
      if (value < 0 || value > 100) {
        raise(1031, "Percent values must be between 0 and 100.", { class: 15 });
      }
      return Math.ceil((total() * value) / 100);
    };
  }
  const count = compileCount(top.count, scope);
  return (run) => {
    const value = count(run);
    if (value === undefined || value < 0) {
      raise(
        1060,
        "The number of rows provided for a TOP or FETCH clauses row count parameter must be an integer.",
        { class: 15 },
      );
    }
    return value;
  };
}

function compileOffset(node: Expression, scope: QueryScope): NumberOf {
  const count = compileCount(node, scope);
  return (run) => {
    const value = count(run);
    if (value === undefined || value < 0) {
      raise(10_742, "The offset specified in a OFFSET clause may not be negative.", { class: 15 });
    }
    return value;
  };
}

function compileFetch(node: Expression, scope: QueryScope): NumberOf {
  const count = compileCount(node, scope);
  return (run) => {
    const value = count(run);
    if (value === undefined || value < 1) {
      raise(10_744, "The number of rows provided for a FETCH clause must be greater then zero.", {
        class: 15,
      });
    }
    return value;
  };
}

function compileCount(node: Expression, scope: QueryScope): (run: EngineRun) => number | undefined {
  const count = coerce(compileExpression(node, scope), { name: "bigint" });
  return (run) => {
    const value = count.evaluate(makeFrame(run, undefined));
    return value === null ? undefined : Number(value);
  };
}
