import type { FrameBound, WindowFrame, WindowSpecification } from "../parser/ast-expressions.ts";
import { raise } from "../values/sql-exception.ts";
import type { SqlValue } from "../values/sql-type.ts";
import type { Frame, SortTerm } from "./compiled.ts";
import { compareSortKeys } from "./sort-terms.ts";

/** The rows of one partition of a window, which of them sort equal, and which of them each row's frame holds. */

type Row = readonly SqlValue[];

/** Its rows, and for each the first and last place of the rows that sort equal. */
export interface Partition {
  readonly rows: readonly Row[];
  readonly peerStart: readonly number[];
  readonly peerEnd: readonly number[];
  readonly frame: Frame;
}

export interface Extent {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
}

export type ExtentOf = (partition: Partition, index: number) => Extent;

const WHOLE: WindowFrame = {
  unit: "rows",
  from: { kind: "unbounded_preceding" },
  to: { kind: "unbounded_following" },
};
const RUNNING: WindowFrame = {
  unit: "range",
  from: { kind: "unbounded_preceding" },
  to: { kind: "current_row" },
};

export function frameOf(over: WindowSpecification): WindowFrame {
  const frame = over.frame ?? (over.orderBy.length > 0 ? RUNNING : WHOLE);
  const counts = frame.from.kind.endsWith("ing") && "rows" in frame.from;
  if (frame.unit === "range" && (counts || "rows" in frame.to)) {
    raise(4194, "RANGE is only supported with UNBOUNDED and CURRENT ROW window frame delimiters.");
  }
  return frame;
}

function boundPlace(bound: FrameBound, index: number, count: number): number {
  switch (bound.kind) {
    case "unbounded_preceding":
      return 0;
    case "preceding":
      return index - bound.rows;
    case "current_row":
      return index;
    case "following":
      return index + bound.rows;
    case "unbounded_following":
      return count - 1;
    default:
      return bound satisfies never;
  }
}

export function extentOf(over: WindowSpecification): ExtentOf {
  const { unit, from, to } = frameOf(over);
  return ({ rows, peerStart, peerEnd }, index) => {
    const isRange = unit === "range";
    const first =
      isRange && from.kind === "current_row"
        ? (peerStart[index] ?? index)
        : boundPlace(from, index, rows.length);
    const last =
      isRange && to.kind === "current_row"
        ? (peerEnd[index] ?? index)
        : boundPlace(to, index, rows.length);
    return { first: Math.max(0, first), end: Math.min(rows.length, last + 1) };
  };
}

/** The places of the first and last equal row of each row. */
export function peersOf(
  rows: readonly Row[],
  orderBy: readonly SortTerm[],
  frame: Frame,
): Pick<Partition, "peerStart" | "peerEnd"> {
  const compare = compareSortKeys(orderBy);
  const keys = rows.map((row) => {
    frame.row = row;
    return orderBy.map(({ expression }) => expression.evaluate(frame));
  });
  const peerStart: number[] = [];
  keys.forEach((key, index) => {
    const previous = keys[index - 1];
    const isPeer = previous !== undefined && compare(previous, key) === 0;
    peerStart.push(isPeer ? (peerStart[index - 1] ?? 0) : index);
  });
  const peerEnd = rows.map(() => 0);
  for (let index = rows.length - 1; index >= 0; index -= 1) {
    const isLast = peerStart[index + 1] !== peerStart[index];
    peerEnd[index] = isLast ? index : (peerEnd[index + 1] ?? index);
  }
  return { peerStart, peerEnd };
}
