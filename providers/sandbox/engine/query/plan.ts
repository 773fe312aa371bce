import type { Frame, RunContext } from "../../expressions/compiled.ts";
import type { StoredRow } from "../../storage/columns.ts";
import type { Reader } from "../../storage/row.ts";
import type { Table } from "../../storage/schema-object.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import type { TableStore } from "../../storage/table-store.ts";
import { Blocked } from "../../storage/transaction.ts";
import { PAUSE, type Suspension } from "../suspension.ts";

/** Some rows. An empty batch means that `run.suspension` says why the plan cannot go on now. */
export type Batch = readonly StoredRow[];

export const STOP: Batch = [];

/** A table that a plan opens, and how it wants to read. */
export interface TableAccess {
  readonly database: StoredDatabase;
  readonly table: Table;
  /** Lower case. */
  readonly hints: readonly string[];
  /** Rows are read to be changed: writers are waited for even where readers would not. */
  readonly forChange: boolean;
}

/** The run of one statement, as plans see it. */
export interface EngineRun extends RunContext {
  /** Takes the locks that reading needs. Throws {@link Blocked}. */
  reader(access: TableAccess): Reader;
  suspension: Suspension | undefined;
  /** Whether whoever runs it begins again after {@link Blocked}: expressions cannot wait themselves. */
  readonly repeats: boolean;
  /** True once every few milliseconds: then the plan lets others have a turn. */
  pauseIsDue(): boolean;
  /** What an INSERT fills: its own rows are not read by its own source. */
  filling: { readonly store: TableStore; readonly newestRowId: number } | undefined;
  /** Rows that system views, table variables and other sources outside of storage give. */
  readonly cache: Map<object, unknown>;
}

/** All frames of the engine carry an EngineRun: {@link makeFrame} is the only place that makes them. */
export function runOf(frame: Frame): EngineRun {
  return frame.run as EngineRun;
}

export function makeFrame(run: EngineRun, outer: Frame | undefined): Frame {
  return { row: [], outer, run };
}

export interface Ordering {
  readonly slot: number;
  readonly descending: boolean;
}

/** A part of a query that gives rows. It may be run many times, also at the same time. */
export interface PlanNode {
  /** Values in a row. */
  readonly width: number;
  /** A guess, made when the plan was. */
  readonly estimate: number;
  /** The order that rows come in, as far as it is known. */
  readonly order: readonly Ordering[];
  rows(run: EngineRun, outer: Frame | undefined): Generator<Batch, void, undefined>;
  /** The same rows in another order, where that costs nothing. */
  reordered?(wanted: readonly Ordering[]): PlanNode | undefined;
}

export function pause(run: EngineRun): Batch {
  run.suspension = PAUSE;
  return STOP;
}

/** Tries until no other transaction is in the way. */
export function* untilFree<Result>(
  run: EngineRun,
  { hints }: Pick<TableAccess, "hints">,
  attempt: () => Result,
): Generator<Batch, Result, undefined> {
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (!(error instanceof Blocked)) throw error;
      run.suspension = { kind: "blocked", by: error.by, atOnce: hints.includes("nowait") };
      yield STOP;
    }
  }
}

/** All rows of a node, passing suspensions on. */
export function* gather(
  node: PlanNode,
  run: EngineRun,
  outer: Frame | undefined,
): Generator<Batch, StoredRow[], undefined> {
  const all: StoredRow[] = [];
  for (const batch of node.rows(run, outer)) {
    if (batch.length === 0) yield batch;
    else for (const row of batch) all.push(row);
  }
  return all;
}
