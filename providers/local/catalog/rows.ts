import type { SQLInputValue, SQLOutputValue } from "node:sqlite";
import type { Address } from "../../../core/address/address.ts";
import type { CatalogObject } from "../../../core/catalog/catalog.ts";
import type { JobRecord } from "../../../core/catalog/job.ts";
import type { PointPatch } from "../../../core/catalog/point-patch.ts";
import type { RecoveryPoint } from "../../../core/catalog/recovery-point.ts";
import type { Instant } from "../../../core/kit/clock.ts";

/*
 * A file of format 1 has no `prevent_destroy`, and protects nothing; one of format 2 has no columns after `job` in `point`, one of format 3 no `purge`, one of format 4 no `changes`, one of format 5 neither `notes` nor `pinned`. The casts in this file hold because only `encode…` writes these columns, STRICT tables keep their types, and a file
 * of another format is refused before the first row is read.
 */

type Row = Record<string, SQLOutputValue>;

export const OBJECT_COLUMNS =
  "address, type, attributes, sensitive, depends_on, applied_at, prevent_destroy";

export function encodeObject(object: CatalogObject): SQLInputValue[] {
  return [
    object.address,
    object.type,
    JSON.stringify(object.attributes),
    JSON.stringify(object.sensitive ?? []),
    JSON.stringify(object.dependsOn),
    object.appliedAt,
    object.preventDestroy === true ? 1 : 0,
  ];
}

export function decodeObject(row: Row): CatalogObject {
  const sensitive = JSON.parse(row["sensitive"] as string) as readonly (readonly string[])[];
  return {
    address: row["address"] as Address,
    type: row["type"] as string,
    attributes: JSON.parse(row["attributes"] as string) as CatalogObject["attributes"],
    ...(sensitive.length > 0 ? { sensitive } : {}),
    dependsOn: JSON.parse(row["depends_on"] as string) as readonly Address[],
    ...(row["prevent_destroy"] === 1 ? { preventDestroy: true } : {}),
    appliedAt: row["applied_at"] as Instant,
  };
}

export const POINT_COLUMNS =
  "id, state, backup_set, server, vault, database, type, method, trigger, consistency, started_at, created_at, base, converted_from, conversion_reason, bytes_read, bytes_stored, job, stored_at, added_raw, added_stored, cleared, log_place, purge, changes, notes, pinned";

export function encodePoint(point: RecoveryPoint): SQLInputValue[] {
  return [
    point.id,
    point.state,
    point.backupSet,
    point.server,
    point.vault,
    point.database,
    point.type,
    point.method,
    point.trigger,
    point.consistency,
    point.startedAt,
    point.createdAt,
    point.base,
    point.convertedFrom,
    point.conversionReason,
    point.bytesRead,
    point.bytesStored,
    point.job,
    point.storedAt ?? null,
    point.added?.raw ?? null,
    point.added?.stored ?? null,
    point.cleared === undefined ? null : JSON.stringify(point.cleared),
    point.place === undefined ? null : JSON.stringify(point.place),
    point.purge === undefined ? null : JSON.stringify(point.purge),
    point.changes === undefined ? null : JSON.stringify(point.changes),
    point.notes === undefined ? null : JSON.stringify(point.notes),
    point.pinned === undefined ? null : JSON.stringify(point.pinned),
  ];
}

const json = (value: unknown): SQLInputValue => (value === null ? null : JSON.stringify(value));

/** Columns of what a patch names, with their values. */
export function encodePatch(patch: PointPatch): readonly (readonly [string, SQLInputValue])[] {
  const { added, cleared, purge, changes, notes, pinned } = patch;
  const columns: readonly (readonly [string, SQLInputValue | undefined])[] = [
    ["state", patch.state],
    ["backup_set", patch.backupSet],
    ["server", patch.server],
    ["vault", patch.vault],
    ["database", patch.database],
    ["created_at", patch.createdAt],
    ["stored_at", patch.storedAt],
    ["bytes_read", patch.bytesRead],
    ["bytes_stored", patch.bytesStored],
    ["added_raw", added?.raw],
    ["added_stored", added?.stored],
    ["cleared", cleared && json(cleared)],
    ["consistency", patch.consistency],
    ["changes", changes && json(changes)],
    ["notes", notes && json(notes)],
    ["pinned", pinned === undefined ? undefined : json(pinned)],
    ["purge", purge === undefined ? undefined : json(purge)],
  ];
  return columns.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

/** A job changes shape more often than it is searched, so it is kept as one document. */
export function encodeJob(job: JobRecord): SQLInputValue[] {
  return [job.id, job.queuedAt, JSON.stringify(job)];
}

export function decodeJob(row: Row): JobRecord {
  return JSON.parse(row["record"] as string) as JobRecord;
}
