import type { SQLInputValue, SQLOutputValue } from "node:sqlite";
import type { Address } from "../../../core/address/address.ts";
import type {
  ApplyRecord,
  ApplySummary,
  RecordedChange,
} from "../../../core/catalog/apply-record.ts";
import type { CatalogObject } from "../../../core/catalog/catalog.ts";
import type { ServerObservation } from "../../../core/catalog/observation.ts";

/*
 * An apply is one document for what is said of it as a whole, and a row for each change: of 10,000 changes, recording that
 * some are done writes only those. The casts hold for the reasons that `rows.ts` gives.
 */

type Row = Record<string, SQLOutputValue>;

/** `total`: how many changes there are. To count the rows reads all that they hold. */
type Head = Omit<ApplyRecord, "id" | "startedAt" | "changes"> & { readonly total: number };

export const APPLY_QUERY = `SELECT *,
  (SELECT count(*) FROM done_change WHERE apply = id) AS done FROM apply`;

export const CHANGES_QUERY = `SELECT c.*, d.apply IS NOT NULL AS done FROM apply_change c
  LEFT JOIN done_change d ON d.apply = c.apply AND d.address = c.address
  WHERE c.apply = ? ORDER BY position`;

/** Null entries of a head that `json_patch` took out. */
const NOTHING_YET = {
  endedAt: null,
  planDigest: null,
  noReturnAfter: null,
  undo: null,
  undoes: null,
};

export function encodeApply({ id, startedAt, ...record }: ApplyRecord): SQLInputValue[] {
  const { changes, ...head } = record;
  const stored: Head = { ...head, total: changes.length };
  return [id, startedAt, JSON.stringify(stored)];
}

export function decodeApply(row: Row): ApplySummary {
  const { total, ...head } = JSON.parse(row["record"] as string) as Head;
  return {
    ...NOTHING_YET,
    ...head,
    id: row["id"] as string,
    startedAt: row["started_at"] as ApplyRecord["startedAt"],
    changes: { total, done: row["done"] as number },
  };
}

export function encodeChange(
  apply: string,
  { address, previousAddress, action, before, after }: RecordedChange,
  position: number,
): SQLInputValue[] {
  return [apply, address, position, previousAddress, action, encoded(before), encoded(after)];
}

function encoded(object: CatalogObject | null): string | null {
  return object === null ? null : JSON.stringify(object);
}

export function decodeChange(row: Row): RecordedChange {
  return {
    address: row["address"] as Address,
    previousAddress: row["previous_address"] as Address | null,
    action: row["action"] as string,
    before: decoded(row["before"]),
    after: decoded(row["after"]),
    done: row["done"] === 1,
  };
}

function decoded(text: SQLOutputValue | undefined): CatalogObject | null {
  return typeof text === "string" ? (JSON.parse(text) as CatalogObject) : null;
}

export function encodeObservation({ server, at, facts }: ServerObservation): SQLInputValue[] {
  return [server, at, JSON.stringify(facts)];
}

export function decodeObservation(row: Row): ServerObservation {
  return {
    server: row["server"] as Address,
    at: row["at"] as ServerObservation["at"],
    facts: JSON.parse(row["facts"] as string) as ServerObservation["facts"],
  };
}
