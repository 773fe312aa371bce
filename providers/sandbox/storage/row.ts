import type { StoredRow } from "./columns.ts";
import type { RowLockMode } from "./row-locks.ts";
import type { Transaction } from "./transaction.ts";

/** A state of a row that someone may still need: what it held until a later commit. */
interface RowVersion {
  readonly values: StoredRow;
  readonly deleted: boolean;
  /** The commit that made it. */
  readonly stamp: number;
  previous: RowVersion | undefined;
}

/** A row with its newest state; while `writer` is set, that state is not committed and the row is locked by the writer. */
export interface Row {
  readonly rowId: number;
  values: StoredRow;
  deleted: boolean;
  stamp: number;
  writer: Transaction | undefined;
  previous: RowVersion | undefined;
}

/** Whose eyes a row is looked at with. */
export interface Reader {
  readonly transaction: Transaction;
  /** `committed` waits for writers, `uncommitted` sees all, `snapshot` sees what was committed up to `snapshot`. */
  readonly mode: "committed" | "uncommitted" | "snapshot" | "skip_locked";
  readonly snapshot: number;
  /** The lock that each row gets that is read. */
  readonly lock?: RowLockMode | undefined;
}

/** Gives the values that the reader sees, undefined when it sees no row, or the transaction to wait for. */
export function readRow(row: Row, reader: Reader): StoredRow | undefined | Transaction {
  if (row.writer === undefined && reader.mode !== "snapshot") {
    return row.deleted ? undefined : row.values;
  }
  if (row.writer === reader.transaction || reader.mode === "uncommitted") {
    return row.deleted ? undefined : row.values;
  }
  if (reader.mode === "committed") return row.writer;
  if (reader.mode === "skip_locked") return undefined;
  return readVersion(row, reader.snapshot);
}

function readVersion(row: Row, snapshot: number): StoredRow | undefined {
  if (row.writer === undefined && row.stamp <= snapshot) {
    return row.deleted ? undefined : row.values;
  }
  let version = row.previous;
  while (version !== undefined && version.stamp > snapshot) version = version.previous;
  return version === undefined || version.deleted ? undefined : version.values;
}
