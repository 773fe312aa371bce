import type { JobRecord } from "../catalog/job.ts";
import type { Ports } from "./ports.ts";

/** Of a restore: `unknown` is one of another catalog, of which nobody here knows whether it is at work. */
export type RestoreStanding = "over" | "running" | "unknown";

/** A process on another machine counts as running: nobody can see from here whether it does. */
export function restoreStanding(
  job: JobRecord | undefined,
  ports: Pick<Ports, "isAlive">,
): RestoreStanding {
  if (job?.operation !== "restore") return "unknown";
  const { status, worker } = job;
  const isLive = status === "running" || status === "queued";
  return isLive && (worker === null || ports.isAlive(worker)) ? "running" : "over";
}
