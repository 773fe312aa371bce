import type { CompiledExpression, CompiledPredicate, Frame } from "../../expressions/compiled.ts";
import type { StoredRow } from "../../storage/columns.ts";
import type { Row } from "../../storage/row.ts";
import type { Table } from "../../storage/schema-object.ts";
import type { IndexEntry, KeyBound, KeyRange } from "../../storage/stored-index.ts";
import type { TableStore } from "../../storage/table-store.ts";
import { Transaction } from "../../storage/transaction.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import type { LateColumn } from "./late-columns.ts";
import {
  type Batch,
  type EngineRun,
  makeFrame,
  type Ordering,
  type PlanNode,
  pause,
  runOf,
  type TableAccess,
  untilFree,
} from "./plan.ts";
import { blocked, type LockingSight, lockedRow, type RowSight, seenBy } from "./row-sight.ts";

/** Which part of an index is read. The expressions see the frame that the node is run with (depth 0), not the table's own rows. */
export interface Seek {
  readonly indexId: number;
  readonly equal: readonly CompiledExpression[];
  readonly lower: { readonly value: CompiledExpression; readonly inclusive: boolean } | undefined;
  readonly upper: { readonly value: CompiledExpression; readonly inclusive: boolean } | undefined;
}

export interface ScanPlan {
  readonly access: TableAccess;
  readonly seek: Seek | undefined;
  /** Sees the row of the table alone. */
  readonly filter: CompiledPredicate | undefined;
  readonly backwards: boolean;
  /** Adds the row itself behind the values: for statements that change it. */
  readonly withHandle: boolean;
  readonly late: readonly LateColumn[];
  readonly estimate: number;
}

/** The row that a scan with handles put behind the values. */
export function handleOf(row: StoredRow, slot: number): Row {
  // Only scans with handles write this slot, and nothing else reads it.
  return row[slot] as unknown as Row;
}

/** Reads a table through one of its indexes. */
export class TableScan implements PlanNode {
  readonly width: number;
  readonly estimate: number;
  readonly order: readonly Ordering[];
  readonly #plan: ScanPlan;

  constructor(plan: ScanPlan) {
    this.#plan = plan;
    this.width = plan.access.table.columns.length + (plan.withHandle ? 1 : 0);
    this.estimate = plan.estimate;
    this.order = orderOf(plan);
  }

  reordered(wanted: readonly Ordering[]): PlanNode | undefined {
    if (isPrefix(wanted, this.order)) return this;
    const turned = new TableScan({ ...this.#plan, backwards: !this.#plan.backwards });
    return isPrefix(wanted, turned.order) ? turned : undefined;
  }

  *rows(run: EngineRun, outer: Frame | undefined): Generator<Batch, void, undefined> {
    yield* this.lookUp(run, outer, makeFrame(run, outer));
  }

  /** As `rows`, with the frame that the seek's expressions see. */
  *lookUp(
    run: EngineRun,
    outer: Frame | undefined,
    keys: Frame,
  ): Generator<Batch, void, undefined> {
    const { access, seek, backwards } = this.#plan;
    const reader = yield* untilFree(run, access, () => run.reader(access));
    const store = openStore(access);
    const index = (seek && store.findIndex(seek.indexId)) ?? store.primary;
    const range = seek === undefined ? WHOLE : rangeOf(seek, keys);
    if (range === undefined) return;
    const frame = makeFrame(run, outer);
    const blocks = index.read(range, backwards);
    const sight = { reader, access, index, store };
    const { lock } = reader;
    if (lock === undefined) {
      yield* this.#readRows(blocks, sight, frame);
      return;
    }
    const taken = (row: Row, values: StoredRow): StoredRow | undefined =>
      this.#taken(row, values, frame);
    yield* lockRows(blocks, { ...sight, lock, run, taken });
  }

  *#readRows(
    blocks: Iterable<readonly IndexEntry[]>,
    sight: RowSight,
    frame: Frame,
  ): Generator<Batch, void, undefined> {
    const run = runOf(frame);
    for (const entries of blocks) {
      const out: StoredRow[] = [];
      for (const entry of entries) {
        if (isOwnNew(entry, run, sight.store)) continue;
        let values = seenBy(sight, entry);
        while (values instanceof Transaction) {
          yield blocked(run, values, sight.access);
          values = seenBy(sight, entry);
        }
        if (values === undefined) continue;
        const row = this.#taken(entry.row, values, frame);
        if (row !== undefined) out.push(row);
      }
      if (out.length > 0) yield out;
      if (run.pauseIsDue()) yield pause(run);
    }
  }

  #taken(row: Row, values: StoredRow, frame: Frame): StoredRow | undefined {
    const { filter, late } = this.#plan;
    frame.row = values;
    for (const { slot, expression } of late) {
      frame.row = frame.row.with(slot, expression.evaluate(frame));
    }
    if (filter !== undefined && filter.evaluate(frame) !== true) return undefined;
    return this.#plan.withHandle ? withHandle(frame.row, row) : frame.row;
  }
}

/** Gives each row at once: with TOP, rows that nobody asks for are not locked. */
function* lockRows(
  blocks: Iterable<readonly IndexEntry[]>,
  sight: LockingSight,
): Generator<Batch, void, undefined> {
  const { run, store } = sight;
  for (const entries of blocks) {
    for (const entry of entries) {
      if (isOwnNew(entry, run, store)) continue;
      const row = yield* lockedRow(entry, sight);
      if (row !== undefined) yield [row];
    }
    if (run.pauseIsDue()) yield pause(run);
  }
}

const WHOLE: KeyRange = { lower: undefined, upper: undefined };

/** Throws 8655 for a table whose clustered index is disabled: its rows are out of reach until that is rebuilt. */
export function openStore({ database, table }: TableAccess): TableStore {
  const [primary] = table.indexes;
  if (primary?.disabled === true) {
    raise(
      8655,
      `The query processor is unable to produce a plan because the index '${primary.name}' on table or view '${table.name}' is disabled.`,
    );
  }
  return database.tables.get(table.objectId) ?? raise(208, `Invalid object name '${table.name}'.`);
}

function isOwnNew({ row }: IndexEntry, { filling }: EngineRun, store: TableStore): boolean {
  return filling?.store === store && row.rowId > filling.newestRowId;
}

function withHandle(values: StoredRow, row: Row): StoredRow {
  // See handleOf.
  return [...values, row as unknown as SqlValue];
}

function rangeOf(seek: Seek, keys: Frame): KeyRange | undefined {
  const prefix: SqlValue[] = [];
  for (const expression of seek.equal) {
    const value = expression.evaluate(keys);
    if (value === null) return undefined;
    prefix.push(value);
  }
  const whole: KeyBound | undefined =
    prefix.length > 0 ? { key: prefix, inclusive: true } : undefined;
  const bound = (end: Seek["lower"]): KeyBound | undefined | null => {
    if (end === undefined) return whole;
    const value = end.value.evaluate(keys);
    return value === null ? null : { key: [...prefix, value], inclusive: end.inclusive };
  };
  const lower = bound(seek.lower);
  const upper = bound(seek.upper);
  return lower === null || upper === null ? undefined : { lower, upper };
}

function orderOf({ access, seek, backwards }: ScanPlan): readonly Ordering[] {
  const { table } = access;
  const index = seek
    ? table.indexes.find(({ indexId }) => indexId === seek.indexId)
    : table.indexes[0];
  if (index === undefined) return [];
  return index.keys.map((key) => ({
    slot: slotOfColumn(table, key.columnId),
    descending: key.descending !== backwards,
  }));
}

export function slotOfColumn(table: Pick<Table, "columns">, columnId: number): number {
  return table.columns.findIndex((column) => column.columnId === columnId);
}

function isPrefix(wanted: readonly Ordering[], order: readonly Ordering[]): boolean {
  return wanted.every((term, index) => {
    const known = order[index];
    return known?.slot === term.slot && known.descending === term.descending;
  });
}
