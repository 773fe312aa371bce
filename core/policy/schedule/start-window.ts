import { type Instant, toInstant } from "../../kit/clock.ts";
import type { PolicyRule } from "../model/policy-rule.ts";
import { addDays, dayOf, minuteOfDay } from "../time/zone-time.ts";

/** When backups may start. A backup that runs when the window closes goes on. */
export interface StartWindow {
  /** The earliest instant at or after `instant` at which a backup may start. */
  openFrom(instant: Instant): Instant;
  /** Since when no backup may start; undefined while one may. */
  closedSince(instant: Instant): Instant | undefined;
}

const ALWAYS: StartWindow = {
  openFrom: (instant) => instant,
  closedSince: () => undefined,
};

const WHOLE_DAY = 86_400_000;

/**
 * A window opens each day when the policy's clocks first show its start (or first go beyond it, where summer time skips
 * it), and stays open for its duration as time passes, whatever the clocks do meanwhile. The opening itself is inside, the
 * end is not. A window of a whole day never closes, on the day of 25 hours neither.
 */
export function createStartWindow(rule: Pick<PolicyRule, "window" | "timezone">): StartWindow {
  const { window, timezone } = rule;
  if (window === null || window.duration >= WHOLE_DAY) return ALWAYS;
  const opening = (instant: Instant, daysLater: number) =>
    minuteOfDay(addDays(dayOf(instant, timezone), daysLater), window.startMinute, timezone);
  /** The clocks that go back over midnight have shown the beginning of tomorrow already. */
  const lastOpened = (instant: Instant): number => {
    let daysLater = 1;
    while (opening(instant, daysLater) > instant) daysLater--;
    return daysLater;
  };
  const closedSince = (instant: Instant): Instant | undefined => {
    const end = toInstant(opening(instant, lastOpened(instant)) + window.duration);
    return instant < end ? undefined : end;
  };
  const openFrom = (instant: Instant): Instant =>
    closedSince(instant) === undefined ? instant : opening(instant, lastOpened(instant) + 1);
  return { closedSince, openFrom };
}
