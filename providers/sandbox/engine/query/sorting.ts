import type { CompiledExpression, Frame, SortTerm } from "../../expressions/compiled.ts";
import type { StoredRow } from "../../storage/columns.ts";
import { compileKeyOrder } from "../../values/key-order.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import { planNode } from "./nodes.ts";
import { type EngineRun, gather, type Ordering, type PlanNode } from "./plan.ts";

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
      const taker = new RowTaker({ skip, count, ties: limits.ties, width });
      for (const batch of all === undefined ? child.rows(run, outer) : [all]) {
        const out = taker.take(batch);
        if (batch.length === 0 || out.length > 0) yield out;
        if (taker.isOver) return;
      }
    },
  });
}

interface Taking {
  readonly skip: number;
  readonly count: number;
  readonly ties: readonly SortedSlot[] | undefined;
  readonly width: number;
}

/** Takes so many rows and no more; with ties also those that are as good as the last one. */
class RowTaker {
  isOver = false;
  readonly #taking: Taking;
  readonly #compare: ((left: StoredRow, right: StoredRow) => number) | undefined;
  #position = 0;
  #last: readonly SqlValue[] | undefined;

  constructor(taking: Taking) {
    this.#taking = taking;
    this.#compare = taking.ties && compileKeyOrder(taking.ties);
  }

  take(batch: readonly StoredRow[]): StoredRow[] {
    const { skip, count, width } = this.#taking;
    const out: StoredRow[] = [];
    for (const row of batch) {
      this.#position += 1;
      if (this.#position <= skip) continue;
      if (this.#position - skip > count && !this.#isTie(row)) {
        this.isOver = true;
        return out;
      }
      this.#last = this.#keyOf(row);
      out.push(row.length === width ? row : row.slice(0, width));
    }
    this.isOver = this.#compare === undefined && this.#position - skip >= count;
    return out;
  }

  #isTie(row: StoredRow): boolean {
    if (this.#compare === undefined || this.#last === undefined) return false;
    return this.#compare(this.#keyOf(row), this.#last) === 0;
  }

  #keyOf(row: StoredRow): readonly SqlValue[] {
    return (this.#taking.ties ?? []).map(({ slot }) => row[slot] ?? null);
  }
}
