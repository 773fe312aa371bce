import type { StoredRow } from "../../storage/columns.ts";
import { compileKeyOrder } from "../../values/key-order.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import { planNode } from "./nodes.ts";
import type { PlanNode } from "./plan.ts";
import { type Limits, limitNode, type SortedSlot, sortNode } from "./sorting.ts";

const SPARE = 4_096;

/** ORDER BY under TOP, OFFSET or FETCH. Holds about twice the rows that are wanted, where their number is known beforehand. */
export function topNode(
  child: PlanNode,
  slots: readonly SortedSlot[],
  { limits, width }: { readonly limits: Limits; readonly width: number },
): PlanNode {
  const { count, skip, needsTotal, ties } = limits;
  if (count === undefined || needsTotal || ties !== undefined) {
    return limitNode(sortNode(child, slots), limits, width);
  }
  const best = planNode({
    width: child.width,
    estimate: child.estimate,
    order: slots,
    *rows(run, outer) {
      const wanted = (skip?.(run) ?? 0) + count(run, () => 0);
      const rows = new BestRows(slots, wanted);
      for (const batch of child.rows(run, outer)) {
        if (batch.length === 0) yield batch;
        else rows.add(batch);
      }
      const sorted = rows.take();
      for (let start = 0; start < sorted.length; start += 512) {
        yield sorted.slice(start, start + 512);
      }
    },
  });
  return limitNode(best, limits, width);
}

interface KeyedRow {
  readonly row: StoredRow;
  readonly key: readonly SqlValue[];
}

/** The first rows of an order; of equal ones those that came first. */
class BestRows {
  readonly #slots: readonly SortedSlot[];
  readonly #compare: ReturnType<typeof compileKeyOrder>;
  readonly #wanted: number;
  #rows: KeyedRow[] = [];
  /** The key of the last row that is wanted so far; what is not before it comes too late. */
  #last: readonly SqlValue[] | undefined;

  constructor(slots: readonly SortedSlot[], wanted: number) {
    this.#slots = slots;
    this.#compare = compileKeyOrder(slots);
    this.#wanted = wanted;
  }

  add(batch: readonly StoredRow[]): void {
    for (const row of batch) {
      const key = this.#slots.map(({ slot }) => row[slot] ?? null);
      const isLate = this.#last !== undefined && this.#compare(key, this.#last) >= 0;
      if (!isLate) this.#rows.push({ row, key });
    }
    if (this.#rows.length > 2 * this.#wanted + SPARE) this.#prune();
  }

  take(): StoredRow[] {
    this.#prune();
    return this.#rows.map(({ row }) => row);
  }

  #prune(): void {
    this.#rows.sort((left, right) => this.#compare(left.key, right.key));
    this.#rows = this.#rows.slice(0, this.#wanted);
    if (this.#rows.length === this.#wanted) this.#last = this.#rows.at(-1)?.key;
  }
}
