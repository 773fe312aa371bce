import { Cron } from "croner";
import { type Instant, toInstant } from "../../kit/clock.ts";

/** Expressions whose reading is remembered; thousands of policies share a few dozen. */
const MOST_REMEMBERED = 10_000;

const crons = new Map<string, Cron>();
const problems = new Map<string, string | undefined>();

function remember<T>(memory: Map<string, T>, key: string, value: T): T {
  if (memory.size >= MOST_REMEMBERED) memory.clear();
  memory.set(key, value);
  return value;
}

/**
 * An expression whose hours and minutes have no `*` and no step names times of day: what summer time skips runs at the
 * first moment after the gap, what it repeats runs once, the first time. One with `*` or a step is due as often as the
 * clock on the wall agrees with it: a quarter of an hour stays one on days of 23 and 25 hours. (Q-19; the rule of
 * Vixie's cron.)
 */
function readCron(expression: string, zone: string): Cron {
  const key = `${zone} ${expression}`;
  const known = crons.get(key);
  if (known !== undefined) return known;
  const rules = { paused: true, mode: "5-part", fixedTimeRule: "no-wildcard" } as const;
  return remember(crons, key, new Cron(expression, { ...rules, timezone: zone }));
}

/** Says what is wrong with a cron expression of five fields (or `@daily` and the like); undefined when it is right. */
export function checkSchedule(expression: string): string | undefined {
  const text = expression.trim();
  if (problems.has(text)) return problems.get(text);
  return remember(problems, text, findProblem(text));
}

function findProblem(text: string): string | undefined {
  if (!text.startsWith("@") && text.split(/\s+/).length !== 5) {
    return "A schedule has five fields (minute, hour, day of month, month, day of week) or is a nickname such as @daily.";
  }
  try {
    const next = readCron(text, "UTC").nextRun(new Date(0));
    return next === null ? "Such a time never comes, as the 31st of February does not." : undefined;
  } catch (error) {
    return sentenceOf(error instanceof Error ? error.message : String(error));
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
  const next = readCron(expression.trim(), zone).nextRun(new Date(after));
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
