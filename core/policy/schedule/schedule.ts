import { type Instant, toInstant } from "../../kit/clock.ts";
import { remembering } from "../../kit/remembering.ts";
import { parseCron, readCron } from "./cron.ts";
import { trySteadyStart } from "./steady-start.ts";

const FIELDS =
  "The fields are minute (0-59), hour (0-23), day of the month (1-31), month (1-12 or JAN-DEC) and day of the week (0-7 or SUN-SAT; 0 and 7 are Sunday).";

const problemOf = remembering(10_000, findProblem);

/** Says what is wrong with a cron expression of five fields (or `@daily` and the like); undefined when it is right. */
export function checkSchedule(expression: string): string | undefined {
  return problemOf(expression.trim()) ?? undefined;
}

function findProblem(text: string): string | null {
  if (!text.startsWith("@") && text.split(/\s+/).length !== 5) {
    return `A schedule has five fields or is a nickname such as @daily. ${FIELDS}`;
  }
  try {
    const next = parseCron(text, "UTC").nextRun(new Date(0));
    return next === null ? "Such a time never comes, as the 31st of February does not." : null;
  } catch (error) {
    return `${sentenceOf(error instanceof Error ? error.message : String(error))} ${FIELDS}`;
  }
}

/** `CronPattern: Invalid value for hour: 25` */
function sentenceOf(fault: string): string {
  return `${fault.replace(/^[A-Za-z]+: /, "").replace(/[.!]?$/, "")}.`;
}

/**
 * The first start strictly after `after`, by the wall clock of the zone; undefined when there is none before the year
 * 10,000. Throws for an expression that `checkSchedule` finds fault with, and for an unknown zone.
 */
export function nextStart(expression: string, zone: string, after: Instant): Instant | undefined {
  const text = expression.trim();
  return trySteadyStart(text, zone, after) ?? searchStart(text, zone, after);
}

function searchStart(text: string, zone: string, after: Instant): Instant | undefined {
  const next = readCron(text, zone).nextRun(new Date(after));
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
