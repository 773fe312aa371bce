import assert from "node:assert/strict";
import { test } from "node:test";
import { diagnosticOf } from "../../../core/diagnostics/caught.ts";
import { CODES } from "../../../core/diagnostics/codes.ts";
import { simulatePolicy } from "../../../core/operations/simulate.ts";
import type { SimulationRequest } from "../../../core/operations/simulation-request.ts";
import { startDelay } from "../../../core/policy/schedule/start-delay.ts";
import { createWorld, EXAMPLE, type MemoryWorld } from "../../support/memory-ports.ts";
import { withCode } from "../../support/with-code.ts";

const LOGS = EXAMPLE.replace('"snapshot"', '"native"').replace(
  "full {",
  'log { every = "15m" }\n  full {',
);

const REQUEST: SimulationRequest = {
  policy: "gold",
  variables: [],
  from: undefined,
  at: "2017-02-13",
  history: undefined,
  durations: {},
  databases: [],
};

/** A world whose only file is a history of these lines. */
function worldWith(...lines: readonly string[]): MemoryWorld {
  const world = createWorld();
  const read = () => Promise.resolve(new TextEncoder().encode(lines.join("\n")));
  return { ...world, ports: { ...world.ports, files: { ...world.ports.files, read } } };
}

function full(start: string, end: string): string {
  const times = { started_at: start, completed_at: end };
  return JSON.stringify({ type: "full", database: "db1", ...times, status: "successful" });
}

const FIRST = full("2017-02-01T12:00", "2017-02-01T16:00");
const SECOND = full("2017-02-08T12:00", "2017-02-08T15:00");
const HISTORY = { ...REQUEST, history: "ran.ndjson" };

function warningsOf({ events }: MemoryWorld): readonly (readonly [string, string])[] {
  return events.flatMap((event) =>
    event.type === "diagnostic" ? [[event.diagnostic.code, event.diagnostic.detail] as const] : [],
  );
}

test("a simulation of thirty years stops soon after Ctrl-C, and the command ends with 130", async () => {
  const world = createWorld(LOGS);
  const long = { ...REQUEST, from: "2000-01-01", at: "2028-01-01" };
  let ended = false;
  const simulation = simulatePolicy(long, world.ports).finally(() => {
    ended = true;
  });
  setTimeout(() => {
    assert.equal(ended, false);
    world.cancel();
  }, 20);
  const error = await simulation.then(
    () => assert.fail("it ran to its end"),
    (reason: unknown) => reason,
  );
  const { code } = diagnosticOf(error);
  assert.deepEqual([code, CODES[code].exit], ["JOB_CANCELLED", 130]);
});

test("a history has its own durations, so -duration is refused beside it", async () => {
  const { ports } = worldWith(FIRST);
  const request = { ...HISTORY, durations: { full: 60_000 as never } };
  await assert.rejects(simulatePolicy(request, ports), withCode("CLI_USAGE", "-duration full"));
});

test("of a history, what started before -from does not count", async () => {
  const world = worldWith(FIRST, SECOND);
  const whole = await simulatePolicy(HISTORY, world.ports);
  assert.deepEqual([whole.from, whole.ran[0]?.successful], [null, 2]);
  const cut = await simulatePolicy({ ...HISTORY, from: "2017-02-01T12:00:01" }, world.ports);
  assert.deepEqual([cut.from, cut.ran[0]?.successful], ["2017-02-01T12:00:01.000-08:00", 1]);
  assert.deepEqual(
    cut.recovery_points.map(({ started_at, trigger }) => [started_at, trigger]),
    [["2017-02-08T12:00:00.000-08:00", null]],
  );
  assert.deepEqual(warningsOf(world), []);
});

test("a history without anything that counts gets a hint", async () => {
  const empty = worldWith("", "  ");
  assert.deepEqual((await simulatePolicy(HISTORY, empty.ports)).ran, []);
  assert.equal(warningsOf(empty)[0]?.[0], "HISTORY_EMPTY");
  assert.match(warningsOf(empty)[0]?.[1] ?? "", /ran\.ndjson has no line[^]*"type":"full"/);
  const later = worldWith(FIRST);
  await simulatePolicy({ ...HISTORY, at: "2017-02-01T15:59:59" }, later.ports);
  assert.match(
    warningsOf(later)[0]?.[1] ?? "",
    /has 1 backup, but it is none that ended by 2017-02-01T15:59:59\.000-08:00/,
  );
  await simulatePolicy({ ...HISTORY, from: "2017-02-05" }, later.ports);
  assert.match(warningsOf(later)[1]?.[1] ?? "", /none that started at or after 2017-02-05T00/);
});

const SPREAD = EXAMPLE.replace("full {", 'jitter = "2h"\n  full {');
const DELAY = startDelay("backup_set.orders", 7_200_000 as never);
const NOON = Date.parse("2017-02-01T12:00:00-08:00");
const WEEK = { ...REQUEST, from: "2017-02-01", at: "2017-02-04" };

test("the jitter of a policy delays the start of its only backup set, and says by how much", async () => {
  const { start_delay_seconds: delay, recovery_points: points } = await simulatePolicy(
    WEEK,
    createWorld(SPREAD).ports,
  );
  assert.ok(DELAY > 0);
  assert.equal(delay, DELAY / 1000);
  assert.equal(Date.parse(points[0]?.started_at ?? ""), NOON + DELAY);
});

test("where several backup sets share the jitter, the schedule itself is simulated, and says so", async () => {
  const second = SPREAD.slice(SPREAD.indexOf("backup_set")).replace('"orders" {', '"stock" {');
  const world = createWorld(`${SPREAD}\n${second}`);
  const listing = await simulatePolicy(WEEK, world.ports);
  assert.equal(listing.start_delay_seconds, null);
  assert.equal(Date.parse(listing.recovery_points[0]?.started_at ?? ""), NOON);
});

test("Q-23: dead logs that the retention keeps are listed, and not as restorable", async () => {
  const week = `log { every = "6h" }\n  full {`;
  const keeping = EXAMPLE.replace("daily    = 10", 'daily = 2\n  dead_logs = "keep"')
    .replace('"snapshot"', '"native"')
    .replace("full {", week);
  const span = { ...REQUEST, from: "2017-02-01", at: "2017-02-08T13:00" };
  const listed = async (text: string) => {
    const { recovery_points: points } = await simulatePolicy(span, createWorld(text).ports);
    return points.filter(({ type }) => type === "log").map(({ restorable }) => restorable);
  };
  assert.deepEqual(await listed(keeping.replace('"keep"', '"purge"')), []);
  const kept = await listed(keeping);
  assert.ok(kept.length > 0);
  assert.ok(kept.every((restorable) => !restorable));
});
