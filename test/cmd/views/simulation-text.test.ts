import assert from "node:assert/strict";
import { test } from "node:test";
import { formatSimulation } from "../../../cmd/views/simulation-text.ts";
import { wrapLine } from "../../../cmd/views/text-layout.ts";
import type { SimulatedRow, SimulationListing } from "../../../schemas/simulation-listing.ts";

const point = (id: string, changes: Partial<SimulatedRow> = {}): SimulatedRow => ({
  id,
  backup_set: null,
  server: null,
  database: "orders",
  type: "full",
  method: "native",
  trigger: null,
  started_at: "2017-02-01T12:00:00.000-08:00",
  created_at: "2017-02-01T16:00:00.000-08:00",
  tier: "warm",
  expires_at: "2017-02-12T00:00:00.000-08:00",
  retained_by: ["daily", "dependency"],
  base: null,
  converted_from: null,
  conversion_reason: null,
  consistency: "transactional",
  bytes_read: null,
  bytes_stored: null,
  restorable: true,
  ...changes,
});

const log = (id: string, created: string) =>
  point(id, {
    type: "log",
    created_at: created,
    retained_by: ["daily"],
    base: "orders-full-1",
  });

const LISTING: SimulationListing = {
  at: "2017-02-02T00:00:00.000-08:00",
  policy: "policy.february",
  from: "2017-02-01T00:00:00.000-08:00",
  start_delay_seconds: 0,
  recovery_points: [
    point("orders-full-1"),
    log("orders-log-1", "2017-02-01T16:30:00.000-08:00"),
    log("orders-log-2", "2017-02-01T17:00:00.000-08:00"),
  ],
  coverage: [],
  ran: [],
  unusual: [
    {
      database: "orders",
      type: "differential",
      started_at: "2017-02-01T12:00:00.000-08:00",
      status: "successful",
      point: "orders-full-1",
      made: "full",
      reason: "no_full_recovery_point",
    },
  ],
  data_loss: {
    normal: {
      seconds: 16_200,
      newest: "2017-02-01T11:30:00.000-08:00",
      until: "2017-02-01T16:00:00.000-08:00",
      timeline: [],
    },
    one_failure: null,
    examined: { from: "2017-02-01T00:00:00.000-08:00", until: "2018-03-08T00:00:00.000-08:00" },
  },
};

test("a simulation fits a terminal of 80 columns", () => {
  const lines = formatSimulation(LISTING, 80).split("\n");
  assert.deepEqual(
    lines.filter((line) => line.length > 80),
    [],
  );
  assert.ok(lines.includes("orders    2 logs, from  2017-02-01 16:30:00  2017-02-12  daily"));
  assert.ok(lines.includes("orders    to            2017-02-01 17:00:00  2017-02-12  daily"));
});

test("without a terminal a simulation shows ids and bases, and breaks no line", () => {
  const text = formatSimulation(LISTING);
  assert.match(text, /2017-02-01 16:30:00 to 2017-02-01 17:00:00 .* orders-full-1\n/);
  assert.match(text, /^Worst-case data loss of the schedule in the long run: 4h 30m; .* -08:00:$/m);
});

test("a long line goes on with its indent, and a short one stays as it is", () => {
  assert.equal(wrapLine("  + one two three four", 14, "    "), "  + one two\n    three four");
  assert.equal(wrapLine("  + one two", 12, "    "), "  + one two");
});

test("logs that lead nowhere are told apart from those beside them", () => {
  const dead = { ...log("orders-log-1", "2017-02-01T16:30:00.000-08:00"), restorable: false };
  const text = formatSimulation({
    ...LISTING,
    recovery_points: [dead, log("orders-log-2", "2017-02-01T17:00:00.000-08:00")],
  });
  assert.match(text, /\norders {4}dead log /);
  assert.match(text, /\norders {4}log /);
});

test("the jitter is told where it moves the starts, and where it cannot be known how much", () => {
  assert.match(
    formatSimulation({ ...LISTING, start_delay_seconds: 192 }, 80),
    /\nBecause of the jitter, the backup set starts 3m 12s later than the schedule\nsays\.\n/,
  );
  const unknown = formatSimulation({ ...LISTING, start_delay_seconds: null }, 80);
  assert.match(unknown, /\nThese are the starts of the schedule\./);
  assert.ok(unknown.split("\n").every((line) => line.length <= 80));
  const replayed = { ...LISTING, start_delay_seconds: null, data_loss: null };
  assert.doesNotMatch(formatSimulation(replayed), /jitter|schedule/);
});
