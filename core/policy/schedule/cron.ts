import { Cron } from "croner";

/** Expressions whose reading is remembered; thousands of policies share a few dozen. */
const MOST_REMEMBERED = 10_000;

const known = new Map<string, Cron>();

/** The clock that an expression goes by: that of an IANA zone, or one that is always so many minutes ahead of UTC. */
type CronClock = { readonly timezone: string } | { readonly utcOffset: number };

/**
 * An expression whose hours and minutes have no `*` and no step names times of day: what summer time skips runs at the
 * first moment after the gap, what it repeats runs once, the first time. One with `*` or a step is due as often as the
 * clock on the wall agrees with it: a quarter of an hour stays one on days of 23 and 25 hours. (Q-19; the rule of
 * Vixie's cron.) Throws for what is no expression of five fields or nickname, and for an unknown zone.
 */
export function readCron(expression: string, clock: CronClock): Cron {
  const key = `${"timezone" in clock ? clock.timezone : clock.utcOffset} ${expression}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const rules = { paused: true, mode: "5-part", fixedTimeRule: "no-wildcard" } as const;
  const made = new Cron(expression, { ...rules, ...clock });
  if (known.size >= MOST_REMEMBERED) known.clear();
  known.set(key, made);
  return made;
}
