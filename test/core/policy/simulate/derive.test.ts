import assert from "node:assert/strict";
import { test } from "node:test";
import { type Instant, toInstant } from "../../../../core/kit/clock.ts";
import type { PointType, PolicyPoint } from "../../../../core/policy/model/policy-point.ts";
import type { RetentionRule } from "../../../../core/policy/retention/retention-rule.ts";
import { type Derivation, deriveRetention } from "../../../../core/policy/simulate/derive.ts";
import { tenDays } from "../../../support/policy-rules.ts";

const TEN_DAYS = tenDays("America/Los_Angeles");

/** A moment of 2017 by the clock of Los Angeles in winter: `02-13T11:00`. */
function pst(text: string): Instant {
  return toInstant(Date.parse(`2017-${text}:00-08:00`));
}

function shown(instant: Instant | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}

type Given = Partial<PolicyPoint> & { readonly id: string; readonly createdAt: Instant };

function pointOf(given: Given): PolicyPoint {
  return {
    server: "server.main",
    database: "db1",
    type: "full",
    startedAt: given.createdAt,
    base: null,
    reach: null,
    ...given,
  };
}

function two(day: number): string {
  return String(day).padStart(2, "0");
}

const FULLS = [
  pointOf({ id: "full-1", createdAt: pst("02-01T16:00") }),
  ...[8, 15].map((day) => pointOf({ id: `full-${day}`, createdAt: pst(`02-${two(day)}T15:00`) })),
];

/** A differential of each evening at nine, of 1 to 17 February. */
const DIFFERENTIALS = Array.from({ length: 17 }, (_, index) => {
  const day = index + 1;
  const base = day < 8 ? "full-1" : day < 15 ? "full-8" : "full-15";
  const createdAt = pst(`02-${two(day)}T21:00`);
  return pointOf({ id: `diff-${day}`, type: "differential", base, createdAt });
});

const FEBRUARY = [...FULLS, ...DIFFERENTIALS];

function namesOf(prefix: string, from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `${prefix}-${from + index}`);
}

function explained(
  id: string,
  at: Instant,
  { points = FEBRUARY, ...rule }: Partial<RetentionRule> & { points?: readonly PolicyPoint[] } = {},
) {
  const derivation = deriveRetention(points, { ...TEN_DAYS, ...rule }, at).get(id);
  assert.ok(derivation, `${id} was not made by then`);
  return derivation;
}

function stepOf({ steps }: Derivation, rule: Derivation["steps"][number]["rule"]) {
  const found = steps.find((step) => step.rule === rule);
  return found && { ...found, until: shown(found.until), points: found.points.toSorted() };
}

function rulesOf({ steps }: Derivation): readonly string[] {
  return steps.map(({ rule }) => rule);
}

const ON_13 = pst("02-13T11:00");

test("B-37 [decision] the first full is past its days on Feb 13, and five kept differentials need it until Feb 18", () => {
  const derivation = explained("full-1", ON_13);
  assert.deepEqual(rulesOf(derivation), ["daily", "dependency"]);
  assert.deepEqual(stepOf(derivation, "daily"), {
    rule: "daily",
    seeds: ["B-04", "B-09"],
    holds: false,
    until: "2017-02-12T08:00:00.000Z",
    count: 10,
    points: [],
  });
  assert.deepEqual(stepOf(derivation, "dependency"), {
    rule: "dependency",
    seeds: ["B-36", "B-37"],
    holds: true,
    until: "2017-02-18T08:00:00.000Z",
    count: null,
    points: namesOf("diff", 3, 7),
  });
  assert.deepEqual(derivation.decision.retainedBy, ["dependency"]);
  assert.equal(derivation.isKept, true);
});

test("B-35 [decision] on Feb 13 the differentials of Feb 1 and 2 are gone by the daily rule alone", () => {
  for (const [id, until] of [
    ["diff-1", "2017-02-12T08:00:00.000Z"],
    ["diff-2", "2017-02-13T08:00:00.000Z"],
  ] as const) {
    const derivation = explained(id, ON_13);
    assert.deepEqual(rulesOf(derivation), ["daily"]);
    assert.equal(stepOf(derivation, "daily")?.holds, false);
    assert.equal(stepOf(derivation, "daily")?.until, until);
    assert.equal(derivation.isKept, false);
  }
  const third = explained("diff-3", ON_13);
  assert.equal(stepOf(third, "daily")?.holds, true);
  assert.equal(third.isKept, true);
});

test("B-37 [decision] the first full is explained as gone at the midnight after Feb 17", () => {
  assert.equal(explained("full-1", toInstant(pst("02-18T00:00") - 1)).isKept, true);
  const gone = explained("full-1", pst("02-18T00:00"));
  assert.deepEqual(rulesOf(gone), ["daily"]);
  assert.equal(gone.isKept, false);
});

test("B-32 [decision] on Feb 11, 05:00, two fulls and ten differentials are explained, and all are kept", () => {
  const derived = deriveRetention(FEBRUARY, TEN_DAYS, pst("02-11T05:00"));
  assert.deepEqual(
    [...derived.keys()].toSorted(),
    ["full-1", "full-8", ...namesOf("diff", 1, 10)].toSorted(),
  );
  assert.ok([...derived.values()].every(({ isKept }) => isKept));
});

test("B-06 [decision] a point is explained from the moment of its success on", () => {
  const keysAt = (at: Instant) => [...deriveRetention(FEBRUARY, TEN_DAYS, at).keys()];
  assert.deepEqual(keysAt(toInstant(pst("02-01T16:00") - 1)), []);
  assert.deepEqual(keysAt(pst("02-01T16:00")), ["full-1"]);
});

test("B-12 [decision] without differentials the full of Feb 1 stands for the week that ends on Feb 5", () => {
  const derivation = explained("full-1", pst("02-12T11:00"), { points: FULLS, weekly: 4 });
  assert.deepEqual(stepOf(derivation, "weekly"), {
    rule: "weekly",
    seeds: ["B-12", "B-33", "Q-13", "Q-20"],
    holds: true,
    until: "2017-03-06T08:00:00.000Z",
    count: 4,
    points: ["full-1"],
  });
  assert.deepEqual(rulesOf(derivation), ["daily", "weekly"]);
});

test("B-33 [decision] with differentials that of Feb 5 stands for the week, and pins its full as long", () => {
  const full = explained("full-1", ON_13, { weekly: 4 });
  assert.deepEqual(stepOf(full, "weekly"), {
    rule: "weekly",
    seeds: ["B-12", "B-33", "Q-13", "Q-20"],
    holds: false,
    until: null,
    count: 4,
    points: ["diff-5"],
  });
  assert.equal(stepOf(full, "dependency")?.until, "2017-03-06T08:00:00.000Z");
  const standing = explained("diff-5", ON_13, { weekly: 4 });
  assert.equal(stepOf(standing, "weekly")?.holds, true);
  assert.equal(stepOf(standing, "weekly")?.until, "2017-03-06T08:00:00.000Z");
  const late = explained("diff-5", pst("03-06T00:00"), { weekly: 4 });
  assert.equal(stepOf(late, "weekly")?.holds, false);
});

test("with the oldest as representative the full of Feb 1 stands for its week", () => {
  const rule = { weekly: 4, representative: "oldest" } as const;
  assert.deepEqual(stepOf(explained("diff-5", ON_13, rule), "weekly")?.points, ["full-1"]);
  assert.equal(stepOf(explained("full-1", ON_13, rule), "weekly")?.holds, true);
});

test("Q-20 [decision] months and years count from their ends, and come after days and weeks", () => {
  const derivation = explained("diff-17", pst("02-20T00:00"), { weekly: 1, monthly: 3, yearly: 2 });
  assert.deepEqual(
    derivation.steps.map(({ rule, until, count, points }) => [rule, shown(until), count, points]),
    [
      ["daily", "2017-02-28T08:00:00.000Z", 10, []],
      ["weekly", "2017-02-27T08:00:00.000Z", 1, ["diff-17"]],
      ["monthly", "2017-06-01T07:00:00.000Z", 3, ["diff-17"]],
      ["yearly", "2020-01-01T08:00:00.000Z", 2, ["diff-17"]],
    ],
  );
});

test("each database of each server has its own representative", () => {
  const later = { createdAt: pst("02-05T12:00") };
  const points = [
    pointOf({ id: "a", createdAt: pst("02-01T12:00") }),
    pointOf({ id: "b", database: "db2", ...later }),
    pointOf({ id: "c", server: "server.other", ...later }),
  ];
  for (const id of ["a", "b", "c"]) {
    const weekly = stepOf(explained(id, ON_13, { points, weekly: 4 }), "weekly");
    assert.deepEqual(weekly?.points, [id]);
  }
});

test("a point of another week does not stand for this one", () => {
  const points = [
    pointOf({ id: "sunday", createdAt: pst("02-05T23:59") }),
    pointOf({ id: "monday", createdAt: pst("02-06T00:00") }),
  ];
  for (const id of ["sunday", "monday"]) {
    const weekly = stepOf(explained(id, ON_13, { points, weekly: 4 }), "weekly");
    assert.deepEqual(weekly?.points, [id]);
  }
});

test("the newest differential is kept whatever its age, and pins its full without a date", () => {
  const newYear = toInstant(Date.parse("2018-01-01T00:00:00Z"));
  const newest = explained("diff-17", newYear);
  assert.deepEqual(rulesOf(newest), ["daily", "newest"]);
  assert.deepEqual(stepOf(newest, "newest"), {
    rule: "newest",
    seeds: [],
    holds: true,
    until: null,
    count: null,
    points: [],
  });
  const full = explained("full-15", newYear);
  assert.deepEqual(rulesOf(full), ["daily", "dependency"]);
  assert.equal(stepOf(full, "dependency")?.until, null);
  assert.deepEqual(stepOf(full, "dependency")?.points, ["diff-17"]);
  assert.equal(full.isKept, true);
});

test("a legal hold is told of every point, and everything is kept", () => {
  const derived = deriveRetention(FEBRUARY, { ...TEN_DAYS, legalHold: true }, ON_13);
  for (const derivation of derived.values()) {
    assert.equal(rulesOf(derivation).at(-1), "legal_hold");
    assert.equal(stepOf(derivation, "legal_hold")?.holds, true);
    assert.equal(derivation.isKept, true);
  }
  assert.equal(stepOf(explained("full-1", ON_13, { legalHold: true }), "dependency")?.until, null);
  assert.equal(stepOf(explained("full-1", ON_13, { legalHold: false }), "legal_hold"), undefined);
});

/** A log over `(from, to]` of February. */
function logOf(id: string, base: string | null, [from, to]: readonly [string, string]) {
  const newest = pst(to);
  const reach = {
    from: BigInt(pst(from)),
    to: BigInt(newest),
    newest,
    fork: "f",
    onlyEnd: false,
  };
  return pointOf({ id, type: "log", base, createdAt: newest, reach });
}

const LOGS = [
  logOf("log-before", "diff-2", ["02-02T21:00", "02-03T20:30"]),
  logOf("log-across", "diff-3", ["02-03T20:30", "02-03T21:30"]),
  logOf("log-after", "diff-3", ["02-03T21:30", "02-05T23:30"]),
];
const WITH_LOGS = [...FEBRUARY, ...LOGS];

test("Q-23 [decision] on Feb 13 a log before the differential of Feb 3 leads nowhere, and a purge takes it", () => {
  const dead = explained("log-before", ON_13, { points: WITH_LOGS });
  assert.deepEqual(rulesOf(dead), ["daily", "dead_log"]);
  assert.deepEqual(stepOf(dead, "dead_log"), {
    rule: "dead_log",
    seeds: ["Q-23"],
    holds: true,
    until: null,
    count: null,
    points: ["diff-2"],
  });
  assert.deepEqual(dead.decision.retainedBy, ["daily"]);
  assert.equal(dead.isKept, false);
  for (const id of ["log-across", "log-after"]) {
    const alive = explained(id, ON_13, { points: WITH_LOGS });
    assert.deepEqual(rulesOf(alive), ["daily"]);
    assert.equal(alive.isKept, true);
  }
});

test("Q-23 [decision] a dead log stays where dead logs are kept, and under a legal hold", () => {
  const kept = explained("log-before", ON_13, { points: WITH_LOGS, deadLogs: "keep" });
  assert.deepEqual(rulesOf(kept), ["daily", "dead_log"]);
  assert.equal(kept.isKept, true);
  const lost = logOf("log-lost", null, ["01-01T00:00", "01-02T00:00"]);
  const held = explained("log-lost", ON_13, { points: [...FULLS, lost], legalHold: true });
  assert.deepEqual(rulesOf(held), ["daily", "legal_hold", "dead_log"]);
  assert.deepEqual(stepOf(held, "dead_log")?.points, []);
  assert.equal(held.isKept, true);
});

test("B-65 [decision] of a log the days are all there is: no week, and nothing that it keeps", () => {
  const rule = { points: WITH_LOGS, weekly: 4, monthly: 1 };
  const log = explained("log-after", ON_13, rule);
  assert.deepEqual(rulesOf(log), ["daily"]);
  assert.deepEqual(stepOf(log, "daily")?.seeds, ["B-04", "B-09", "B-65"]);
  assert.deepEqual(stepOf(explained("diff-5", ON_13, rule), "weekly")?.points, ["diff-5"]);
  assert.equal(stepOf(explained("diff-3", ON_13, rule), "dependency"), undefined);
});

test("B-65 [decision] a log whose days are over is gone, and not called dead", () => {
  const gone = explained("log-before", pst("02-14T00:00"), { points: WITH_LOGS });
  assert.deepEqual(rulesOf(gone), ["daily"]);
  assert.equal(gone.isKept, false);
});

const SEGMENTS = [5, 6, 7].map((day) => {
  const type: PointType = "cdc";
  const from = day === 5 ? "02-01T12:00" : `02-${two(day - 1)}T21:00`;
  return { ...logOf(`cdc-${day}`, "full-1", [from, `02-${two(day)}T21:00`]), type };
});

test("segments of changes need their full, and each the one before it", () => {
  const points = [...FULLS, ...SEGMENTS];
  const full = explained("full-1", ON_13, { points });
  assert.deepEqual(stepOf(full, "dependency")?.points, ["cdc-5", "cdc-6", "cdc-7"]);
  assert.equal(stepOf(full, "dependency")?.until, "2017-02-18T08:00:00.000Z");
  const first = explained("cdc-5", pst("02-17T11:00"), { points });
  assert.equal(stepOf(first, "daily")?.holds, false);
  assert.equal(stepOf(first, "dependency")?.holds, true);
  assert.equal(stepOf(first, "dependency")?.until, "2017-02-18T08:00:00.000Z");
  assert.ok(stepOf(first, "dependency")?.points.includes("cdc-6"));
  assert.equal(stepOf(explained("cdc-7", ON_13, { points }), "dependency"), undefined);
});

test("changes of a capture that was enabled anew do not need those before it, though they have one base", () => {
  const anew = SEGMENTS.slice(1).map((point) => ({
    ...point,
    reach: point.reach && { ...point.reach, fork: "anew" },
  }));
  const points = [...FULLS, ...SEGMENTS.slice(0, 1), ...anew];
  const { steps, decision } = explained("cdc-5", pst("02-17T11:00"), { points });
  assert.deepEqual(
    steps.filter(({ holds }) => holds).map(({ rule }) => rule),
    decision.retainedBy,
  );
  assert.equal(stepOf(explained("cdc-5", ON_13, { points }), "dependency"), undefined);
});

test("a differential dated later, after a clock was set back, is told as what needs its full", () => {
  const points = [...FULLS.slice(0, 2), ...DIFFERENTIALS.slice(0, 1)].map((point) =>
    point.type === "differential" ? { ...point, createdAt: pst("03-20T21:00") } : point,
  );
  const full = explained("full-1", pst("03-01T11:00"), { points });
  assert.deepEqual(full.decision.retainedBy, ["dependency"]);
  assert.deepEqual(stepOf(full, "dependency")?.points, ["diff-1"]);
});
