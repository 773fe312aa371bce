import { lsnBytes, lsnOfBytes } from "../../storage/change-capture.ts";
import { type Reader, readRow } from "../../storage/row.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import type { KeyRange } from "../../storage/stored-index.ts";
import { Transaction } from "../../storage/transaction.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import { captureTable } from "./capture-tables.ts";

/** What `cdc.lsn_time_mapping` says of commits and times. */
export interface LsnTime {
  readonly lsn: bigint;
  /** A datetime. */
  readonly endTime: number;
}

interface Lookup {
  /** 1: by LSN; 2: by time. */
  readonly index: 1 | 2;
  readonly range: KeyRange;
  readonly backwards: boolean;
}

const WHOLE: KeyRange = { lower: undefined, upper: undefined };

function first(
  database: StoredDatabase,
  { index: indexId, range, backwards }: Lookup,
  reader?: Reader,
): LsnTime | undefined {
  const { store } = captureTable(database, "lsn_time_mapping");
  const index = store.findIndex(indexId) ?? store.primary;
  for (const entries of index.read(range, backwards)) {
    for (const { row } of entries) {
      const seen = reader === undefined ? committed(row) : readRow(row, reader);
      if (seen === undefined || seen instanceof Transaction) continue;
      const [lsn, , endTime] = seen;
      if (lsn instanceof Uint8Array && typeof endTime === "number") {
        return { lsn: lsnOfBytes(lsn), endTime };
      }
    }
  }
  return undefined;
}

function committed(row: {
  readonly writer: unknown;
  readonly deleted: boolean;
  readonly values: readonly SqlValue[];
}): readonly SqlValue[] | undefined {
  return row.deleted || row.writer !== undefined ? undefined : row.values;
}

export function latestMapping(database: StoredDatabase, reader?: Reader): LsnTime | undefined {
  return first(database, { index: 1, range: WHOLE, backwards: true }, reader);
}

export function mappingOf(
  database: StoredDatabase,
  lsn: bigint,
  reader?: Reader,
): LsnTime | undefined {
  const bound = { key: [lsnBytes(lsn)], inclusive: true };
  return first(
    database,
    { index: 1, range: { lower: bound, upper: bound }, backwards: false },
    reader,
  );
}

export type TimeRelation =
  | "largest less than"
  | "largest less than or equal"
  | "smallest greater than"
  | "smallest greater than or equal";

/** The commit next to a time (learn.microsoft.com: sys.fn_cdc_map_time_to_lsn). */
export function mappingAtTime(
  database: StoredDatabase,
  { relation, time }: { readonly relation: TimeRelation; readonly time: number },
  reader?: Reader,
): LsnTime | undefined {
  const bound = { key: [time], inclusive: relation.endsWith("equal") };
  const backwards = relation.startsWith("largest");
  const range: KeyRange = backwards
    ? { lower: undefined, upper: bound }
    : { lower: bound, upper: undefined };
  return first(database, { index: 2, range, backwards }, reader);
}
