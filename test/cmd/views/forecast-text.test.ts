import assert from "node:assert/strict";
import { test } from "node:test";
import { formatForecast } from "../../../cmd/views/forecast-text.ts";
import type { ForecastListing, ForecastSet } from "../../../schemas/forecast-listing.ts";

const GIB = 2 ** 30;

const SET: ForecastSet = {
  backup_set: "backup_set.orders",
  steps: [
    {
      at: "2017-02-16T00:00:00.000-08:00",
      points: { full: 2, differential: 12, log: 1234, cdc: 0, tail: 0 },
      bytes: 30 * GIB,
      monthly_cost: 15,
    },
    {
      at: "2017-02-23T00:00:00.000-08:00",
      points: { full: 3, differential: 12, log: 1234, cdc: 0, tail: 0 },
      bytes: 40 * GIB,
      monthly_cost: 1234.567,
    },
  ],
  sizes: [
    { server: "server.orders", database: "Orders", type: "full", bytes: 10 * GIB, observed: 5 },
    { server: "server.orders", database: "Orders", type: "log", bytes: null, observed: 0 },
  ],
  cost: 3.449,
  is_whole: true,
};

const LISTING: ForecastListing = {
  policy: "policy.gold",
  at: "2017-02-16T00:00:00.000-08:00",
  until: "2017-02-23T00:00:00.000-08:00",
  days: 7,
  storage_gib_month: 0.5,
  backup_sets: [SET],
  unobserved: [],
};

test("a forecast shows the types that come, the bytes and the money, and what is unknown", () => {
  const lines = formatForecast(LISTING, 80).split("\n");
  assert.ok(
    lines.includes("AT                FULL  DIFFERENTIAL    LOG    STORED   A MONTH"),
    lines.join("\n"),
  );
  assert.ok(lines.includes("2017-02-23 00:00     3            12  1,234  40.0 GiB  1,234.57"));
  assert.ok(lines.includes("server.orders  Orders    log    unknown  no size is known"));
  assert.ok(lines.some((line) => line.startsWith("What is unknown is counted as a point")));
  assert.ok(lines.some((line) => line.startsWith("Keeping it costs 3.45 over these 7 days")));
  assert.ok(lines.every((line) => line.length <= 80));
  assert.doesNotMatch(lines.join("\n"), /CDC|TAIL|together|Not counted/);
});

test("without a price a forecast says how to declare one", () => {
  const steps = SET.steps.map((step) => ({ ...step, monthly_cost: null }));
  const set = { ...SET, steps, cost: null };
  const text = formatForecast({ ...LISTING, storage_gib_month: null, backup_sets: [set] });
  assert.match(text, /No price is declared[^]*prices \{ storage_gib_month/);
  assert.doesNotMatch(text, /A MONTH|Keeping it costs/);
});

test("several backup sets stand under their names, with their sum", () => {
  const other = { ...SET, backup_set: "backup_set.stock" };
  const text = formatForecast({ ...LISTING, backup_sets: [SET, other] });
  assert.match(text, /\nbackup_set\.orders\n\nAT [^]*\nbackup_set\.stock\n\nAT /);
  assert.match(text, /all 2 backup sets together have 80\.0 GiB/);
  assert.match(text, /Keeping it costs 6\.90/);
});

test("a forecast that ends early says so, and sums nothing", () => {
  const early = { ...SET, is_whole: false };
  const text = formatForecast({ ...LISTING, backup_sets: [early, SET] });
  assert.match(text, /it ends at 2017-02-23 00:00:00 -08:00/);
  assert.match(text, /No sum is made/);
  assert.doesNotMatch(text, /Keeping it costs|together/);
});

test("databases of which nothing is known are named", () => {
  const unobserved = [{ backup_set: "backup_set.orders", database: "New" }];
  assert.match(
    formatForecast({ ...LISTING, unobserved }),
    /Not counted, because no point of it exists yet: New \(backup_set\.orders\)\./,
  );
});

test("an amount of less than the smallest coin is not nothing", () => {
  assert.match(formatForecast({ ...LISTING, backup_sets: [{ ...SET, cost: 0.004 }] }), /< 0\.01/);
});
