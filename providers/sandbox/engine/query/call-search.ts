import { isAggregate } from "../../expressions/aggregate-names.ts";
import type { Expression, FunctionCall, NextValueFor } from "../../parser/ast-expressions.ts";

/** Calls that have to be computed before the expressions around them. */
export interface FoundCalls {
  readonly aggregates: readonly FunctionCall[];
  readonly windows: readonly (FunctionCall | NextValueFor)[];
}

/** Aggregates and windowed calls in expressions of one query; those inside of subqueries belong to the subqueries. */
export function findCalls(nodes: readonly unknown[]): FoundCalls {
  const aggregates: FunctionCall[] = [];
  const windows: FunctionCall[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const item of node) visit(item);
      return;
    }
    if (typeof node !== "object" || node === null || "body" in node) return;
    if (isCall(node)) {
      if (node.over !== undefined) {
        windows.push(node);
        visit(node.arguments);
        visit(node.over.partitionBy);
        visit(node.over.orderBy);
        return;
      }
      if (node.name.schema === undefined && isAggregate(node.name.name)) {
        aggregates.push(node);
        return;
      }
    }
    for (const item of Object.values(node)) visit(item);
  };
  visit(nodes);
  return { aggregates, windows };
}

function isCall(node: object): node is FunctionCall {
  return "kind" in node && (node as Expression).kind === "call";
}
