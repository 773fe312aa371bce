import type { DatabaseResult, JobStatus } from "../../events/event.ts";
import type { PointType } from "../model/policy-point.ts";

/**
 * Where a database stands between jobs. `missed`: it was down in the last full, and no job of changes has said so yet.
 * `left_out`: that was said; it waits for the next full. (A-49, Q-08.)
 */
export type Standing = "in_scope" | "missed" | "left_out";

/** A database that is not named is in scope. */
export type Standings = ReadonlyMap<string, Standing>;

type Turn = "back_up" | "report_down" | "leave_out";

/** What a job does with a database that is, or is not, ready when its turn comes. */
export function turnOf(
  type: PointType,
  database: { readonly standing: Standing; readonly isReady: boolean },
): Turn {
  const { standing, isReady } = database;
  if (type === "full" || standing === "in_scope") return isReady ? "back_up" : "report_down";
  return standing === "missed" ? "report_down" : "leave_out";
}

/** What came of a database in a job. `left_out` as `turnOf` says; `excused`: skipped by a rule that the set declares. */
export interface DatabaseOutcome {
  readonly database: string;
  readonly result: Exclude<DatabaseResult, "restored"> | "left_out" | "excused";
  /** A code; null where it was backed up. */
  readonly reason: string | null;
}

export interface JobOutcome {
  readonly status: Extract<JobStatus, "successful" | "successful_with_errors" | "failed">;
  readonly error: "databases_skipped_or_down" | null;
  readonly standings: Standings;
  /** Databases that are not protected since their last point, whatever the status says. */
  readonly gaps: readonly string[];
}

/** The words in which the error is shown. */
export const SKIPPED_OR_DOWN = "DBs skipped or down";

/**
 * The status of a job, and where its databases stand after it. Every database counts that the job should have backed up;
 * a job without a single backup failed, also one with no outcomes at all, or with none but excused or left out ones
 * . A database that stays down is told of once, by the first job of changes; after that it is out of scope until a
 * full has it again, and the jobs succeed without it, with a gap on record.
 *
 * `before` is what the job of the same backup set before it left as `standings`, empty before the first. The caller keeps
 * them with the job's record, whatever its status: without them the next job would take up a database whose changes have
 * a hole. Databases that `outcomes` does not name keep their standing, and are among `gaps` while they are out of scope.
 */
export function concludeJob(
  type: PointType,
  outcomes: readonly DatabaseOutcome[],
  before: Standings,
): JobOutcome {
  const standings = new Map(before);
  for (const outcome of outcomes) {
    standings.set(outcome.database, standingAfter(type, outcome, before));
  }
  const isDown = outcomes.some(({ result }) => result === "down");
  return {
    status: statusOf(outcomes),
    error: type !== "full" && isDown ? "databases_skipped_or_down" : null,
    standings,
    gaps: [...standings].filter(([, standing]) => standing !== "in_scope").map(([name]) => name),
  };
}

function standingAfter(
  type: PointType,
  { database, result }: DatabaseOutcome,
  before: Standings,
): Standing {
  if (result === "down") return type === "full" ? "missed" : "left_out";
  if (result === "backed_up") return "in_scope";
  return before.get(database) ?? "in_scope";
}

function statusOf(outcomes: readonly DatabaseOutcome[]): JobOutcome["status"] {
  const counted = outcomes.filter(({ result }) => result !== "left_out" && result !== "excused");
  const good = counted.filter(({ result }) => result === "backed_up").length;
  if (good === 0) return "failed";
  return good === counted.length ? "successful" : "successful_with_errors";
}

/** A database without a table has nothing to back up; the job goes on without it. */
export function emptyDatabaseOutcome(database: string): DatabaseOutcome {
  return { database, result: "failed", reason: "no_tables" };
}

/**
 * A system database in a job of changes: skipped by a rule that is known beforehand, so the job is successful with a note;
 * who wants it to count as an error says so.
 */
export function systemDatabaseOutcome(
  database: string,
  counts: "as_note" | "as_error" = "as_note",
): DatabaseOutcome {
  const result = counts === "as_note" ? "excused" : "skipped";
  return { database, result, reason: "system_db_cdc" };
}
