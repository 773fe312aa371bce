import assert from "node:assert/strict";
import { test } from "node:test";
import {
  advance,
  fitItems,
  type JobProgress,
  NO_PROGRESS,
  shareDone,
  timeLeft,
} from "../../../cmd/ui/progress-model.ts";
import { formatAddress } from "../../../core/address/address.ts";
import type { HoldfastEvent } from "../../../core/events/event.ts";
import { toInstant } from "../../../core/kit/clock.ts";

const at = toInstant(1000);
const job = "job-1";
const of = { job, at, database: "Shop" };
const totals = (rows: number) => ({ rows, bytesRead: rows * 10, bytesStored: rows });

const STARTED: readonly HoldfastEvent[] = [
  {
    type: "job_started",
    job,
    at,
    operation: "backup",
    subject: formatAddress("backup_set", "orders"),
    worker: "local",
    databases: ["Shop"],
  },
  { type: "phase_started", ...of, phase: "check" },
  { type: "database_started", ...of, tables: 2, estimatedRows: 100, estimatedBytes: 1000 },
  { type: "phase_started", ...of, phase: "rows" },
  { type: "table_started", ...of, table: "dbo.A", estimatedRows: 60 },
];

function after(...events: readonly HoldfastEvent[]): JobProgress {
  return [...STARTED, ...events].reduce(advance, NO_PROGRESS);
}

function shop({ databases }: JobProgress) {
  const [first] = databases;
  assert.ok(first);
  return first;
}

test("progress follows tables and rows", () => {
  const half = after({ type: "table_progress", ...of, table: "dbo.A", totals: totals(50) });
  assert.equal(half.operation, "backup");
  assert.equal(shop(half).table, "dbo.A");
  assert.equal(shop(half).tablesDone, 0);
  assert.equal(shareDone(shop(half)), 0.5);
  const done = advance(half, {
    type: "table_finished",
    ...of,
    table: "dbo.A",
    rows: 60,
    totals: totals(60),
  });
  assert.equal(shop(done).tablesDone, 1);
  assert.equal(shareDone(shop(done)), 0.6);
});

test("an estimate that is too small never shows the end before it is there", () => {
  const over = after({ type: "table_progress", ...of, table: "dbo.A", totals: totals(500) });
  assert.equal(shareDone(shop(over)), 0.99);
});

test("without an estimate of rows the tables count", () => {
  const started = advance(NO_PROGRESS, {
    type: "database_started",
    ...of,
    tables: 4,
    estimatedRows: 0,
    estimatedBytes: 0,
  });
  assert.equal(shareDone(shop(started)), 0);
  const one = advance(started, {
    type: "table_finished",
    ...of,
    table: "dbo.A",
    rows: 0,
    totals: totals(0),
  });
  assert.equal(shareDone(shop(one)), 0.25);
});

test("what is finished is whole, with its point, and has no time left", () => {
  const finished = after(
    { type: "database_finished", ...of, result: "backed_up", point: "p1", totals: totals(100) },
    { type: "job_finished", job, at, status: "successful", startedAt: at, totals: totals(100) },
  );
  assert.equal(shareDone(shop(finished)), 1);
  assert.equal(shop(finished).point, "p1");
  assert.equal(finished.status, "successful");
  assert.equal(timeLeft(shop(finished), 9000), undefined);
});

test("the time that is left goes by the rate so far, once there is enough to go by", () => {
  const quarter = shop(
    after({ type: "table_progress", ...of, table: "dbo.A", totals: totals(25) }),
  );
  assert.equal(timeLeft(quarter, 1400), undefined);
  assert.equal(timeLeft(quarter, 3000), 6000);
  const nothing = shop(after());
  assert.equal(timeLeft(nothing, 60_000), undefined);
});

test("databases are shown in the order in which they began, each with its own totals", () => {
  const both = after(
    { type: "phase_started", ...of, database: "Crm", phase: "check" },
    { type: "table_progress", ...of, table: "dbo.A", totals: totals(10) },
  );
  assert.deepEqual(
    both.databases.map(({ database, totals: own }) => [database, own.rows]),
    [
      ["Shop", 10],
      ["Crm", 0],
    ],
  );
});

test("the objects of an apply are ticked off as they are recorded", () => {
  const address = formatAddress("vault", "main");
  const started = advance(NO_PROGRESS, { type: "resource_started", address, action: "create" });
  assert.deepEqual(started.resources, [{ address, action: "create", isDone: false }]);
  const finished = advance(started, {
    type: "resource_finished",
    address,
    action: "create",
    milliseconds: 3,
  });
  assert.equal(finished.resources[0]?.isDone, true);
});

test("a database that never ended has failed when its job is over", () => {
  const over = after(
    { type: "phase_started", ...of, database: "Crm", phase: "check" },
    { type: "database_finished", ...of, result: "backed_up", point: "p1", totals: totals(100) },
    { type: "job_finished", job, at, status: "cancelled", startedAt: at, totals: totals(0) },
  );
  assert.deepEqual(
    over.databases.map(({ result }) => result),
    ["backed_up", "failed"],
  );
});

test("a list that is too long shows what matters and the latest, in order, and counts the rest", () => {
  const isOdd = (number: number) => number % 2 === 1;
  assert.deepEqual(fitItems([1, 2, 3, 4, 5, 6], 4, isOdd), { items: [1, 3, 5, 6], hidden: 2 });
  assert.deepEqual(fitItems([1, 3, 5, 7], 2, isOdd), { items: [5, 7], hidden: 2 });
  assert.deepEqual(fitItems([1, 2], 9, isOdd), { items: [1, 2], hidden: 0 });
  assert.deepEqual(fitItems([1, 2], -3, isOdd), { items: [1], hidden: 1 });
});

test("an event changes a copy, and notes and diagnostics leave the screen as it is", () => {
  const before = after();
  const copy = structuredClone(before);
  assert.equal(advance(before, { type: "note", job, at, text: "x" }), before);
  advance(before, { type: "table_progress", ...of, table: "dbo.A", totals: totals(9) });
  assert.deepEqual(before, copy);
});
