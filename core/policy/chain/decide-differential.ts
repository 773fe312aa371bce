import type { ConversionReason } from "./conversion-reason.ts";
import type {
  DatabaseFile,
  DifferentialFacts,
  FullHistory,
  FullRecord,
  LiveFacts,
  SetRecord,
} from "./differential-facts.ts";

export type DifferentialDecision =
  | { readonly run: "differential" }
  | { readonly run: "full"; readonly reason: ConversionReason };

/**
 * Whether a differential can be what it says, or runs as a full (B-45…B-59). Of several reasons the first holds: what
 * happened to the fulls, then who and where the database is, then whose base the server has, then its files. A full that
 * completes settles them all, as it makes a new record; so the next differential is one again.
 *
 * On a secondary that takes no differentials (up to SQL Server 2022) the full must be taken COPY_ONLY, as the server
 * takes no other there. It settles nothing: it is no base, it makes no new `full`, and each differential converts again.
 */
export function decideDifferential(facts: DifferentialFacts): DifferentialDecision {
  const { history, full, live } = facts;
  const reason = historyReason(history);
  if (reason !== undefined) return { run: "full", reason };
  if (full === null) return { run: "full", reason: "no_full_recovery_point" };
  const changed =
    identityReason(full, live) ??
    baseReason(full, live, facts.startTolerance ?? 0) ??
    fileReason(full, live);
  return changed === undefined ? { run: "differential" } : { run: "full", reason: changed };
}

/** What the history of fulls alone says; undefined where a differential can continue one. */
export function historyReason(history: FullHistory): ConversionReason | undefined {
  const { everBackedUp, trigger, newestFull, fullExists } = history;
  if (!everBackedUp && trigger === "manual") return "first_backup";
  if (newestFull === "running") return "no_completed_full";
  if (newestFull === "failed") return "previous_full_failed";
  return fullExists ? undefined : "no_full_recovery_point";
}

function identityReason(full: FullRecord, live: LiveFacts): ConversionReason | undefined {
  if (!sameNames(full.members, live.members)) return "backup_set_membership_changed";
  if (full.database !== live.database) return "database_renamed";
  return live.replica === "secondary" ? "ag_secondary" : undefined;
}

/**
 * A copy-only full leaves the server's base as it is, so it never converts. No base at all, though we have a full:
 * the database was made anew or restored by somebody.
 */
function baseReason(
  full: FullRecord,
  live: LiveFacts,
  tolerance: number,
): ConversionReason | undefined {
  if (live.differentialBase === "unobtainable") return "vss_change_unknown";
  if (live.differentialBase !== full.set) return "foreign_full_breaks_base";
  return live.record !== null && !sameStart(full, live.record, tolerance)
    ? "start_time_mismatch"
    : undefined;
}

const SECOND = 1000;

/** GUID and sequence number first; then the times, to the whole second, which is all that a server records. */
function sameStart(ours: SetRecord, theirs: SetRecord, tolerance: number): boolean {
  if (ours.set !== theirs.set || ours.firstLsn !== theirs.firstLsn) return false;
  const seconds = (record: SetRecord) => Math.floor(record.startedAt / SECOND);
  return Math.abs(seconds(ours) - seconds(theirs)) * SECOND <= tolerance;
}

function fileReason(full: FullRecord, live: LiveFacts): ConversionReason | undefined {
  if (!full.matchesMetadata) return "metadata_inconsistent";
  if (!sameNames(idsOf(full.files), idsOf(live.files))) return "file_set_changed";
  if (!samePaths(full.files, live.files)) return "file_path_changed";
  if (full.masterFiles !== null && !samePaths(full.masterFiles, live.masterFiles)) {
    return "master_files_changed";
  }
  const now = new Map(live.files.map(({ id, bytes }) => [id, bytes]));
  const shrunk = full.files.some(({ id, bytes }) => (now.get(id) ?? bytes) < bytes);
  return shrunk ? "database_shrunk" : undefined;
}

function idsOf(files: readonly DatabaseFile[]): readonly string[] {
  return files.map(({ id }) => id);
}

function samePaths(before: readonly DatabaseFile[], now: readonly DatabaseFile[]): boolean {
  const listed = (files: readonly DatabaseFile[]) => files.map(({ id, path }) => `${id}\n${path}`);
  return sameNames(listed(before), listed(now));
}

function sameNames(before: readonly string[], now: readonly string[]): boolean {
  const names = new Set(before);
  return names.size === new Set(now).size && now.every((name) => names.has(name));
}
