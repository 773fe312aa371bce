import type { StoredRow } from "../../storage/columns.ts";
import type { Table } from "../../storage/schema-object.ts";
import type { TableStore } from "../../storage/table-store.ts";
import type { Transaction } from "../../storage/transaction.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import type { TableInDatabase } from "../query/environment.ts";
import { slotOfColumn } from "../query/table-scan.ts";

/** 9999-12-31 23:59:59.9999999 as ticks of 100 ns. */
const LAST_TICK = 3_155_378_975_999_999_999n;

/** The end of rows that are still valid, as a datetime2 of the scale holds it. */
export function endOfTime(scale: number): bigint {
  return truncateTicks(LAST_TICK, scale);
}

function truncateTicks(ticks: bigint, scale: number): bigint {
  return ticks - (ticks % 10n ** BigInt(7 - scale));
}

/**
 * The times that the server gives to rows of a table with a period: the begin of the transaction in UTC, and the end of
 * time. Rows that are replaced go to the history with the begin of the transaction as their end, so that a row that is
 * changed twice in one transaction leaves a version without duration there (sql-docs, temporal-tables.md, "How does a
 * temporal table work?" and "FOR SYSTEM_TIME").
 */
export class RowTimes {
  readonly #table: Table;
  readonly #transaction: Transaction;
  readonly #history: TableStore | undefined;
  readonly #startSlot: number;
  readonly #endSlot: number;
  readonly #now: bigint;
  readonly #end: bigint;

  constructor({ database, table }: TableInDatabase, transaction: Transaction) {
    const { period, versioning } = table;
    if (period === undefined) throw new Error("The table has no period. This is a bug.");
    this.#table = table;
    this.#transaction = transaction;
    this.#startSlot = slotOfColumn(table, period.start);
    this.#endSlot = slotOfColumn(table, period.end);
    const scale = table.columns[this.#startSlot]?.type.scale ?? 7;
    this.#now = truncateTicks(transaction.beganAt, scale);
    this.#end = endOfTime(scale);
    this.#history = versioning && database.tables.get(versioning.historyId);
  }

  /** Fills the times of a row that is valid from now on. */
  open(values: SqlValue[]): void {
    values[this.#startSlot] = this.#now;
    values[this.#endSlot] = this.#end;
  }

  /** Keeps a row that is replaced or deleted. Throws 13535 where the transaction is older than the row. */
  close(before: StoredRow): void {
    if (this.#history === undefined) return;
    const start = before[this.#startSlot];
    if (typeof start === "bigint" && start > this.#now) {
      raise(
        13_535,
        `Data modification failed on system-versioned table '${this.#table.name}' because transaction time was earlier than period start time for affected records.`,
      );
    }
    this.#history.insert(before.with(this.#endSlot, this.#now), this.#transaction);
  }
}

const REFUSALS = {
  INSERT: [13_559, "Cannot insert rows in a temporal history table"],
  DELETE: [13_560, "Cannot delete rows from a temporal history table"],
  UPDATE: [13_561, "Cannot update rows in a temporal history table"],
  MERGE: [13_562, "Cannot perform MERGE operation on temporal history table"],
} as const;

/** A history table takes no changes but those of its own table. */
export function refuseHistory(
  { database, table }: TableInDatabase,
  verb: keyof typeof REFUSALS,
): void {
  if (table.historyOf === undefined) return;
  const [number, text] = REFUSALS[verb];
  raise(number, `${text} '${longName({ database, table })}'.`);
}

/** `d.dbo.t`, as the messages on temporal tables name a table. */
export function longName({ database, table }: TableInDatabase): string {
  const schema = database.catalog.schemas.get(table.schemaId)?.name ?? "dbo";
  return `${database.options.name}.${schema}.${table.name}`;
}
