import { Cron } from "croner";
import { type Instant, toInstant } from "../../kit/clock.ts";

/** Says what is wrong with a cron expression of five fields (or `@daily` and the like); undefined when it is right. */
export function checkSchedule(expression: string): string | undefined {
  const text = expression.trim();
  if (!text.startsWith("@") && text.split(/\s+/).length !== 5) {
    return "A schedule has five fields (minute, hour, day of month, month, day of week) or is a nickname such as @daily.";
  }
  try {
    const cron = new Cron(text, { paused: true, timezone: "UTC", mode: "5-part" });
    const next = cron.nextRun(new Date(0));
    cron.stop();
    return next === null ? "Such a time never comes, as the 31st of February does not." : undefined;
  } catch (error) {
    return sentenceOf(error instanceof Error ? error.message : String(error));
  }
}

/** `CronPattern: Invalid value for hour: 25` */
function sentenceOf(fault: string): string {
  return `${fault.replace(/^[A-Za-z]+: /, "").replace(/[.!]?$/, "")}.`;
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
