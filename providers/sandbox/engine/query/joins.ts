import type { CompiledExpression, CompiledPredicate, Frame } from "../../expressions/compiled.ts";
import type { StoredRow } from "../../storage/columns.ts";
import { compileKeyHash } from "../../values/key-order.ts";
import type { SqlType, SqlValue } from "../../values/sql-type.ts";
import {
  type Batch,
  type EngineRun,
  gather,
  makeFrame,
  type Ordering,
  type PlanNode,
  pause,
} from "./plan.ts";
import type { TableScan } from "./table-scan.ts";

export type JoinType = "inner" | "left" | "right" | "full";

export interface HashKeyPair {
  /** Sees the left row alone. */
  readonly left: CompiledExpression;
  /** Sees the right row alone. */
  readonly right: CompiledExpression;
  readonly type: SqlType;
}

interface JoinParts {
  readonly type: JoinType;
  readonly left: PlanNode;
  /** Sees left and right row, one after the other. */
  readonly condition: CompiledPredicate | undefined;
}

function nulls(width: number): readonly SqlValue[] {
  return Array.from({ length: width }, () => null);
}

function unmatched(all: readonly Match[], width: number): StoredRow[] {
  const missing = nulls(width);
  return all.filter(({ matched }) => !matched).map(({ row }) => [...missing, ...row]);
}

/** Hands rows on, if there are any; with a run also lets others have their turn. */
function* flush(
  rows: readonly StoredRow[],
  run: EngineRun | undefined,
): Generator<Batch, void, undefined> {
  if (rows.length > 0) yield rows;
  if (run !== undefined) yield pause(run);
}

interface Match {
  readonly row: StoredRow;
  matched: boolean;
}

/**
 * Joins by candidates: for each left row, in order, the right rows that may match are tested by the condition.
 * The right rows are held in memory; with `keys` in a hash table, else in a list.
 */
export class CandidateJoin implements PlanNode {
  readonly width: number;
  readonly estimate: number;
  readonly order: readonly Ordering[];
  readonly #parts: JoinParts & { readonly right: PlanNode; readonly keys: readonly HashKeyPair[] };

  constructor(
    parts: JoinParts & { readonly right: PlanNode; readonly keys: readonly HashKeyPair[] },
  ) {
    this.#parts = parts;
    this.width = parts.left.width + parts.right.width;
    const product = parts.left.estimate * parts.right.estimate;
    this.estimate =
      parts.keys.length > 0 ? Math.max(parts.left.estimate, parts.right.estimate) : product;
    this.order = parts.type === "inner" || parts.type === "left" ? parts.left.order : [];
  }

  *rows(run: EngineRun, outer: Frame | undefined): Generator<Batch, void, undefined> {
    const { left, right, type } = this.#parts;
    const frame = makeFrame(run, outer);
    const all: Match[] = (yield* gather(right, run, outer)).map((row) => ({
      row,
      matched: false,
    }));
    const find = this.#finder(all, frame);
    const keepsLeft = type === "left" || type === "full";
    const empty = nulls(right.width);
    for (const batch of left.rows(run, outer)) {
      if (batch.length === 0) yield batch;
      let out: StoredRow[] = [];
      for (const row of batch) {
        frame.row = row;
        const before = out.length;
        this.#join(row, find(frame), { frame, out });
        if (keepsLeft && out.length === before) out.push([...row, ...empty]);
        if (out.length < 1_000 && !run.pauseIsDue()) continue;
        yield* flush(out, run);
        out = [];
      }
      yield* flush(out, undefined);
    }
    if (type === "right" || type === "full") yield* flush(unmatched(all, left.width), undefined);
  }

  #join(
    row: StoredRow,
    candidates: readonly Match[],
    { frame, out }: { readonly frame: Frame; readonly out: StoredRow[] },
  ): void {
    const { condition } = this.#parts;
    for (const candidate of candidates) {
      const joined = [...row, ...candidate.row];
      frame.row = joined;
      if (condition !== undefined && condition.evaluate(frame) !== true) continue;
      candidate.matched = true;
      out.push(joined);
    }
  }

  /** The frame's row is a left row when the finder is asked. */
  #finder(all: readonly Match[], frame: Frame): (left: Frame) => readonly Match[] {
    const { keys } = this.#parts;
    if (keys.length === 0) return () => all;
    const hash = compileKeyHash(keys.map(({ type }) => type));
    const table = new Map<string, Match[]>();
    for (const match of all) {
      frame.row = match.row;
      const key = keys.map(({ right }) => right.evaluate(frame));
      if (key.includes(null)) continue;
      const text = hash(key);
      const bucket = table.get(text);
      if (bucket === undefined) table.set(text, [match]);
      else bucket.push(match);
    }
    return (left) => {
      const key = keys.map((pair) => pair.left.evaluate(left));
      return key.includes(null) ? [] : (table.get(hash(key)) ?? []);
    };
  }
}

/** For each left row, the rows that an index gives for it. */
export class LookupJoin implements PlanNode {
  readonly width: number;
  readonly estimate: number;
  readonly order: readonly Ordering[];
  readonly #parts: JoinParts & { readonly right: TableScan };

  constructor(parts: JoinParts & { readonly right: TableScan }) {
    this.#parts = parts;
    this.width = parts.left.width + parts.right.width;
    this.estimate = parts.left.estimate * Math.max(1, parts.right.estimate);
    this.order = parts.left.order;
  }

  *rows(run: EngineRun, outer: Frame | undefined): Generator<Batch, void, undefined> {
    const { left, right, type } = this.#parts;
    const keys = makeFrame(run, outer);
    const empty = nulls(right.width);
    for (const batch of left.rows(run, outer)) {
      if (batch.length === 0) yield batch;
      const out: StoredRow[] = [];
      for (const row of batch) {
        keys.row = row;
        const before = out.length;
        yield* this.#join(keys, run, out);
        if (type === "left" && out.length === before) out.push([...row, ...empty]);
      }
      if (batch.length > 0) yield* flush(out, run.pauseIsDue() ? run : undefined);
    }
  }

  /** Adds what the index gives for the left row of the frame. */
  *#join(keys: Frame, run: EngineRun, out: StoredRow[]): Generator<Batch, void, undefined> {
    const { right, condition } = this.#parts;
    const { row, outer } = keys;
    const frame = makeFrame(run, outer);
    for (const matches of right.lookUp(run, outer, keys)) {
      if (matches.length === 0) yield matches;
      for (const match of matches) {
        frame.row = [...row, ...match];
        if (condition === undefined || condition.evaluate(frame) === true) out.push(frame.row);
      }
    }
  }
}

/** CROSS APPLY and OUTER APPLY: the right side runs anew for each left row, which it sees one step out. */
export class ApplyJoin implements PlanNode {
  readonly width: number;
  readonly estimate: number;
  readonly order: readonly Ordering[];
  readonly #left: PlanNode;
  readonly #right: PlanNode;
  readonly #keepsLeft: boolean;

  constructor(left: PlanNode, right: PlanNode, type: "cross_apply" | "outer_apply") {
    this.#left = left;
    this.#right = right;
    this.#keepsLeft = type === "outer_apply";
    this.width = left.width + right.width;
    this.estimate = left.estimate * Math.max(1, right.estimate);
    this.order = left.order;
  }

  *rows(run: EngineRun, outer: Frame | undefined): Generator<Batch, void, undefined> {
    const empty = nulls(this.#right.width);
    for (const batch of this.#left.rows(run, outer)) {
      if (batch.length === 0) yield batch;
      const out: StoredRow[] = [];
      for (const row of batch) {
        const before = out.length;
        yield* this.#apply({ row, outer, run }, run, out);
        if (this.#keepsLeft && out.length === before) out.push([...row, ...empty]);
      }
      if (batch.length > 0) yield* flush(out, run.pauseIsDue() ? run : undefined);
    }
  }

  *#apply(frame: Frame, run: EngineRun, out: StoredRow[]): Generator<Batch, void, undefined> {
    for (const matches of this.#right.rows(run, frame)) {
      if (matches.length === 0) yield matches;
      for (const match of matches) out.push([...frame.row, ...match]);
    }
  }
}
