import assert from "node:assert/strict";
import { test } from "node:test";
import { backUp } from "../../../core/operations/backup.ts";
import { type ForecastRequest, forecastPolicy } from "../../../core/operations/forecast.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";
import { createWorld, EXAMPLE, type MemoryWorld } from "../../support/memory-ports.ts";
import { withCode } from "../../support/with-code.ts";

const DAY = 86_400_000;
const GIB = 2 ** 30;
const REQUEST: ForecastRequest = {
  policy: "gold",
  variables: [],
  from: undefined,
  at: undefined,
  history: undefined,
  durations: {},
  databases: [],
  days: 14,
};
const PRICED = `holdfast {
  prices { storage_gib_month = 0.5 }
}
${EXAMPLE}`;

const line = (day: number, bytes?: number) => {
  const time = `2017-02-${String(day).padStart(2, "0")}T12:00`;
  const times = { started_at: time, completed_at: time };
  const size = bytes === undefined ? {} : { bytes_stored: bytes };
  return JSON.stringify({ type: "full", database: "db1", ...times, status: "successful", ...size });
};

/** A world whose only file is a history of these lines. */
function worldWith(lines: readonly string[], configuration = PRICED): MemoryWorld {
  const world = createWorld(configuration);
  const read = () => Promise.resolve(new TextEncoder().encode(lines.join("\n")));
  return { ...world, ports: { ...world.ports, files: { ...world.ports.files, read } } };
}

test("the next days follow from the sizes of the catalog's points and the schedule, from now on", async () => {
  const world = await createAppliedWorld();
  for (let week = 0; week < 2; week++) {
    await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
    world.time += 7 * DAY;
  }
  const stored = (await world.catalog.points()).filter(({ database }) => database === "db1");
  const { at, backup_sets: sets, ...rest } = await forecastPolicy(REQUEST, world.ports);
  assert.equal(at.slice(0, 10), "2017-02-15");
  assert.deepEqual([rest.storage_gib_month, rest.unobserved], [null, []]);
  const [set] = sets;
  assert.ok(set);
  assert.deepEqual([sets.length, set.backup_set], [1, "backup_set.orders"]);
  assert.deepEqual(
    set.sizes.map(({ server, database, type, bytes, observed }) => [
      server,
      database,
      type,
      bytes === null ? null : bytes > 0,
      observed,
    ]),
    [
      ["server.orders", "db1", "full", true, 1],
      ["server.orders", "db2", "full", true, 1],
    ],
  );
  assert.equal(set.sizes[0]?.bytes, stored[1]?.bytesStored);
  // Now those of the 8th; then those of each Wednesday at noon, for ten days.
  assert.deepEqual(
    set.steps.slice(0, 5).map(({ points }) => points["full"]),
    [2, 2, 2, 2, 2],
  );
  assert.deepEqual([set.cost, set.is_whole], [null, true]);
});

test("a history with sizes tells the same without a catalog, and the declared price makes it money", async () => {
  const world = worldWith([line(1, 100 * GIB), line(8, 10 * GIB), line(15, 20 * GIB)]);
  const request = { ...REQUEST, history: "ran.ndjson", at: "2017-02-16", days: 7 };
  const listing = await forecastPolicy(request, world.ports);
  assert.deepEqual(
    [listing.at, listing.until, listing.storage_gib_month],
    ["2017-02-16T00:00:00.000-08:00", "2017-02-23T00:00:00.000-08:00", 0.5],
  );
  const [set] = listing.backup_sets;
  assert.ok(set);
  // The full of the 1st is gone by then; it was the first, so it is left out of the mean.
  assert.deepEqual(set.sizes, [
    { server: null, database: "db1", type: "full", bytes: 15 * GIB, observed: 2 },
  ]);
  // What it brought is shared by the later ones and stays.
  const [beginning] = set.steps;
  assert.deepEqual(
    [beginning?.points["full"], beginning?.bytes, beginning?.monthly_cost],
    [2, 120 * GIB, 60],
  );
  assert.equal(set.steps.at(-1)?.points["full"], 2);
  assert.ok((set.cost ?? 0) > 0);
});

test("lines without a size are counted as points whose bytes nobody knows", async () => {
  const world = worldWith([line(8), line(15)]);
  const request = { ...REQUEST, history: "ran.ndjson", at: "2017-02-16", days: 7 };
  const [set] = (await forecastPolicy(request, world.ports)).backup_sets;
  assert.ok(set);
  assert.deepEqual(
    set.sizes.map(({ bytes, observed }) => [bytes, observed]),
    [[null, 0]],
  );
  const end = set.steps.at(-1);
  assert.deepEqual([end?.points["full"], end?.bytes], [2, 0]);
});

test("databases without a point are named, and -database chooses", async () => {
  const named = EXAMPLE.replace('["*"]', '["db1", "db2"]');
  const world = await createAppliedWorld(named);
  await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
  world.configuration = named.replace('"db2"]', '"DB2", "new"]');
  const listing = await forecastPolicy(REQUEST, world.ports);
  assert.deepEqual(listing.unobserved, [{ backup_set: "backup_set.orders", database: "new" }]);
  const one = await forecastPolicy({ ...REQUEST, databases: ["db1"] }, world.ports);
  assert.deepEqual(
    one.backup_sets[0]?.sizes.map(({ database }) => database),
    ["db1"],
  );
  assert.deepEqual(one.unobserved, []);
  const other = { ...REQUEST, databases: ["db9"] };
  await assert.rejects(forecastPolicy(other, world.ports), withCode("CLI_USAGE", "db1, db2"));
});

test("where nothing was observed, nothing is foretold", async () => {
  const nothing = (...says: readonly string[]) => withCode("FORECAST_NOTHING_OBSERVED", ...says);
  const world = await createAppliedWorld();
  await assert.rejects(
    forecastPolicy(REQUEST, world.ports),
    nothing("holdfast backup backup_set.orders"),
  );
  const { ports } = worldWith([line(8)]);
  const early = { ...REQUEST, history: "ran.ndjson", at: "2017-02-08T11:00" };
  await assert.rejects(forecastPolicy(early, ports), nothing("ran.ndjson"));
});

test("times that a forecast has no use for are refused", async () => {
  const { ports } = worldWith([line(8)]);
  const refuse = (changes: Partial<ForecastRequest>, says: string) =>
    assert.rejects(forecastPolicy({ ...REQUEST, ...changes }, ports), withCode("CLI_USAGE", says));
  await refuse({ at: "2017-02-08" }, "-at means nothing here");
  await refuse({ from: "2017-02-08" }, "-from means nothing here");
  await refuse({ history: "ran.ndjson" }, "-at is missing");
  await refuse({ history: "ran.ndjson", at: "2017-02-08", from: "2017-02-09" }, "-from is later");
});

test("purged points of the catalog are not counted, and say how large backups are", async () => {
  const world = await createAppliedWorld();
  await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
  world.time += DAY;
  await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
  const [first] = (await world.catalog.points()).filter(({ database }) => database === "db1");
  assert.ok(first);
  const purged = { ...first, state: "purged" as const };
  await world.catalog.write([{ kind: "put_point", point: purged }]);
  const [set] = (await forecastPolicy(REQUEST, world.ports)).backup_sets;
  assert.ok(set);
  const [beginning] = set.steps;
  assert.equal(beginning?.points["full"], 3);
  assert.ok(beginning.bytes >= first.bytesStored);
  assert.deepEqual(
    set.sizes.map(({ observed }) => observed),
    [1, 1],
  );
});

test("a forecast of one backup set can be stopped before its end", async () => {
  const configuration = PRICED.replace(/full\s*\{[^}]*\}/, 'full { schedule = "*/10 * * * *" }');
  assert.notEqual(configuration, PRICED);
  const world = worldWith([line(1, GIB)], configuration);
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error("stopped")), 1);
  const request = { ...REQUEST, history: "ran.ndjson", at: "2017-02-02", days: 600 };
  const ports = { ...world.ports, signal: stop.signal };
  await assert.rejects(forecastPolicy(request, ports), { message: "stopped" });
});
