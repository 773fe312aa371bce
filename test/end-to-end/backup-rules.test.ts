import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { toInstant } from "../../core/kit/clock.ts";
import { backUp } from "../../core/operations/backup.ts";
import { listPoints } from "../../core/operations/list-points.ts";
import { runDue } from "../../core/operations/run-schedule.ts";
import { openVault, parseVaultKey } from "../../core/vault/vault.ts";
import { createFolderStore } from "../../providers/local/folder-store.ts";
import { addNoise, NOISE_COLUMNS } from "../support/noise-table.ts";
import { prepareProject } from "../support/prepared-project.ts";
import { runInBetween } from "../support/statement-in-between.ts";
import { digestRows, readAllRows } from "../support/stock-rows.ts";
import {
  configurationOf,
  makeProject,
  makeProjectOf,
  type TestProject,
  VAULT_KEY,
} from "../support/test-project.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

const stack = new AsyncDisposableStack();
let server: TestServer;
let db1: string;
let db2: string;
let db3: string;
let hollow: string;

const TABLES = [
  "CREATE TABLE dbo.Customer (Id int NOT NULL PRIMARY KEY, Name nvarchar(40) NOT NULL)",
  "CREATE TABLE dbo.Sale (Id int NOT NULL PRIMARY KEY, Customer int NOT NULL REFERENCES dbo.Customer (Id), Total money NULL)",
  "INSERT dbo.Customer VALUES (1, N'Ada'), (2, N'Bo')",
  "INSERT dbo.Sale VALUES (1, 1, 12.5), (2, 2, NULL), (3, 1, -0.0001)",
];

async function makeDatabase(wish: string, ...batches: readonly string[]): Promise<string> {
  const name = server.name(wish);
  await server.run("master", `CREATE DATABASE [${name}]`);
  await server.run(name, ...batches);
  return name;
}

before(async () => {
  server = stack.use(await startTestServer());
  db1 = await makeDatabase("db1", ...TABLES);
  db2 = await makeDatabase("db2", ...TABLES, "DELETE dbo.Sale WHERE Id = 2");
  db3 = await makeDatabase("db3", "CREATE TABLE dbo.Note (Words nvarchar(max) NULL)");
  hollow = await makeDatabase("hollow");
});
after(() => stack[Symbol.asyncDispose]());

async function vaultPoints(project: TestProject) {
  const store = createFolderStore(join(project.directory, "vault"));
  const clock = { now: () => toInstant(Date.now()) };
  await using vault = await openVault(store, parseVaultKey(VAULT_KEY), { clock, randomBytes });
  return (await vault.points()).points;
}

/** A project for these databases that is initialised and applied. */
function projectFor(databases: readonly string[]): Promise<TestProject> {
  return prepareProject({ signIn: server.signIn, databases }, { withPoints: false });
}

test("A-01 [end to end] without an applied backup set, neither a backup nor a tick of the schedule makes a job or a byte", async () => {
  const whole = configurationOf({ signIn: server.signIn, databases: [db1] });
  const withoutSet = whole.slice(0, whole.indexOf("retention "));
  await using project = await makeProjectOf({ "main.hcl": withoutSet }, server);
  await project.expect(0, "init");
  await project.expect(0, "apply", "-auto-approve");
  const before = project.digests();
  const { code, events } = await project.backUp();
  assert.equal(code, 1);
  const [error] = events.filter(({ type }) => type === "diagnostic");
  assert.equal(error?.code, "BACKUP_NOT_CONFIGURED");
  assert.match(error.detail ?? "", /backup_set\.data/);
  const week = 7 * 24 * 3600 * 1000;
  const now = Date.now();
  const ports = await project.ports({ clock: { now: () => toInstant(now + week) } });
  assert.deepEqual((await runDue(toInstant(now), ports)).jobs, []);
  assert.deepEqual(await project.jobs(), []);
  assert.deepEqual(await project.points(), []);
  assert.deepEqual(await vaultPoints(project), []);
  assert.deepEqual(filesOf(project.digests(), "vault/"), filesOf(before, "vault/"));
});

function filesOf(digests: ReadonlyMap<string, string>, folder: string) {
  return [...digests].filter(([name]) => name.startsWith(folder));
}

test("A-01 [end to end] a backup set that was written but never applied is not backed up", async () => {
  await using project = await makeProject({ signIn: server.signIn, databases: [db1] });
  await project.expect(0, "init");
  const { code, events } = await project.backUp();
  const told = events.find(({ type }) => type === "diagnostic");
  assert.deepEqual([code, told?.code], [1, "BACKUP_NOT_CONFIGURED"]);
  assert.deepEqual([await project.jobs(), await project.points()], [[], []]);
});

test("A-02 [end to end] the schedule takes one full of all included databases when its hour comes, and no other", async () => {
  await using project = await projectFor([db1, db2]);
  const hour = 3600 * 1000;
  let hand = Date.parse("2017-01-30T08:30:00-08:00");
  const ports = await project.ports({ clock: { now: () => toInstant(hand) } });
  const ran = [];
  let from = toInstant(hand);
  for (let tick = 0; tick < 7 * 24; tick += 1) {
    hand += hour;
    const due = await runDue(from, ports);
    from = due.until;
    ran.push(...due.jobs.map((job) => ({ job, at: hand })));
  }
  assert.equal(ran.length, 1);
  const [only] = ran;
  assert.equal(only?.at, Date.parse("2017-02-01T12:30:00-08:00"));
  const { job } = only;
  assert.deepEqual([job.trigger, job.type, job.status], ["schedule", "full", "successful"]);
  assert.deepEqual(
    job.databases.map(({ database, result }) => [database, result]),
    [
      [db1, "backed_up"],
      [db2, "backed_up"],
    ],
  );
  const { recovery_points: points } = await listPoints({}, ports);
  assert.deepEqual(
    points.map(({ database, type, trigger }) => `${database} ${type} ${trigger}`).toSorted(),
    [`${db1} full schedule`, `${db2} full schedule`],
  );
});

test("A-03 [end to end] a full scans every table of every database, and its worker is named and gone when the job ends", async () => {
  const databases = [db1, db2, db3];
  await using project = await projectFor(databases);
  const command = project.start("backup", "data", "-json");
  let lines = 0;
  for await (const _line of command.lines) lines += 1;
  assert.ok(lines > 0);
  assert.equal((await command.outcome).code, 0);
  const [job] = await project.jobs();
  assert.deepEqual(
    job?.databases.map(({ database, scans }) => [
      database,
      scans.map(({ table, rows }) => `${table}: ${rows}`),
    ]),
    [
      [db1, ["dbo.Customer: 2", "dbo.Sale: 3"]],
      [db2, ["dbo.Customer: 2", "dbo.Sale: 2"]],
      [db3, ["dbo.Note: 0"]],
    ],
  );
  assert.equal(job.worker?.pid, command.pid);
  assert.match(job.worker.id, /^local-.+/);
  assert.notEqual(job.worker.ended_at, null);
  assert.throws(() => process.kill(command.pid, 0), { code: "ESRCH" });
});

test("A-04 [end to end] a full after 1 % of the rows changed reads all of it and stores about that much", async () => {
  const name = await makeDatabase("noisy", `CREATE TABLE dbo.Noise (${NOISE_COLUMNS})`);
  const pool = await server.connect(name);
  await addNoise(pool, { table: "dbo.Noise", seed: "A-04", rows: 4000 });
  await using project = await projectFor([name]);
  const { summary: first } = await project.backUp();
  await pool.request().batch("DELETE dbo.Noise WHERE Id BETWEEN 2001 AND 2040");
  await addNoise(pool, { table: "dbo.Noise", seed: "changed", rows: 40, from: 2001 });
  const { summary: second } = await project.backUp();
  assert.ok(first.bytes_stored > 4_000_000, `${first.bytes_stored} bytes stored`);
  assert.equal(second.bytes_read, first.bytes_read);
  const share = second.bytes_stored / first.bytes_stored;
  assert.ok(share > 0.009 && share < 0.03, `${share} of the first backup`);
  const recorded = (await project.jobs()).map((job) => [job.bytes_read, job.bytes_stored]);
  assert.deepEqual(recorded, [
    [second.bytes_read, second.bytes_stored],
    [first.bytes_read, first.bytes_stored],
  ]);
  const [point] = second.points;
  const restored = server.name("noisy_restored");
  await project.restore(point?.id ?? "", restored);
  assert.equal(
    digestRows(await readAllRows(await server.connect(restored))),
    digestRows(await readAllRows(pool)),
  );
});

test("A-05 [end to end] a successful full makes one point for each database", async () => {
  await using project = await projectFor([db1, db2]);
  const { code, summary } = await project.backUp();
  assert.deepEqual([code, summary.status], [0, "successful"]);
  const points = await project.points();
  assert.deepEqual(points, summary.points);
  assert.deepEqual(
    points.map(({ database, restorable }) => [database, restorable]),
    [
      [db1, true],
      [db2, true],
    ],
  );
  assert.deepEqual(
    (await vaultPoints(project)).map(({ id }) => id).toSorted(),
    points.map(({ id }) => id).toSorted(),
  );
});

test("A-05 [end to end] a failed full leaves nothing to see or to restore", async () => {
  await using project = await projectFor([hollow]);
  const { code, summary } = await project.backUp();
  assert.deepEqual([code, summary.status, summary.points], [1, "failed", []]);
  assert.deepEqual(await project.points(), []);
  assert.deepEqual(await vaultPoints(project), []);
  const [job] = await project.jobs();
  assert.equal(job?.status, "failed");
});

test("A-51 [end to end] a database without a table fails, and the job says how to leave it out", async () => {
  await using project = await projectFor([db1, hollow]);
  const { code, summary } = await project.backUp();
  assert.deepEqual([code, summary.status], [3, "successful_with_errors"]);
  const [job] = await project.jobs();
  const entry = job?.databases.find(({ database }) => database === hollow);
  assert.deepEqual(
    [entry?.result, entry?.code, entry?.point],
    ["failed", "DATABASE_NO_TABLES", null],
  );
  assert.ok(entry?.message?.includes(`exclude = ["${hollow}"]`), entry?.message ?? "no message");
  assert.deepEqual(
    (await project.points()).map(({ database }) => database),
    [db1],
  );
});

test("A-34 [end to end] the schema stands before every table in the manifest", async () => {
  await using project = await projectFor([db1]);
  await project.backUp();
  const [point] = await vaultPoints(project);
  assert.deepEqual(
    point?.objects.map(({ kind, path }) => [kind, path]),
    [
      ["schema", "schema"],
      ["rows", "rows/dbo.Customer"],
      ["rows", "rows/dbo.Sale"],
    ],
  );
});

test("A-35 [end to end] a table that goes between schema and rows fails the backup with the server's error", async () => {
  const name = await makeDatabase("brittle", ...TABLES);
  await using project = await projectFor([name]);
  const ports = await project.ports({
    onEvent: (event) => {
      if (event.type !== "phase_started" || event.phase !== "rows") return;
      runInBetween({ signIn: server.signIn, database: name, sql: "DROP TABLE dbo.Sale" });
    },
  });
  const job = await backUp({ backupSet: "data", trigger: "manual" }, ports);
  assert.equal(job.status, "failed");
  const [entry] = job.databases;
  assert.equal(entry?.code, "TABLE_READ_FAILED");
  assert.match(entry.message ?? "", /dbo\.Sale/);
  assert.match(entry.message ?? "", /\b208\b/);
  assert.match(entry.message ?? "", /change tables outside the backup window/);
  assert.deepEqual(await project.points(), []);
  assert.deepEqual(await vaultPoints(project), []);
  const { code, summary } = await project.backUp();
  assert.deepEqual([code, summary.points.length], [0, 1]);
});
