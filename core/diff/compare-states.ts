import { replayKeyOf } from "../resource/replay-key.ts";
import { ChangedTableComparison, type TableState, type TableStates } from "./changed-table.ts";
import type { RowDifference } from "./row-comparison.ts";
import { StateComparison } from "./state-rows.ts";
import { TableComparison } from "./table-difference.ts";
import type { Matching } from "./table-key.ts";

/** Tells the rows of one table that differ. */
export interface StateDifferences {
  readonly matching: Matching;
  /** Some at once; the first `shown` of them have all values. */
  differences(options?: { readonly shown?: number }): AsyncGenerator<readonly RowDifference[]>;
}

/** The way that reads least: by the changes, by the key that they are put upon, or row by row. */
export function compareStates(states: TableStates, signal?: AbortSignal): StateDifferences {
  const { before, after } = states;
  const changed = [before, after].filter(({ changes }) => changes.length > 0);
  const options = signal === undefined ? {} : { signal };
  if (changed.length === 0) {
    return new TableComparison({ before: before.rows, after: after.rows }, options);
  }
  const key = keyOf(changed);
  if (key !== undefined) {
    const comparison = new ChangedTableComparison(states, { ...options, key });
    if (comparison.matching.isKeyed) return comparison;
  }
  return new StateComparison(states, options);
}

/** By which changes are put upon both; undefined where these are others. */
function keyOf(states: readonly TableState[]): readonly string[] | undefined {
  const [key, other = key] = states.map(({ rows }) => replayKeyOf(rows.schema));
  if (key === undefined || other === undefined) return undefined;
  return JSON.stringify(key.toSorted()) === JSON.stringify(other.toSorted()) ? key : undefined;
}
