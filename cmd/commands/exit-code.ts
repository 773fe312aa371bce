import { CODES, type Code } from "../../core/diagnostics/codes.ts";
import type { JobStatus } from "../../core/events/event.ts";

/** The exit code of a command that ran a job. */
export function exitOfStatus(status: JobStatus): number {
  switch (status) {
    case "successful":
    case "skipped":
    case "queued":
    case "running":
      return 0;
    case "successful_with_errors":
      return 3;
    case "failed":
      return 1;
    case "cancelled":
      return 130;
    default:
      return status satisfies never;
  }
}

/** The exit code of an error. */
export function exitOfCode(code: Code): number {
  return CODES[code].exit;
}

/** From good to bad: done, done with errors, failed, refused, cancelled. */
const SEVERITY: readonly number[] = [0, 3, 1, 4, 130];

/** Of two exit codes the one that tells of the worse outcome. */
export function worseExit(one: number, other: number): number {
  return SEVERITY.indexOf(one) >= SEVERITY.indexOf(other) ? one : other;
}
