import type { BoundColumn } from "../../expressions/bind-scope.ts";
import { compileWindow } from "../../expressions/compile-window.ts";
import type { CompiledWindow, Frame } from "../../expressions/compiled.ts";
import type { Expression, FunctionCall, NextValueFor } from "../../parser/ast-expressions.ts";
import type { StoredRow } from "../../storage/columns.ts";
import { compileKeyHash } from "../../values/key-order.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import type { Grouped } from "./grouping.ts";
import { mapBatches, planNode } from "./nodes.ts";
import { type Batch, type EngineRun, gather, makeFrame, type PlanNode, pause } from "./plan.ts";
import type { QueryScope, Replacements } from "./scope.ts";
import { sortRows } from "./sorting.ts";

/** Adds a column for each call with OVER. The rows come in the order that they came in. */
export function planWindows(
  child: PlanNode,
  scope: QueryScope,
  {
    calls,
    before,
  }: {
    readonly calls: readonly (FunctionCall | NextValueFor)[];
    readonly before: Replacements | undefined;
  },
): Grouped {
  const byNode = new Map<Expression, BoundColumn>(before?.byNode);
  const windows = calls
    .filter((call) => call.kind === "call")
    .map((call, index) => {
      const window = compileWindow(call, scope);
      const { type, nullable, collationLabel } = window;
      byNode.set(call, { depth: 0, slot: child.width + index, type, nullable, collationLabel });
      return window;
    });
  const replacements: Replacements = {
    byNode,
    byKey: before?.byKey ?? new Map(),
    isGrouped: before?.isGrouped ?? false,
  };
  const counts = calls.every((call) => call.kind !== "call" || isPlainCount(call));
  const plan = counts ? countNode(child, windows.length) : windowNode(child, windows);
  return { plan, scope: scope.with({ replacements }) };
}

/** ROW_NUMBER over all rows in no order at all, as in `OVER (ORDER BY (SELECT 1))`: the rows can be counted as they come. */
function isPlainCount({ name, over }: FunctionCall): boolean {
  if (over === undefined || name.name.toUpperCase() !== "ROW_NUMBER") return false;
  if (over.partitionBy.length > 0) return false;
  return over.orderBy.every(({ expression }) => isFixed(expression));
}

/** A scalar subquery without FROM that only names a literal or a variable. */
function isFixed(expression: Expression): boolean {
  if (expression.kind !== "subquery") return isValue(expression);
  const { body } = expression.query;
  if (body.kind !== "select" || body.from.length > 0) return false;
  return body.items.every((item) => item.kind === "expression" && isValue(item.expression));
}

function isValue({ kind }: Expression): boolean {
  return ["null", "number", "string", "binary_literal", "variable", "global_variable"].includes(
    kind,
  );
}

function countNode(child: PlanNode, columns: number): PlanNode {
  return planNode({
    width: child.width + columns,
    estimate: child.estimate,
    order: child.order,
    *rows(run, outer) {
      let count = 0n;
      yield* mapBatches(child.rows(run, outer), (batch) =>
        batch.map((row) => {
          count += 1n;
          return [...row, ...Array.from({ length: columns }, () => count)];
        }),
      );
    },
  });
}

function windowNode(child: PlanNode, windows: readonly CompiledWindow[]): PlanNode {
  return planNode({
    width: child.width + windows.length,
    estimate: child.estimate,
    *rows(run: EngineRun, outer: Frame | undefined): Generator<Batch, void, undefined> {
      const rows = yield* gather(child, run, outer);
      const added: SqlValue[][] = rows.map(() => []);
      const frame = makeFrame(run, outer);
      for (const window of windows) {
        computeWindow(window, rows, { frame, added });
        yield pause(run);
      }
      if (rows.length > 0) yield rows.map((row, index) => [...row, ...(added[index] ?? [])]);
    },
  });
}

function computeWindow(
  window: CompiledWindow,
  rows: readonly StoredRow[],
  { frame, added }: { readonly frame: Frame; readonly added: SqlValue[][] },
): void {
  const hash = compileKeyHash(window.partitionBy.map(({ type }) => type));
  const partitions = new Map<string, number[]>();
  for (const [index, row] of rows.entries()) {
    frame.row = row;
    const key = hash(window.partitionBy.map((expression) => expression.evaluate(frame)));
    const partition = partitions.get(key);
    if (partition === undefined) partitions.set(key, [index]);
    else partition.push(index);
  }
  for (const partition of partitions.values()) {
    const sorted = sortRows(
      partition.map((index) => ({ index, row: rows[index] ?? [] })),
      window.orderBy,
      frame,
    );
    const values = window.compute(
      sorted.map(({ row }) => row),
      frame,
    );
    for (const [position, { index }] of sorted.entries()) {
      added[index]?.push(values[position] ?? null);
    }
  }
}
