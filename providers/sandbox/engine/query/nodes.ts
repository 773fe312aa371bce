import type { CompiledExpression, CompiledPredicate, Frame } from "../../expressions/compiled.ts";
import type { StoredRow } from "../../storage/columns.ts";
import { compileKeyHash } from "../../values/key-order.ts";
import type { SqlType, SqlValue } from "../../values/sql-type.ts";
import {
  type Batch,
  type EngineRun,
  makeFrame,
  type Ordering,
  type PlanNode,
  pause,
} from "./plan.ts";

/** Small plans out of functions. */
interface NodeParts {
  readonly width: number;
  readonly estimate: number;
  readonly order?: readonly Ordering[] | undefined;
  readonly rows: PlanNode["rows"];
}

export function planNode({ width, estimate, order = [], rows }: NodeParts): PlanNode {
  return { width, estimate, order, rows };
}

/** One row without columns: a query without FROM. */
export const SINGLE_ROW: PlanNode = planNode({
  width: 0,
  estimate: 1,
  *rows() {
    yield [[]];
  },
});

export function filterNode(child: PlanNode, predicate: CompiledPredicate | undefined): PlanNode {
  if (predicate === undefined) return child;
  const node = planNode({
    width: child.width,
    estimate: Math.max(1, child.estimate / 3),
    order: child.order,
    *rows(run, outer) {
      const frame = makeFrame(run, outer);
      yield* mapBatches(child.rows(run, outer), (batch) =>
        batch.filter((row) => {
          frame.row = row;
          return predicate.evaluate(frame) === true;
        }),
      );
    },
  });
  return {
    ...node,
    reordered: (wanted) => {
      const turned = child.reordered?.(wanted);
      return turned && filterNode(turned, predicate);
    },
  };
}

/** Each row replaced by the values of expressions. */
export function projectNode(child: PlanNode, expressions: readonly CompiledExpression[]): PlanNode {
  const slots = expressions.map((expression) =>
    expression.column?.depth === 0 ? expression.column.slot : undefined,
  );
  const isSame = slots.length === child.width && slots.every((slot, position) => slot === position);
  if (isSame) return child;
  return planNode({
    width: expressions.length,
    estimate: child.estimate,
    order: projectOrder(child.order, slots),
    *rows(run, outer) {
      const frame = makeFrame(run, outer);
      yield* mapBatches(child.rows(run, outer), (batch) =>
        batch.map((row) => {
          frame.row = row;
          return expressions.map((expression) => expression.evaluate(frame));
        }),
      );
    },
  });
}

function projectOrder(
  order: readonly Ordering[],
  slots: readonly (number | undefined)[],
): readonly Ordering[] {
  const known: Ordering[] = [];
  for (const { slot, descending } of order) {
    const position = slots.indexOf(slot);
    if (position === -1) break;
    known.push({ slot: position, descending });
  }
  return known;
}

/** Rows that were not there before. Keeps the first of equal rows and the order. */
export function distinctNode(child: PlanNode, types: readonly SqlType[]): PlanNode {
  const hash = compileKeyHash(types);
  return planNode({
    width: child.width,
    estimate: child.estimate,
    order: child.order,
    *rows(run, outer) {
      const known = new Set<string>();
      yield* mapBatches(child.rows(run, outer), (batch) =>
        batch.filter((row) => {
          const key = hash(row);
          const isNew = !known.has(key);
          known.add(key);
          return isNew;
        }),
      );
    },
  });
}

/** Rows that stand in memory or are computed when asked for. */
export function listNode(
  width: number,
  list: (run: EngineRun, outer: Frame | undefined) => Iterable<readonly SqlValue[]>,
  estimate = 100,
): PlanNode {
  return planNode({
    width,
    estimate,
    *rows(run, outer) {
      let out: StoredRow[] = [];
      for (const row of list(run, outer)) {
        out.push(row);
        if (out.length < 256) continue;
        yield out;
        out = [];
        if (run.pauseIsDue()) yield pause(run);
      }
      if (out.length > 0) yield out;
    },
  });
}

export function* mapBatches(
  batches: Iterable<Batch>,
  change: (batch: Batch) => Batch,
): Generator<Batch, void, undefined> {
  for (const batch of batches) {
    if (batch.length === 0) {
      yield batch;
      continue;
    }
    const changed = change(batch);
    if (changed.length > 0) yield changed;
  }
}
