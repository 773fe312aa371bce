import assert from "node:assert/strict";
import { test } from "node:test";
import { comingReaches } from "../../../../core/policy/forecast/coming-reaches.ts";
import type { ObservedPoint } from "../../../../core/policy/forecast/point-sizes.ts";
import { observed, observedLog, runOf } from "./observed.ts";
import { ruleOf, shown, utc } from "./rule-of.ts";

const HOURLY = ruleOf({ full: "0 12 * * WED", log: 1 });
const FULL = observed({ made: "2017-02-01T16:00", startedAt: utc("2017-02-01T12:00") });
const RUN = runOf("log 2017-02-01T19:00");
const LAST = observedLog("2017-02-01T17:00", "2017-02-01T18:00");

/** What the coming runs reach over, as moments; null where nobody knows. */
function reaches(
  existing: readonly ObservedPoint[],
  { rule = HOURLY, at, runs }: { rule?: typeof HOURLY; at: string; runs: readonly string[] },
) {
  const reachOf = comingReaches(existing, rule, utc(at));
  return runs.map((text) => {
    const reach = reachOf(runOf(text, text.startsWith("full") ? 4 : 0));
    if (reach === null) return null;
    const [from, to] = [reach.from, reach.to].map((place) => shown(Number(place) as never));
    return `${from} to ${to}`;
  });
}

test("coming logs follow the newest one, through fulls and differentials", () => {
  const runs = [
    "log 2017-02-01T19:00",
    "differential 2017-02-01T21:00",
    "log 2017-02-01T22:00",
    "full 2017-02-08T12:00",
    "log 2017-02-08T17:00",
  ];
  for (const existing of [
    [FULL, observedLog("2017-02-01T12:00", "2017-02-01T17:00"), LAST],
    [LAST, observedLog("2017-02-01T12:00", "2017-02-01T17:00"), FULL],
  ]) {
    assert.deepEqual(reaches(existing, { at: "2017-02-01T18:00", runs }), [
      "2017-02-01T18:00 to 2017-02-01T19:00",
      "2017-02-01T21:00 to 2017-02-01T21:00",
      "2017-02-01T19:00 to 2017-02-01T22:00",
      "2017-02-08T16:00 to 2017-02-08T16:00",
      "2017-02-01T22:00 to 2017-02-08T17:00",
    ]);
  }
});

test("places that are sequence numbers are counted on from the newest, on its fork", () => {
  const newest = utc("2017-02-01T18:00");
  const reach = { from: 70n, to: 90n, newest, fork: "fork-2", onlyEnd: true };
  const log = observed({ made: "2017-02-01T18:00", type: "log", reach });
  const reachOf = comingReaches([FULL, log], HOURLY, newest);
  const completedAt = utc("2017-02-01T19:00");
  assert.deepEqual(reachOf(runOf("log 2017-02-01T19:00")), {
    from: 90n,
    to: 3_600_090n,
    newest: completedAt,
    fork: "fork-2",
    onlyEnd: false,
  });
  assert.equal(reachOf(runOf("full 2017-02-01T20:00"))?.to, 7_200_090n);
  const later = observed({ made: "2017-02-01T18:30" });
  assert.equal(comingReaches([FULL, log, later], HOURLY, newest)(RUN)?.to, 3_600_090n);
});

test("a differential is followed as a full is, and what is of another kind is not", () => {
  const differential = observed({
    made: "2017-02-01T22:00",
    startedAt: utc("2017-02-01T21:00"),
    type: "differential",
  });
  const segment = observed({ made: "2017-02-01T22:10", type: "cdc" });
  const runs = ["log 2017-02-01T23:00"];
  const followed = ["2017-02-01T21:00 to 2017-02-01T23:00"];
  assert.deepEqual(
    reaches([FULL, differential, segment], { at: "2017-02-01T22:30", runs }),
    followed,
  );
  const rule = ruleOf({ full: "0 12 * * WED", cdc: 1 });
  const log = observed({ made: "2017-02-01T22:20", type: "log" });
  assert.deepEqual(
    reaches([differential, FULL, log], {
      rule,
      at: "2017-02-01T22:30",
      runs: ["cdc 2017-02-01T23:00"],
    }),
    followed,
  );
});

test("after a log of unknown reach the reaches are known from the next full on", () => {
  const log = observed({ made: "2017-02-01T18:00", type: "log" });
  const runs = ["log 2017-02-01T19:00", "full 2017-02-08T12:00", "log 2017-02-08T17:00"];
  assert.deepEqual(reaches([FULL, log], { at: "2017-02-01T18:30", runs }), [
    null,
    "2017-02-08T16:00 to 2017-02-08T16:00",
    "2017-02-08T12:00 to 2017-02-08T17:00",
  ]);
});

test("Q-23 [decision] where the first log since the full would be gone, the next leads nowhere", () => {
  const runs = ["log 2017-02-04T01:00"];
  // Two days: the first log, of 17:00 on Feb 1, goes at the midnight after Feb 3.
  assert.deepEqual(reaches([FULL], { at: "2017-02-04T00:00", runs }), [
    "2017-02-04T00:00 to 2017-02-04T01:00",
  ]);
});

test("where a log would still be there none was taken, and the next goes back to the first full", () => {
  const first = observed({ made: "2017-01-25T16:00", startedAt: utc("2017-01-25T12:00") });
  const whole = ["2017-01-25T12:00 to 2017-02-04T01:00"];
  const runs = ["log 2017-02-04T01:00"];
  const existing = [FULL, first];
  assert.deepEqual(reaches(existing, { at: "2017-02-03T23:59", runs }), whole);
  const held = ruleOf({ full: "0 12 * * WED", log: 1, retention: { legalHold: true } });
  assert.deepEqual(reaches(existing, { rule: held, at: "2017-02-04T00:00", runs }), whole);
  const free = ruleOf({ full: "0 12 * * WED", log: 1, retention: { legalHold: false } });
  assert.notDeepEqual(reaches(existing, { rule: free, at: "2017-02-04T00:00", runs }), whole);
});

test("right after a full, before its first log, the next follows that full", () => {
  const runs = ["log 2017-02-01T17:00"];
  const first = observed({ made: "2017-01-25T16:00" });
  assert.deepEqual(reaches([first, FULL], { at: "2017-02-01T16:30", runs }), [
    "2017-02-01T12:00 to 2017-02-01T17:00",
  ]);
  assert.deepEqual(reaches([first, FULL], { at: "2017-02-01T17:00", runs }), [
    "2017-01-25T16:00 to 2017-02-01T17:00",
  ]);
});

test("segments of changes follow each other, and not the logs", () => {
  const rule = ruleOf({ full: "0 12 * * WED", cdc: 1 });
  const runs = ["cdc 2017-02-01T19:00", "cdc 2017-02-01T20:00"];
  const segment = { ...LAST, type: "cdc" as const };
  const later = observedLog("2017-02-01T18:00", "2017-02-01T18:30");
  assert.deepEqual(reaches([FULL, segment, later], { rule, at: "2017-02-01T18:30", runs }), [
    "2017-02-01T18:00 to 2017-02-01T19:00",
    "2017-02-01T19:00 to 2017-02-01T20:00",
  ]);
  assert.deepEqual(reaches([FULL], { rule, at: "2017-02-01T18:30", runs }), [
    "2017-02-01T12:00 to 2017-02-01T19:00",
    "2017-02-01T19:00 to 2017-02-01T20:00",
  ]);
  const unknown = observed({ made: "2017-02-01T18:00", type: "cdc" });
  assert.deepEqual(reaches([FULL, unknown], { rule, at: "2017-02-01T18:30", runs }), [null, null]);
});
