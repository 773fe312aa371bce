import { type Instant, toInstant } from "../../kit/clock.ts";
import { offsetsOf } from "../time/zone-offset.ts";
import { readCron } from "./cron.ts";

const DAY = 86_400_000;
const MINUTE = 60_000;

/** Beyond it, walking through the days costs more than it saves. */
const LONGEST_WALK = 8 * DAY;

/**
 * The first start strictly after `after` where the zone's clocks change neither on the way to it nor in the day before:
 * then a clock of fixed offset gives the same answer, six times faster. Undefined where they change, or where the start
 * is far away or never comes.
 */
export function trySteadyStart(
  expression: string,
  zone: string,
  after: Instant,
): Instant | undefined {
  const offset = offsetsOf(zone).at(after);
  if (offset % MINUTE !== 0) return undefined;
  const start = readCron(expression, offset / MINUTE).nextRun(new Date(after));
  if (start === null || start.getTime() - after > LONGEST_WALK) return undefined;
  const next = toInstant(start.getTime());
  return isSteady(zone, after - DAY, next) ? next : undefined;
}

/** No zone changes its clocks and back within a day, so that two looks a day see every change. */
function isSteady(zone: string, from: number, to: number): boolean {
  const offsets = offsetsOf(zone);
  const offset = offsets.at(to);
  for (let instant = from; instant < to; instant += DAY / 2) {
    if (offsets.at(instant) !== offset) return false;
  }
  return true;
}
