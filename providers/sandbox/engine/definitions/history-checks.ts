import type { Column, StoredRow } from "../../storage/columns.ts";
import type { Table } from "../../storage/schema-object.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import type { TableStore } from "../../storage/table-store.ts";
import { compileKeyHash } from "../../values/key-order.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlType } from "../../values/sql-type.ts";
import { instancesOf } from "../capture/row-capture.ts";
import { longName } from "../changes/row-times.ts";
import { slotOfColumn } from "../query/table-scan.ts";
import { historyColumn } from "./history-table.ts";

export interface TemporalPair {
  readonly database: StoredDatabase;
  readonly current: Table;
  readonly history: Table;
}

const FAILED = "Setting SYSTEM_VERSIONING to ON failed because";

/** Whether a table that exists can hold the history of another: 13511 to 13534, 13574, 13580, 13581. */
export function checkHistoryShape(pair: TemporalPair): void {
  const { database, current, history } = pair;
  const name = longName({ database, table: history });
  if (history.objectId === current.objectId || history.versioning !== undefined) {
    raise(13_511, `Specified object '${name}' cannot be used as history table.`);
  }
  if (history.historyOf !== undefined) {
    raise(13_514, `History table '${name}' is already in use.`);
  }
  if (history.period !== undefined) {
    raise(13_574, `${FAILED} temporal history table '${name}' contains SYSTEM_TIME period.`);
  }
  checkConstraints(pair, name);
  checkColumns(pair, name);
}

function checkConstraints({ database, history }: TemporalPair, name: string): void {
  const children = database.catalog.childrenOf(history.objectId);
  const advise = (what: string, named = what): string =>
    `${FAILED} history table '${name}' has ${what}. Consider dropping ${named} and trying again.`;
  if (history.indexes.some(({ unique }) => unique)) {
    raise(13_515, advise("custom unique keys defined", "all unique keys"));
  }
  if (children.some(({ type }) => type === "F")) {
    raise(13_516, advise("foreign keys defined", "all foreign keys"));
  }
  if (children.some(({ type }) => type === "C")) {
    raise(
      13_517,
      advise("table or column constraints defined", "all table and column constraints"),
    );
  }
  if (history.columns.some(({ identity }) => identity !== undefined)) {
    raise(13_518, advise("IDENTITY column specification", "all IDENTITY column specifications"));
  }
  if (history.columns.some(({ computed }) => computed !== undefined)) {
    raise(13_519, advise("computed column specification", "all computed column specifications"));
  }
  if (instancesOf(database.catalog, history.objectId).length > 0) {
    const text = `${FAILED} history table '${name}' is configured for change data capture.`;
    raise(13_521, `${text} Consider dropping this configuration and trying again.`);
  }
  if (children.some(({ type }) => type === "TR")) {
    raise(13_522, advise("triggers defined", "all triggers"));
  }
  if (history.columns.some(({ isRowGuid }) => isRowGuid)) {
    raise(13_580, advise("ROWGUID column specification", "all ROWGUID column specifications"));
  }
}

function checkColumns({ database, current, history }: TemporalPair, name: string): void {
  const own = longName({ database, table: current });
  const { length } = current.columns;
  if (history.columns.length !== length) {
    raise(
      13_523,
      `${FAILED} table '${own}' has ${length} columns and table '${name}' has ${history.columns.length} columns.`,
    );
  }
  for (const [slot, column] of current.columns.entries()) {
    const other = history.columns[slot];
    if (other === undefined) continue;
    if (!database.catalog.sameName(column.name, other.name)) {
      raise(
        13_524,
        `${FAILED} column '${other.name}' at ordinal ${slot + 1} in history table '${name}' has a different name than the column '${column.name}' at the same ordinal in table '${own}'.`,
      );
    }
    checkColumn(column, other, { name, own });
  }
}

function checkColumn(
  column: Column,
  other: Column,
  { name, own }: { readonly name: string; readonly own: string },
): void {
  const wanted = historyColumn(column);
  const both = `in tables '${own}' and '${name}'.`;
  if (typeText(wanted.type) !== typeText(other.type)) {
    raise(
      13_525,
      `${FAILED} column '${column.name}' has data type ${typeText(other.type)} in history table '${name}' which is different from corresponding column type ${typeText(wanted.type)} in table '${own}'.`,
    );
  }
  if (wanted.type.collation !== other.type.collation) {
    raise(13_526, `${FAILED} column '${column.name}' does not have the same collation ${both}`);
  }
  if (column.generated !== undefined && other.nullable) {
    raise(
      13_530,
      `${FAILED} system column '${column.name}' in history table '${name}' corresponds to a period column in table '${own}' and cannot be nullable.`,
    );
  }
  if (wanted.nullable !== other.nullable) {
    raise(
      13_531,
      `${FAILED} column '${column.name}' does not have the same nullability attribute ${both}`,
    );
  }
  if (wanted.isSparse !== other.isSparse) {
    raise(
      13_533,
      `${FAILED} column '${column.name}' does not have the same sparse storage attribute ${both}`,
    );
  }
  if (wanted.mask !== other.mask) {
    raise(
      13_581,
      `${FAILED} column '${column.name}' does not have the same masking functions ${both}`,
    );
  }
}

function typeText({ name, length, precision, scale }: SqlType): string {
  const parts = [length, precision, scale].filter((part) => part !== undefined);
  return parts.length === 0 ? name : `${name}(${parts.join(",")})`;
}

/** DATA_CONSISTENCY_CHECK: no version ends before it starts or in the future, and no two of a key are valid at once. */
export function checkConsistency(pair: TemporalPair, now: bigint): void {
  const { database, current, history } = pair;
  const { period } = current;
  if (period === undefined) return;
  const startSlot = slotOfColumn(current, period.start);
  const endSlot = slotOfColumn(current, period.end);
  const spanOf = (row: StoredRow): Span => ({
    start: row[startSlot] as bigint,
    end: row[endSlot] as bigint,
  });
  const keyOf = keyReader(current);
  const spans = new Map<string, Span[]>();
  for (const table of [history, current]) {
    const name = longName({ database, table });
    for (const row of rowsOf(database.tables.get(table.objectId))) {
      const span = spanOf(row);
      if (span.end < span.start) {
        const [number, kind] = table === history ? [13_541, "history table"] : [13_540, "table"];
        raise(
          number,
          `${FAILED} ${kind} '${name}' contains invalid records with end of period set before start.`,
        );
      }
      if (table === history && span.end > now) {
        raise(
          13_543,
          `${FAILED} history table '${name}' contains invalid records with end of period set to a value in the future.`,
        );
      }
      if (span.end === span.start) continue;
      const key = keyOf(row);
      const known = spans.get(key) ?? [];
      known.push(span);
      spans.set(key, known);
    }
  }
  if ([...spans.values()].some(overlaps)) {
    const name = longName({ database, table: history });
    raise(13_573, `${FAILED} history table '${name}' contains overlapping records.`);
  }
}

interface Span {
  readonly start: bigint;
  readonly end: bigint;
}

function overlaps(spans: Span[]): boolean {
  spans.sort((left, right) => (left.start < right.start ? -1 : left.start > right.start ? 1 : 0));
  return spans.some(({ start }, index) => {
    const previous = spans[index - 1];
    return previous !== undefined && previous.end > start;
  });
}

function keyReader(table: Table): (row: StoredRow) => string {
  const keys = table.indexes.find(({ isPrimaryKey }) => isPrimaryKey)?.keys ?? [];
  const slots = keys.map(({ columnId }) => slotOfColumn(table, columnId));
  const hash = compileKeyHash(slots.map((slot) => table.columns[slot]?.type ?? { name: "int" }));
  return (row) => hash(slots.map((slot) => row[slot] ?? null));
}

function* rowsOf(store: TableStore | undefined): Generator<StoredRow> {
  if (store === undefined) return;
  for (const entries of store.primary.read({ lower: undefined, upper: undefined }, false)) {
    for (const { row } of entries) if (!row.deleted) yield row.values;
  }
}
