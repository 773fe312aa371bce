import type { JobListing } from "../../schemas/job-listing.ts";
import type { PointListing, PointRow } from "../../schemas/point-listing.ts";

/** A line of a command's NDJSON; each type of event has its own fields. */
export interface EventLine {
  readonly type: string;
  readonly database?: string;
  readonly table?: string;
  readonly phase?: string;
  readonly text?: string;
  readonly result?: string;
  readonly code?: string;
  readonly summary?: string;
  readonly detail?: string;
}

/** The last line of `backup -json`. */
export interface BackupSummary {
  readonly type: "summary";
  readonly status: string;
  readonly job: string;
  readonly bytes_read: number;
  readonly bytes_stored: number;
  readonly points: readonly PointRow[];
}

/** What `backup -json` or `restore -json` told, with its exit code. */
export interface JobOutcome {
  readonly code: number | null;
  readonly events: readonly EventLine[];
  readonly summary: BackupSummary;
}

export function parseEvent(line: string): EventLine {
  return JSON.parse(line) as EventLine;
}

/** All lines; the summary is the last one. */
export function parseJob({ code, stdout }: { code: number | null; stdout: string }): JobOutcome {
  const lines = stdout.split("\n").filter((line) => line !== "");
  const events = lines.map(parseEvent);
  const summary = JSON.parse(lines.at(-1) ?? "{}") as BackupSummary;
  return { code, events, summary };
}

export function parsePoints(stdout: string): PointListing {
  return JSON.parse(stdout) as PointListing;
}

export function parseJobs(stdout: string): JobListing {
  return JSON.parse(stdout) as JobListing;
}
