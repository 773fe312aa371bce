import type { CompiledExpression, Frame, SortTerm } from "../../expressions/compiled.ts";
import type { StoredRow } from "../../storage/columns.ts";
import { compileKeyOrder } from "../../values/key-order.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import { planNode } from "./nodes.ts";
import { type EngineRun, gather, makeFrame, type Ordering, type PlanNode } from "./plan.ts";

/** Sorts things that have a row; equal ones keep their order. */
export function sortRows<Item extends { readonly row: StoredRow }>(
  items: readonly Item[],
  terms: readonly SortTerm[],
  frame: Frame,
): Item[] {
  if (terms.length === 0) return [...items];
  const compare = compileKeyOrder(
    terms.map(({ expression, descending }) => ({ type: expression.type, descending })),
  );
  const keyed = items.map((item) => {
    frame.row = item.row;
    return { item, key: terms.map(({ expression }) => expression.evaluate(frame)) };
  });
  keyed.sort((left, right) => compare(left.key, right.key));
  return keyed.map(({ item }) => item);
}

export interface SortedSlot extends Ordering {
  readonly type: CompiledExpression["type"];
}

/** Rows by slots of theirs, cut to their first `width` values afterwards. */
export function sortNode(
  child: PlanNode,
  slots: readonly SortedSlot[],
  width = child.width,
): PlanNode {
  const compare = compileKeyOrder(slots);
  const pick = slots.map(({ slot }) => slot);
  return planNode({
    width,
    estimate: child.estimate,
    order: slots.filter(({ slot }) => slot < width),
    *rows(run, outer) {
      const rows = yield* gather(child, run, outer);
      const keyed = rows.map((row) => ({ row, key: pick.map((slot) => row[slot] ?? null) }));
      keyed.sort((left, right) => compare(left.key, right.key));
      for (let start = 0; start < keyed.length; start += 512) {
        yield keyed
          .slice(start, start + 512)
          .map(({ row }) => (row.length === width ? row : row.slice(0, width)));
      }
    },
  });
}

export interface Limits {
  /** Computed at the start of a run; undefined: no end. */
  readonly count: ((run: EngineRun, total: () => number) => number) | undefined;
  readonly skip: ((run: EngineRun) => number) | undefined;
  /** The count is a share of all rows: they have to be counted first. */
  readonly needsTotal: boolean;
  /** WITH TIES: slots by which rows are as good as the last one. */
  readonly ties: readonly SortedSlot[] | undefined;
}

/** TOP, OFFSET and FETCH. Stops reading as soon as it has enough. */
export function limitNode(child: PlanNode, limits: Limits, width = child.width): PlanNode {
  return planNode({
    width,
    estimate: Math.min(child.estimate, 1_000),
    order: child.order,
    *rows(run, outer) {
      const skip = limits.skip?.(run) ?? 0;
      const all = limits.needsTotal ? yield* gather(child, run, outer) : undefined;
      const count = limits.count?.(run, () => all?.length ?? 0) ?? Number.POSITIVE_INFINITY;
      const compare = limits.ties && compileKeyOrder(limits.ties);
      const keyOf = (row: StoredRow): SqlValue[] =>
        (limits.ties ?? []).map(({ slot }) => row[slot] ?? null);
      let position = 0;
      let last: SqlValue[] | undefined;
      for (const batch of all === undefined ? child.rows(run, outer) : [all]) {
        if (batch.length === 0) yield batch;
        const out: StoredRow[] = [];
        let isOver = false;
        for (const row of batch) {
          position += 1;
          if (position <= skip) continue;
          const isTie =
            compare !== undefined && last !== undefined && compare(keyOf(row), last) === 0;
          if (position - skip > count && !isTie) {
            isOver = true;
            break;
          }
          if (compare !== undefined) last = keyOf(row);
          out.push(row.length === width ? row : row.slice(0, width));
        }
        if (out.length > 0) yield out;
        if (isOver || (compare === undefined && position - skip >= count)) return;
      }
    },
  });
}

export function frameOf(run: EngineRun): Frame {
  return makeFrame(run, undefined);
}
