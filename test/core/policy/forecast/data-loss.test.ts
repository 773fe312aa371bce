import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Instant } from "../../../../core/kit/clock.ts";
import { type DataLoss, worstDataLoss } from "../../../../core/policy/forecast/data-loss.ts";
import type { Durations, VirtualRun } from "../../../../core/policy/forecast/virtual-runs.ts";
import type { Milliseconds, PolicyRule } from "../../../../core/policy/model/policy-rule.ts";
import { createAgenda } from "../../../../core/policy/schedule/agenda.ts";
import type { ScheduleState } from "../../../../core/policy/schedule/due-times.ts";
import type { DueBackup } from "../../../../core/policy/schedule/next-backup.ts";
import { emptyPolicy } from "../../../support/policy-rules.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const FROM = Date.UTC(2026, 0, 1) as Instant;

const EMPTY = emptyPolicy("Europe/Berlin");

function every(milliseconds: number): { readonly every: Milliseconds } {
  return { every: milliseconds as Milliseconds };
}

function lossesOf(rule: Partial<PolicyRule>, durations: Partial<Record<string, number>> = {}) {
  return worstDataLoss({ ...EMPTY, ...rule }, { from: FROM, durations: durations as Durations });
}

/** `full 2026-10-23T19:00Z`, with an exclamation mark where it fails. */
function timelineOf(loss: DataLoss | null): readonly string[] {
  return (loss?.timeline ?? []).map(({ type, status, startedAt }) => {
    const start = new Date(startedAt).toISOString().slice(0, 16);
    return `${type}${status === "failed" ? "!" : ""} ${start}Z`;
  });
}

test("a night of summer time's end is an hour longer", () => {
  const { normal } = lossesOf({ full: { schedule: "0 21 * * *" } });
  assert.equal(normal?.loss, 25 * HOUR);
  assert.deepEqual(timelineOf(normal), ["full 2026-10-24T19:00Z", "full 2026-10-25T20:00Z"]);
});

test("a policy of weekdays loses a weekend, and a failed Friday's backup a day more", () => {
  const { normal, oneFailure } = lossesOf({ full: { schedule: "0 21 * * MON-FRI" } });
  assert.equal(normal?.loss, 73 * HOUR);
  assert.equal(oneFailure?.loss, 97 * HOUR);
  assert.deepEqual(timelineOf(oneFailure), [
    "full 2026-10-22T19:00Z",
    "full! 2026-10-23T19:00Z",
    "full 2026-10-26T20:00Z",
  ]);
});

test("what is written while a backup runs may be missing from it", () => {
  const { normal } = lossesOf(
    { timezone: "UTC", full: { schedule: "@daily" } },
    { full: 4 * HOUR },
  );
  assert.equal(normal?.loss, 28 * HOUR);
});

test("B-66 [decision] of logs each half hour, the worst is while a full runs, or one log more where one fails", () => {
  const retention = { ...EMPTY.retention, daily: 14 };
  const rule = { retention, full: { schedule: "0 12 * * WED" }, log: every(30 * MINUTE) };
  const { normal, oneFailure } = lossesOf(rule, { full: 4 * HOUR });
  assert.equal(normal?.loss, 4.5 * HOUR);
  assert.equal(oneFailure?.loss, 5 * HOUR);
  assert.deepEqual(timelineOf(lossesOf(rule).oneFailure).length, 3);
  assert.equal(lossesOf(rule).normal?.loss, 0.5 * HOUR);
});

test("B-52 [decision] after a full that failed the next differential takes as long as a full", () => {
  const rule = {
    timezone: "UTC",
    full: { schedule: "0 0 * * SUN" },
    differential: { schedule: "0 0 * * WED-FRI" },
  };
  const { oneFailure } = lossesOf(rule, { full: 6 * HOUR, differential: HOUR });
  assert.equal(oneFailure?.loss, 126 * HOUR);
  assert.deepEqual(
    oneFailure.timeline.map(({ type }) => type),
    ["differential", "full", "full"],
  );
});

test("a closed window is part of the loss", () => {
  const window = { startMinute: 20 * 60, duration: (8 * HOUR) as Milliseconds };
  const rule = { timezone: "UTC", full: { schedule: "0 20 * * *" }, log: every(HOUR), window };
  const { normal } = lossesOf(rule);
  assert.equal(normal?.loss, 17 * HOUR);
  assert.deepEqual(timelineOf(normal), ["log 2026-01-01T03:00Z", "full 2026-01-01T20:00Z"]);
});

test("a full of the method cdc is no consistent point until changes follow it", () => {
  const rule = { timezone: "UTC", method: "cdc", full: { schedule: "@weekly" } } as const;
  const { normal } = lossesOf({ ...rule, cdc: every(HOUR) }, { full: 3 * HOUR });
  assert.equal(normal?.loss, 5 * HOUR);
  assert.deepEqual(
    normal.timeline.map(({ type }) => type),
    ["cdc", "cdc"],
  );
});

test("fulls of the method cdc count by themselves where no changes are captured", () => {
  const rule = { timezone: "UTC", method: "cdc", full: { schedule: "@weekly" } } as const;
  assert.equal(lossesOf(rule, { full: 3 * HOUR }).normal?.loss, (7 * 24 + 3) * HOUR);
});

test("a failed backup of changes is made good by the next one, not by the full in between", () => {
  const rule = { timezone: "UTC", method: "cdc", full: { schedule: "@daily" } } as const;
  const { normal, oneFailure } = lossesOf({ ...rule, cdc: every(20 * HOUR) });
  assert.equal(normal?.loss, 24 * HOUR);
  assert.equal(oneFailure?.loss, 48 * HOUR);
});

test("fulls of another method count beside captured changes", () => {
  const rule = { timezone: "UTC", full: { schedule: "0 0 * * *" }, cdc: every(10 * HOUR) };
  // Changes at 10:00 and 20:00, and the full at midnight.
  assert.equal(lossesOf(rule).normal?.loss, 10 * HOUR);
  assert.deepEqual(timelineOf(lossesOf({ ...rule, cdc: every(20 * HOUR) }).normal), [
    "full 2026-01-02T00:00Z",
    "cdc 2026-01-02T20:00Z",
  ]);
});

test("the figures are those of a policy that has been running: its logs do not wait for the first full", () => {
  const full = { schedule: "0 0 29 2 *" };
  const differential = { schedule: "0 0 29 2 *" };
  assert.equal(lossesOf({ full, log: every(HOUR) }).normal?.loss, HOUR);
  assert.equal(lossesOf({ differential, log: every(HOUR) }).normal?.loss, HOUR);
});

test("B-52 [decision] a differential that waited while the failed full ran is a full itself", () => {
  const rule = {
    timezone: "UTC",
    full: { schedule: "30 2 * * *" },
    differential: { schedule: "0 */8 * * *" },
    window: { startMinute: 3 * 60, duration: (15 * HOUR) as Milliseconds },
  };
  const { oneFailure } = lossesOf({ ...rule, log: every(5 * HOUR) }, { full: 4 * HOUR });
  // The window opens at 3:00: the full runs until 7:00 and fails, then what was due at midnight runs as one until 11:00.
  assert.equal(oneFailure?.loss, 19 * HOUR);
  assert.deepEqual(timelineOf(oneFailure), [
    "differential 2026-01-01T16:00Z",
    "full! 2026-01-02T03:00Z",
    "full 2026-01-02T07:00Z",
  ]);
});

test("B-65 [decision] logs that lose their first one lead nowhere until the next full", () => {
  const monthly = { timezone: "UTC", full: { schedule: "0 3 1 * *" }, log: every(HOUR) };
  const { normal } = lossesOf(monthly);
  assert.equal(normal?.loss, 31 * 24 * HOUR);
  assert.deepEqual(
    normal.timeline.map(({ type, status }) => `${type} ${status}`),
    ["full successful", "log purged", "full successful"],
  );
  const held = { ...EMPTY.retention, legalHold: true };
  assert.equal(lossesOf({ ...monthly, retention: held }).normal?.loss, HOUR);
  const long = { ...EMPTY.retention, daily: 31 };
  assert.equal(lossesOf({ ...monthly, retention: long }).normal?.loss, HOUR);
});

test("B-65 [decision] one full of a week that fails costs two weeks of logs", () => {
  const rule = { timezone: "UTC", full: { schedule: "0 12 * * SUN" }, log: every(HOUR) };
  const { normal, oneFailure } = lossesOf(rule);
  assert.equal(normal?.loss, HOUR);
  assert.equal(oneFailure?.loss, 14 * 24 * HOUR);
  assert.deepEqual(
    oneFailure.timeline.map(({ type, status }) => `${type} ${status}`),
    ["full successful", "log purged", "full failed", "full successful"],
  );
});

test("what never runs twice has no worst case", () => {
  assert.equal(lossesOf({}).normal, null);
  assert.equal(lossesOf({ log: every(HOUR) }).oneFailure, null);
  assert.equal(lossesOf({ full: { schedule: "0 0 29 2 *" } }).normal, null);
});

test("it tells how far it looked", () => {
  const { examined } = lossesOf({ full: { schedule: "@daily" }, log: every(MINUTE) });
  assert.ok(examined.until > FROM + 27 * 24 * HOUR && examined.until < FROM + 29 * 24 * HOUR);
});

/** Runs the schedule with one backup failing, and looks at every success. */
function bruteForce(rule: PolicyRule, durations: Durations, failing: number): number {
  const agenda = createAgenda(rule, FROM);
  let state: ScheduleState = { lastFull: FROM, lastAnchor: FROM };
  let freeAt: Instant = FROM;
  let newest: Instant | undefined;
  let worst = 0;
  let mustBeFull = false;
  for (let count = 0; count < 400; count++) {
    const due: DueBackup | undefined = agenda.take(freeAt, state);
    if (due === undefined) break;
    const type: DueBackup["type"] = due.type === "differential" && mustBeFull ? "full" : due.type;
    const completedAt = (due.at + (durations[type] ?? 0)) as Instant;
    freeAt = completedAt;
    if (count === failing) {
      mustBeFull = type === "full";
      continue;
    }
    if (newest !== undefined) worst = Math.max(worst, completedAt - newest);
    newest = due.at;
    if (type === "full") [mustBeFull, state] = [false, { lastFull: freeAt, lastAnchor: freeAt }];
    if (type === "differential") state = { ...state, lastAnchor: freeAt };
  }
  return worst;
}

test("no failure of one of the first backups is worse than what is foretold", () => {
  const hours = (max: number) => fc.integer({ min: 0, max }).map((count) => count * HOUR);
  const rules = fc.record({
    timezone: fc.constantFrom("UTC", "Europe/Berlin", "Australia/Lord_Howe"),
    full: fc.constantFrom("0 12 * * WED", "0 3 * * MON-FRI", "30 2 * * *", "0 1 1,15 * *"),
    differential: fc.option(fc.constantFrom("0 21 * * *", "0 */8 * * *", "0 3 * * *")),
    log: fc.option(fc.integer({ min: 1, max: 12 })),
    window: fc.option(fc.record({ start: fc.integer({ min: 0, max: 23 }), hours: hours(23) })),
    durations: fc.record({ full: hours(5), differential: hours(2), log: hours(1) }),
    failing: fc.integer({ min: -1, max: 30 }),
  });
  const property = fc.property(rules, (made) => {
    const rule: PolicyRule = {
      ...EMPTY,
      timezone: made.timezone,
      full: { schedule: made.full },
      differential: made.differential === null ? null : { schedule: made.differential },
      log: made.log === null ? null : every(made.log * HOUR),
      window: made.window && {
        startMinute: made.window.start * 60,
        duration: (made.window.hours + HOUR) as Milliseconds,
      },
    };
    const durations = made.durations as Durations;
    const { normal, oneFailure } = worstDataLoss(rule, { from: FROM, durations });
    const foretold = made.failing < 0 ? normal : oneFailure;
    assert.ok(bruteForce(rule, durations, made.failing) <= (foretold?.loss ?? 0));
  });
  fc.assert(property, { numRuns: 25 });
});

test("a witness is one run of the schedule after the other", () => {
  const rule = { full: { schedule: "0 12 * * WED" }, log: every(HOUR) };
  for (const loss of [lossesOf(rule).normal, lossesOf(rule).oneFailure]) {
    const runs: readonly VirtualRun[] = loss?.timeline ?? [];
    assert.ok(
      runs.every(({ startedAt }, at) => at === 0 || startedAt >= (runs[at - 1]?.completedAt ?? 0)),
    );
    assert.equal(loss?.newest, runs[0]?.startedAt);
    assert.equal(loss?.until, runs.at(-1)?.completedAt);
  }
});
