import { Cron } from "croner";
import { type Instant, toInstant } from "../kit/clock.ts";

/** Says what is wrong with a cron expression of five fields (or `@daily` and the like); undefined when it is right. */
export function checkSchedule(expression: string): string | undefined {
  const text = expression.trim();
  if (!text.startsWith("@") && text.split(/\s+/).length !== 5) {
    return "A schedule has five fields (minute, hour, day of month, month, day of week) or is a nickname such as @daily.";
  }
  try {
    new Cron(text, { paused: true, mode: "5-part" }).stop();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The first start strictly after `after`, by the wall clock of the zone; undefined when there is none. */
export function nextStart(expression: string, zone: string, after: Instant): Instant | undefined {
  const cron = new Cron(expression.trim(), { paused: true, timezone: zone, mode: "5-part" });
  const next = cron.nextRun(new Date(after));
  cron.stop();
  return next === null ? undefined : toInstant(next.getTime());
}

/** All starts in `(after, until]`, oldest first. */
export function startsBetween(
  expression: string,
  zone: string,
  { after, until }: { readonly after: Instant; readonly until: Instant },
): readonly Instant[] {
  const starts: Instant[] = [];
  let next = nextStart(expression, zone, after);
  while (next !== undefined && next <= until) {
    starts.push(next);
    next = nextStart(expression, zone, next);
  }
  return starts;
}
