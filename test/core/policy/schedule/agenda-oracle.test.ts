import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toInstant } from "../../../../core/kit/clock.ts";
import { anyExpression } from "./any-expression.ts";
import { plainAgenda } from "./plain-agenda.ts";
import { CHANGES, DAY, minutesAround } from "./plain-clock.ts";
import { type Job, MINUTE, milliseconds, policyRule, runAgenda } from "./run-agenda.ts";

/** Without Apia: on a day that a zone left out, a window opens as after any gap, though the wall never shows the date. */
const CLOCKS = CHANGES.filter(([zone]) => zone !== "Pacific/Apia");
const MINUTES = new Map(CLOCKS.map((clock) => [clock, minutesAround(clock[0], clock[1])]));

const minutesUpTo = (most: number) => fc.nat(most).map((count) => milliseconds(count * MINUTE));

/** Half of them meet each other often. */
const schedule = fc
  .oneof(
    anyExpression,
    fc.constantFrom("0 21 * * *", "0 */3 * * *", "*/30 * * * *", "0 0,12 * * *", "30 1,2 * * *"),
  )
  .map((expression) => ({ schedule: expression }));

const every = fc
  .oneof(fc.constantFrom(30, 60, 90, 180), fc.integer({ min: 5, max: 600 }))
  .map((count) => ({ every: milliseconds(count * MINUTE) }));

const window = fc.record({
  startMinute: fc.oneof(fc.constantFrom(0, 30, 150, 1320), fc.nat(1439)),
  duration: fc.integer({ min: 1, max: 1800 }).map((count) => milliseconds(count * MINUTE)),
});

const policies = fc.record({
  full: fc.option(schedule, { freq: 10 }),
  differential: fc.option(schedule),
  log: fc.option(every),
  cdc: fc.option(every),
  window: fc.option(window, { freq: 2 }),
});

const takes = fc.oneof(fc.constant(milliseconds(0)), minutesUpTo(45), minutesUpTo(900));

const worlds = fc.record({
  clock: fc.constantFrom(...CLOCKS),
  policy: policies,
  begin: minutesUpTo(1439),
  delay: fc.oneof(fc.constant(milliseconds(0)), minutesUpTo(90)),
  takes: fc.record({ full: takes, differential: takes, cdc: takes, log: takes }),
  /** Of the minutes of the hour: what starts then fails. */
  badMinutes: fc.oneof(fc.constant<number[]>([]), fc.uniqueArray(fc.nat(59), { maxLength: 40 })),
  /** How long ago the newest full, and after it the newest differential, ended; null: there is none. */
  past: fc.option(fc.tuple(minutesUpTo(2000), minutesUpTo(2000))),
});

test("B-60 B-62 B-66 [decision] an agenda runs what waiting minute by minute runs, on days of 23, 23.5, 24 and 25 hours (Q-17, Q-22)", () => {
  fc.assert(
    fc.property(worlds, ({ clock, policy, begin, past, ...world }) => {
      const rule = policyRule({ ...policy, timezone: clock[0] });
      const minutes = MINUTES.get(clock) ?? [];
      const from = toInstant((minutes[0]?.at ?? 0) + 2 * DAY + begin);
      const ago = (length: number) => toInstant(from - length);
      const span = {
        from,
        until: toInstant(from + 3 * DAY),
        delay: world.delay,
        takes: world.takes,
        hasFailed: ({ startedAt }: Job) =>
          world.badMinutes.includes(new Date(startedAt).getUTCMinutes()),
        state:
          past === null
            ? { lastFull: null, lastAnchor: null }
            : { lastFull: ago(Math.max(...past)), lastAnchor: ago(Math.min(...past)) },
      };
      assert.deepEqual(
        textOf(runAgenda(rule, span)),
        textOf(plainAgenda(rule, { ...span, minutes })),
      );
    }),
    { numRuns: 100 },
  );
});

function textOf(jobs: readonly Job[]): readonly string[] {
  return jobs.map(({ type, startedAt }) => `${type} ${new Date(startedAt).toISOString()}`);
}
