import assert from "node:assert/strict";
import { test } from "node:test";
import { failure } from "../../../core/diagnostics/diagnostic.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { carryOutPlan } from "../../../core/operations/apply.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { listPoints } from "../../../core/operations/list-points.ts";
import { makePlan } from "../../../core/operations/make-plan.ts";
import { restorePoint } from "../../../core/operations/restore.ts";
import { runDue } from "../../../core/operations/run-schedule.ts";
import { verifyVaults } from "../../../core/operations/verify.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import { createWorld, type MemoryWorld } from "../../support/memory-ports.ts";
import { withCode } from "../../support/with-code.ts";

const ROWS = Array.from({ length: 50 }, (_, key) => Buffer.from([key, key + 1, 7]));

async function appliedWorld(): Promise<MemoryWorld> {
  const world = createWorld();
  world.server.contents.set(
    "db1",
    new Map([
      ["t1", ROWS],
      ["t2", ROWS.slice(3)],
    ]),
  );
  world.server.contents.set("db2", new Map([["t1", ROWS.slice(9)]]));
  const planned = await makePlan({ options: DEFAULT_PLAN_OPTIONS, variables: [] }, world.ports);
  const result = await carryOutPlan(planned.plan, planned, world.ports);
  assert.equal(result.status, "successful");
  return world;
}

const NOW = { backupSet: "orders", trigger: "manual" } as const;

test("A-01 [decision] a backup of what is not configured is refused by name, without a job", async () => {
  const { ports, catalog } = createWorld();
  await assert.rejects(backUp(NOW, ports), withCode("BACKUP_NOT_CONFIGURED", "backup_set.orders"));
  assert.deepEqual(await catalog.jobs(), []);
});

test("A-03 A-05 [decision] a full scans every table of every database, names its worker, and makes one point for each database", async () => {
  const { ports, catalog } = await appliedWorld();
  const job = await backUp(NOW, ports);
  assert.equal(job.status, "successful");
  const scans = job.databases.map(({ database, scans: own }) => [
    database,
    own.map(({ table }) => table),
  ]);
  assert.deepEqual(scans, [
    ["db1", ["dbo.t1", "dbo.t2"]],
    ["db2", ["dbo.t1"]],
  ]);
  assert.equal(job.worker?.id, "local-test-1");
  assert.notEqual(job.worker.endedAt, null);
  const points = await catalog.points();
  assert.deepEqual(
    points.map(({ database, state }) => [database, state]),
    [
      ["db1", "listed"],
      ["db2", "listed"],
    ],
  );
});

test("A-04 [decision] the second full reads everything again and stores next to nothing", async () => {
  const { ports } = await appliedWorld();
  const first = await backUp(NOW, ports);
  const second = await backUp(NOW, ports);
  assert.equal(second.bytesRead, first.bytesRead);
  assert.ok(
    second.bytesStored < first.bytesStored,
    `${second.bytesStored} of ${first.bytesStored}`,
  );
});

test("A-35 [decision] a table that goes between schema and data fails its database, and the others have their points", async () => {
  const { ports, catalog, server } = await appliedWorld();
  server.beforeRead = (database, table) => {
    if (database !== "db1" || table !== "t2") return;
    throw failure({
      code: "TABLE_READ_FAILED",
      summary: "Table not readable",
      detail: "dbo.t2 is gone (208).",
    });
  };
  const job = await backUp(NOW, ports);
  assert.equal(job.status, "successful_with_errors");
  assert.match(job.databases[0]?.message ?? "", /dbo\.t2/);
  assert.deepEqual(
    (await catalog.points()).map(({ database }) => database),
    ["db2"],
  );
});

test("A-05 [decision] a failed full leaves no point, not even a pending one", async () => {
  const { ports, catalog, server } = await appliedWorld();
  server.beforeRead = () => {
    throw failure({ code: "SERVER_CONNECTION_LOST", summary: "Connection lost", detail: "Gone." });
  };
  assert.equal((await backUp(NOW, ports)).status, "failed");
  assert.deepEqual(await catalog.points(), []);
});

test("A-51 [decision] a database without a table fails, and the text says how to leave it out", async () => {
  const { ports, server } = await appliedWorld();
  server.contents.set("empty", new Map());
  const job = await backUp(NOW, ports);
  assert.equal(job.status, "successful_with_errors");
  const entry = job.databases.find(({ database }) => database === "empty");
  assert.equal(entry?.code, "DATABASE_NO_TABLES");
  assert.match(entry.message ?? "", /exclude = \["empty"\]/);
});

test("A-48 A-50 [decision] a database that is not online is skipped with errors, and its earlier point stays restorable", async () => {
  const { ports, server } = await appliedWorld();
  await backUp(NOW, ports);
  server.states.set("db2", "offline");
  const job = await backUp(NOW, ports);
  assert.equal(job.status, "successful_with_errors");
  assert.equal(job.databases.find(({ database }) => database === "db2")?.result, "down");
  const { recovery_points } = await listPoints({}, ports);
  const [point] = recovery_points.filter(({ database }) => database === "db2");
  const restored = await restorePoint({ point: point?.id ?? "", to: "orders", as: "copy" }, ports);
  assert.equal(restored.job.status, "successful");
  assert.deepEqual(server.contents.get("copy"), new Map([["t1", ROWS.slice(9)]]));
});

test("A-02 [decision] when the clock reaches Wednesday noon, exactly one full runs for each backup set", async () => {
  const world = await appliedWorld();
  const from = toInstant(Date.parse("2017-02-01T12:00:01-08:00"));
  world.time = Date.parse("2017-02-08T11:59:59-08:00");
  const early = await runDue(from, world.ports);
  assert.deepEqual(early.jobs, []);
  world.time = Date.parse("2017-02-08T12:00:00-08:00");
  const due = await runDue(early.until, world.ports);
  assert.deepEqual(
    due.jobs.map(({ status, trigger, databases }) => [status, trigger, databases.length]),
    [["successful", "schedule", 2]],
  );
  assert.deepEqual((await runDue(due.until, world.ports)).jobs, []);
});

test("a backup that is cancelled lists nothing and keeps what was listed before", async () => {
  const world = await appliedWorld();
  await backUp(NOW, world.ports);
  world.server.beforeRead = () => world.cancel();
  const job = await backUp(NOW, world.ports);
  assert.equal(job.status, "cancelled");
  assert.equal((await world.catalog.points()).length, 2);
});

test("a job whose process died ends as failed, and a point that it had committed becomes listed", async () => {
  const world = await appliedWorld();
  await backUp(NOW, world.ports);
  const [point, other] = await world.catalog.points();
  const [job] = await world.catalog.jobs();
  assert.ok(point && other && job);
  await world.catalog.write([
    { kind: "put_point", point: { ...point, state: "pending", createdAt: null } },
    {
      kind: "put_point",
      point: { ...other, id: "0".repeat(32), state: "pending", createdAt: null },
    },
    { kind: "put_job", job: { ...job, status: "running", finishedAt: null } },
  ]);
  await backUp(NOW, world.ports);
  const states = new Map((await world.catalog.points()).map(({ id, state }) => [id, state]));
  assert.equal(states.get(point.id), "listed");
  assert.equal(states.has("0".repeat(32)), false);
  const settled = (await world.catalog.jobs()).find(({ id }) => id === job.id);
  assert.equal(settled?.status, "successful_with_errors");
  assert.equal(settled.databases.at(-1)?.code, "JOB_INTERRUPTED");
});

test("A-61 [decision] a restore by a login that may not create databases is refused before any data moves", async () => {
  const { ports, server } = await appliedWorld();
  await backUp(NOW, ports);
  const [point] = (await listPoints({}, ports)).recovery_points;
  server.missing.push({
    permission: "CREATE ANY DATABASE",
    database: null,
    remedy: "GRANT CREATE ANY DATABASE TO [backup];",
  });
  const { job } = await restorePoint({ point: point?.id ?? "", to: "orders", as: "copy" }, ports);
  assert.equal(job.status, "failed");
  assert.equal(job.databases[0]?.code, "SERVER_PERMISSION_MISSING");
  assert.match(job.databases[0].message ?? "", /CREATE ANY DATABASE/);
  assert.equal(server.contents.has("copy"), false);
});

test("verify reads all data of the vault and finds every listed point", async () => {
  const { ports } = await appliedWorld();
  await backUp(NOW, ports);
  const [verdict] = await verifyVaults({ readData: 1 }, ports);
  assert.deepEqual(
    [verdict?.report.points, verdict?.report.problems, verdict?.missingPoints],
    [2, [], []],
  );
});

test("A-47 [decision] a database whose name has a semicolon is skipped where a pattern covers it, and no restore makes one", async () => {
  const world = await appliedWorld();
  world.server.contents.set("Bad]name;x", new Map([["t1", ROWS]]));
  const job = await backUp(NOW, world.ports);
  assert.equal(job.status, "successful_with_errors");
  const bad = job.databases.find(({ database }) => database === "Bad]name;x");
  assert.deepEqual([bad?.result, bad?.code], ["skipped", "DATABASE_NAME_UNSUPPORTED"]);
  const [point] = await world.catalog.points();
  await assert.rejects(
    restorePoint({ point: point?.id ?? "", to: "orders", as: "a:b" }, world.ports),
    withCode("DATABASE_NAME_UNSUPPORTED", "-as"),
  );
});

test("a database that has points and is gone is told of once", async () => {
  const world = await appliedWorld();
  await backUp(NOW, world.ports);
  const told = async (command: Parameters<typeof backUp>[0] = NOW) => {
    world.time += 60_000;
    const before = world.events.length;
    await backUp(command, world.ports);
    return world.events
      .slice(before)
      .flatMap((event) =>
        event.type === "note" && /no longer on/.test(event.text) ? [event.text] : [],
      );
  };
  assert.deepEqual(await told(), []);
  world.server.contents.set("db3", new Map([["t1", ROWS]]));
  world.server.contents.delete("db2");
  assert.deepEqual(await told({ ...NOW, database: "db1" }), []);
  const [note] = await told();
  assert.match(note ?? "", /^db2 has recovery points and is no longer on server\.orders/);
  assert.deepEqual(await told(), []);
});

test("a backup tells of a server that is of another kind than written", async () => {
  const world = await appliedWorld();
  const facts = await world.server.facts();
  world.server.facts = () => Promise.resolve({ ...facts, engine: "managed_instance" });
  await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
  const told = world.events.flatMap((event) =>
    event.type === "diagnostic" ? [[event.diagnostic.code, event.diagnostic.address]] : [],
  );
  assert.deepEqual(told, [["SERVER_KIND_WRONG", "server.orders"]]);
});
