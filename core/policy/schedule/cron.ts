import { Cron } from "croner";
import { remembering } from "../../kit/remembering.ts";

/** For each clock; thousands of policies share a few dozen expressions and a few zones. Each takes 80 KB. */
const MOST_REMEMBERED = 250;

/** The clock that an expression goes by: an IANA zone, or a number of minutes that it is always ahead of UTC. */
type CronClock = string | number;

const cronsOf = remembering(MOST_REMEMBERED, (clock: CronClock) =>
  remembering(MOST_REMEMBERED, (text: string) => parseCron(text, clock)),
);

/** As `readCron`, for an expression that is looked at once. */
export function parseCron(expression: string, clock: CronClock): Cron {
  const rules = { paused: true, mode: "5-part", fixedTimeRule: "no-wildcard" } as const;
  const zone = typeof clock === "string" ? { timezone: clock } : { utcOffset: clock };
  return new Cron(expression, { ...rules, ...zone });
}

/**
 * An expression whose hours and minutes have no `*` and no step names times of day: what summer time skips runs at the
 * first moment after the gap, what it repeats runs once, the first time. One with `*` or a step is due as often as the
 * clock on the wall agrees with it: a quarter of an hour stays one on days of 23 and 25 hours. (Q-19; the rule of
 * Vixie's cron.) Throws for what is no expression of five fields or nickname, and for an unknown zone.
 */
export function readCron(expression: string, clock: CronClock): Cron {
  return cronsOf(clock)(expression);
}
