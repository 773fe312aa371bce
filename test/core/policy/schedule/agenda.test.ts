import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toInstant } from "../../../../core/kit/clock.ts";
import { createAgenda } from "../../../../core/policy/schedule/agenda.ts";
import {
  at,
  formatJobs,
  formatStart,
  HOUR,
  MINUTE,
  milliseconds,
  policyRule,
  runAgenda,
} from "./run-agenda.ts";

const FEBRUARY = { from: at("2017-02-01T00:00:00-08:00"), until: at("2017-02-28T23:59:59-08:00") };

function untilHour(time: string) {
  return { from: FEBRUARY.from, until: at(`2017-02-${time}:00-08:00`) };
}

test("A-02 [decision] a weekly full runs once a week, and nothing runs before it is due", () => {
  const jobs = runAgenda(policyRule({ differential: null, log: null }), FEBRUARY);
  assert.deepEqual(formatJobs(jobs), [
    "full 02-01 12:00",
    "full 02-08 12:00",
    "full 02-15 12:00",
    "full 02-22 12:00",
  ]);
});

test("B-60 [decision] logs count from the completion of the full, and from that of each differential", () => {
  const takes = { full: 4 * HOUR, differential: 20 * MINUTE };
  const jobs = runAgenda(policyRule({ log: { every: milliseconds(4 * HOUR) } }), {
    ...untilHour("02T03:00"),
    takes,
  });
  assert.deepEqual(formatJobs(jobs), [
    "full 02-01 12:00",
    "log 02-01 20:00",
    "differential 02-01 21:00",
    "log 02-02 01:20",
  ]);
});

test("B-62 [decision] no log is due before a full has completed, however often fulls fail", () => {
  const { from } = FEBRUARY;
  const jobs = runAgenda(policyRule({ differential: null }), {
    ...untilHour("15T12:00"),
    takes: { full: HOUR },
    hasFailed: ({ startedAt }) => startedAt < from + 8 * 24 * HOUR,
  });
  assert.deepEqual(formatJobs(jobs), ["full 02-01 12:00", "full 02-08 12:00", "full 02-15 12:00"]);
});

test("B-66 [decision] the full of February 1 ends at 16:00, nine logs follow from 16:30, and the differential takes the slot of 21:00", () => {
  const jobs = runAgenda(policyRule(), {
    ...untilHour("01T21:00"),
    takes: { full: 4 * HOUR, log: 2 * MINUTE },
  });
  assert.deepEqual(formatJobs(jobs), [
    "full 02-01 12:00",
    ...["16:30", "17:00", "17:30", "18:00", "18:30", "19:00", "19:30", "20:00", "20:30"].map(
      (time) => `log 02-01 ${time}`,
    ),
    "differential 02-01 21:00",
  ]);
});

test("after the differential logs go on at its completion plus the interval (Q-17)", () => {
  const jobs = runAgenda(policyRule(), {
    ...untilHour("01T23:00"),
    takes: { full: 4 * HOUR, differential: 50 * MINUTE },
  });
  assert.deepEqual(formatJobs(jobs).slice(-3), [
    "differential 02-01 21:00",
    "log 02-01 22:20",
    "log 02-01 22:50",
  ]);
});

test("a full takes the slot of a differential at the same instant", () => {
  const rule = policyRule({ full: { schedule: "0 21 * * WED" }, log: null });
  assert.deepEqual(formatJobs(runAgenda(rule, untilHour("02T21:00"))), [
    "full 02-01 21:00",
    "differential 02-02 21:00",
  ]);
});

test("a full that waits takes the slot of each differential that is due when it is due again", () => {
  const window = { startMinute: 22 * 60 + 30, duration: milliseconds(HOUR) };
  const rule = policyRule({
    full: { schedule: "0 */6 * * *" },
    differential: { schedule: "0 18 * * *" },
    log: null,
    window,
  });
  assert.deepEqual(formatJobs(runAgenda(rule, untilHour("02T12:00"))), ["full 02-01 22:30"]);
});

test("a policy without schedules has nothing to take", () => {
  const rule = policyRule({ full: null, differential: null, log: null });
  const state = { lastFull: FEBRUARY.from, lastAnchor: FEBRUARY.from };
  assert.equal(createAgenda(rule, FEBRUARY.from).take(FEBRUARY.from, state), undefined);
});

test("a differential that is due each minute beside a full is settled once, not again for each job", () => {
  const every = { schedule: "* * * * *" };
  const span = { from: FEBRUARY.from, until: at("2017-02-03T00:00:00-08:00") };
  const begin = performance.now();
  const jobs = runAgenda(policyRule({ full: every, differential: every, log: null }), span);
  assert.equal(jobs.length, 2880);
  assert.ok(performance.now() - begin < 2000);
});

test("a log that takes longer than the interval delays one log, not a queue of them (Q-22)", () => {
  const jobs = runAgenda(policyRule({ differential: null }), {
    ...untilHour("01T20:00"),
    takes: { full: 4 * HOUR, log: 70 * MINUTE },
  });
  assert.deepEqual(formatJobs(jobs), [
    "full 02-01 12:00",
    "log 02-01 16:30",
    "log 02-01 17:40",
    "log 02-01 18:50",
    "log 02-01 20:00",
  ]);
});

test("of the starts missed while nothing could run, one of each type waits, the full first (Q-22)", () => {
  const agenda = createAgenda(policyRule(), FEBRUARY.from);
  const back = at("2017-02-17T10:00:00-08:00");
  const none = { lastFull: null, lastAnchor: null };
  const anchored = { lastFull: back, lastAnchor: back };
  const taken = [
    agenda.take(back, none),
    agenda.take(back, anchored),
    agenda.take(back, anchored),
    agenda.take(toInstant(back + HOUR), anchored),
  ];
  assert.deepEqual(
    taken.map((job) => job && `${job.type} ${formatStart(job.at)}`),
    ["full 02-17 10:00", "differential 02-17 10:00", "log 02-17 10:30", "log 02-17 11:00"],
  );
});

test("a full that becomes due while a differential runs starts when that ends", () => {
  const rule = policyRule({ full: { schedule: "0 22 * * WED" }, log: null });
  const jobs = runAgenda(rule, { ...untilHour("02T12:00"), takes: { differential: 3 * HOUR } });
  assert.deepEqual(formatJobs(jobs), ["differential 02-01 21:00", "full 02-02 00:00"]);
});

test("changes by CDC are due like logs", () => {
  const rule = policyRule({
    differential: null,
    log: null,
    cdc: { every: milliseconds(6 * HOUR) },
  });
  const jobs = runAgenda(rule, { ...untilHour("02T06:00"), takes: { full: HOUR } });
  assert.deepEqual(formatJobs(jobs), ["full 02-01 12:00", "cdc 02-01 19:00", "cdc 02-02 01:00"]);
});

const rules = fc
  .record({
    full: fc.constantFrom("0 12 * * WED", "@daily", "*/20 * * * *", "30 2 * * *"),
    differential: fc.option(fc.constantFrom("0 21 * * *", "0 */3 * * *", "30 1 * * *")),
    log: fc.option(fc.integer({ min: 1, max: 600 })),
    window: fc.option(fc.record({ start: fc.nat(1439), hours: fc.integer({ min: 1, max: 30 }) })),
  })
  .map(({ full, differential, log, window }) =>
    policyRule({
      full: { schedule: full },
      differential: differential === null ? null : { schedule: differential },
      log: log === null ? null : { every: milliseconds(log * MINUTE) },
      window: window && {
        startMinute: window.start,
        duration: milliseconds(window.hours * HOUR),
      },
    }),
  );

test("under any policy jobs never overlap, and nothing starts outside the window", () => {
  const lengths = fc.nat(5 * 60).map((minutes) => minutes * MINUTE);
  fc.assert(
    fc.property(rules, fc.tuple(lengths, lengths, lengths), (rule, [full, differential, log]) => {
      const from = at("2017-03-10T00:00:00-08:00");
      const span = { from, until: toInstant(from + 5 * 24 * HOUR) };
      const jobs = runAgenda(rule, { ...span, takes: { full, differential, log } });
      for (const [index, job] of jobs.entries()) {
        assert.ok(job.startedAt >= (jobs[index - 1]?.completedAt ?? from));
      }
      const { window } = rule;
      if (window === null) return;
      const opensDaily = runAgenda(
        policyRule({
          full: { schedule: cronAt(window.startMinute) },
          differential: null,
          log: null,
        }),
        { from: toInstant(from - 48 * HOUR), until: span.until },
      );
      for (const { startedAt } of jobs) {
        const isInside = opensDaily.some(
          (opening) =>
            opening.startedAt <= startedAt && startedAt < opening.startedAt + window.duration,
        );
        assert.ok(isInside, formatStart(startedAt));
      }
    }),
    { numRuns: 200 },
  );
});

function cronAt(minuteOfDay: number): string {
  return `${minuteOfDay % 60} ${Math.floor(minuteOfDay / 60)} * * *`;
}

test("ten years of logs every 15 minutes are scheduled, each in its turn", () => {
  const from = at("2017-01-01T00:00:00Z");
  const until = at("2027-01-01T00:00:00Z");
  const jobs = runAgenda(policyRule({ log: { every: milliseconds(15 * MINUTE) } }), {
    from,
    until,
  });
  assert.ok(jobs.length > 350_000);
});

test("a copy of an agenda goes on by itself, with all that waits", () => {
  const agenda = createAgenda(policyRule({ log: null }), FEBRUARY.from);
  const state = { lastFull: null, lastAnchor: null };
  const free = at("2017-02-08T22:00:00-08:00");
  assert.deepEqual(agenda.take(free, state), { type: "full", at: free });
  const copy = agenda.copy();
  const waiting = { type: "differential", at: free };
  assert.deepEqual(copy.take(free, state), waiting);
  const tomorrow = { type: "differential", at: at("2017-02-09T21:00:00-08:00") };
  assert.deepEqual(copy.take(free, state), tomorrow);
  assert.deepEqual(agenda.take(free, state), waiting);
  assert.deepEqual(agenda.take(free, state), tomorrow);
});
