import { toInstant } from "../../kit/clock.ts";
import { checkSchedule, nextStart } from "./schedule.ts";

/** The first start after `after` (milliseconds since 1970) by the clock of an IANA zone, or why there is none. */
export function nextRun(
  schedule: string,
  after: number,
  timezone: string,
): { readonly at: number } | { readonly fault: string } {
  const problem = checkSchedule(schedule);
  if (problem !== undefined) {
    return { fault: `"${schedule}" is not a schedule: ${withoutFullStop(problem)}` };
  }
  if (!isTimeZone(timezone)) {
    return { fault: `"${timezone}" is not a time zone such as "UTC" or "Europe/Berlin"` };
  }
  const at = nextStart(schedule, timezone, toInstant(after));
  return at === undefined
    ? { fault: `the schedule "${schedule}" is never due after that` }
    : { at };
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function withoutFullStop(text: string): string {
  return text.endsWith(".") ? text.slice(0, -1) : text;
}
