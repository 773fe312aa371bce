import type { HoldfastEvent, Phase } from "../../core/events/event.ts";
import { formatBytes } from "../../core/kit/bytes.ts";
import { formatDuration } from "../../core/kit/duration.ts";
import { formatCount, formatCounted } from "./count-text.ts";
import { formatTask } from "./task-text.ts";

export const PHASE_TEXT: Readonly<Record<Phase, string>> = {
  check: "checking permissions",
  capture: "waiting for change data capture to catch up",
  schema: "schema captured",
  rows: "reading tables",
  pack: "writing packs",
  index: "writing the index",
  manifest: "writing the manifest",
  create: "creating the database",
  stage: "creating tables",
  load: "loading tables",
  finish: "adding indexes, constraints and modules",
  verify: "verifying",
};

/** What an event says to people where no progress can be drawn; undefined for what would only be noise. */
export function formatEvent(event: HoldfastEvent): string | undefined {
  if ("database" in event && event.type !== "note") return formatDatabaseEvent(event);
  switch (event.type) {
    case "job_started":
      return `${event.job}: ${event.operation} of ${event.subject}${asOf(event.moment)}, ${formatCounted(event.databases.length, "database")}`;
    case "job_finished":
      return `${event.job}: ${event.status.replaceAll("_", " ")} in ${formatDuration(event.at - event.startedAt)}`;
    case "resource_finished":
      return `${event.address}: ${pastOf(event.action)}`;
    case "note":
      return `${event.database === undefined ? "" : `${event.database}: `}note: ${event.text}`;
    case "task_progress":
      return formatTask(event);
    case "resource_started":
    case "diagnostic":
      return undefined;
    default:
      return event satisfies never;
  }
}

/** ` as of 2026-02-13T11:00:00.000Z`; empty without a moment. */
export function asOf(moment: number | undefined): string {
  return moment === undefined ? "" : ` as of ${new Date(moment).toISOString()}`;
}

type EventOf<Type extends HoldfastEvent["type"]> = Extract<HoldfastEvent, { type: Type }>;

type DatabaseEvent = Exclude<Extract<HoldfastEvent, { database: string }>, { type: "note" }>;

function formatDatabaseEvent(event: DatabaseEvent): string | undefined {
  const { database } = event;
  switch (event.type) {
    case "database_started": {
      const { tables, estimatedRows } = event;
      return `${database}: ${formatCounted(tables, "table")}, about ${formatCounted(estimatedRows, "row")}`;
    }
    case "phase_started":
      return `${database}: ${PHASE_TEXT[event.phase]}`;
    case "table_finished":
      return `${database}: ${event.table}, ${formatCounted(event.rows, "row")}`;
    case "database_finished":
      return formatDatabase(event);
    case "table_started":
    case "table_progress":
      return undefined;
    default:
      return event satisfies never;
  }
}

/** What a finished action of a plan did: `created`. */
export function pastOf(action: string): string {
  return PAST[action] ?? action;
}

const PAST: Readonly<Record<string, string>> = {
  create: "created",
  update: "changed",
  replace: "replaced",
  delete: "removed from the catalog",
  forget: "forgotten",
  import: "imported",
  move: "moved",
};

function formatDatabase(event: EventOf<"database_finished">): string {
  const { database, result, totals, point } = event;
  const done = `${formatCount(totals.rows)} rows, ${formatBytes(totals.bytesRead)} read`;
  switch (result) {
    case "backed_up":
      return `${database}: backed up as ${point ?? "?"}; ${done}, ${formatBytes(totals.bytesStored)} stored`;
    case "restored":
      return `${database}: restored; ${done}`;
    case "skipped":
    case "down":
    case "failed":
      return `${database}: ${result === "down" ? "down, skipped" : result}`;
    default:
      return result satisfies never;
  }
}
