import assert from "node:assert/strict";
import { test } from "node:test";
import { backUp } from "../../../core/operations/backup.ts";
import { showJob } from "../../../core/operations/jobs.ts";
import { previewRestore } from "../../../core/operations/restore.ts";
import {
  changesOf,
  DONE,
  enableByHand,
  madeOf,
  newestOf,
  objectsOf,
  openShop,
  outcomeOf,
  saidBy,
  stepsOf,
  WRITES,
} from "../../support/capture-story.ts";
import { serveTests } from "../../support/capture-tests.ts";
import type { CaptureServer } from "../../support/capture-world.ts";

let server: CaptureServer;

serveTests((started) => {
  server = started;
});

test("A-10 A-06 A-34 A-07 [end to end] capture that is off is enabled before the scan of a fuzzy full, and the next backup has all changes since, as the schema stays as it was", async () => {
  const { name, world } = await openShop(server);
  const first = await world.run();
  assert.deepEqual(outcomeOf(first), DONE);
  const [shown] = (await showJob(first.id, world.ports)).databases;
  assert.equal(shown?.conversion_reason, "first_backup");
  assert.deepEqual(stepsOf(server).slice(0, 4), [
    "enable_db",
    "enable_table",
    "change_job",
    "scan",
  ]);
  assert.deepEqual(await madeOf(world), ["full", "cdc", "first_backup", "engine"]);
  assert.equal((await newestOf(world)).consistency, "fuzzy");
  const full = await objectsOf(world);
  assert.deepEqual(
    full.objects.map(({ path }) => path),
    ["schema", "rows/dbo.Account"],
  );
  await server.sql(name, WRITES);
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  const point = await newestOf(world);
  assert.deepEqual([point.type, point.consistency], ["cdc", "transactional"]);
  const { objects, bytes } = await objectsOf(world);
  assert.deepEqual(
    objects.map(({ path, kind }) => [path, kind]),
    [
      ["schema", "schema"],
      ["changes/dbo.Account", "changes"],
      ["commits", "commits"],
    ],
  );
  assert.equal(await changesOf(world), 6);
  assert.equal(objects[1]?.attributes["instance"], "dbo_Account");
  assert.deepEqual(bytes.get("schema"), full.bytes.get("schema"));
  const commits = bytes.get("commits") ?? Buffer.alloc(0);
  assert.equal(commits.length, 3 * 18);
  assert.ok(commits.toString("hex", 36, 46) <= (point.changes?.reached ?? ""));
  const at = Number(commits.readBigInt64BE(46));
  assert.ok(at <= (point.createdAt ?? 0) && at > (point.createdAt ?? 0) - 120_000);
});

/** 1: settings of the jobs, 2: a table, 4: a column. */
async function makeWrong(name: string, wrong: number): Promise<void> {
  await server.database(name);
  await enableByHand(server, name);
  if ((wrong & 1) > 0) {
    await server.sql(name, "EXEC sys.sp_cdc_change_job @job_type = N'cleanup', @retention = 60");
    await server.sql(name, "EXEC sys.sp_cdc_change_job @job_type = N'capture', @continuous = 0");
  }
  if ((wrong & 2) > 0) await server.sql(name, "CREATE TABLE dbo.Other (id int PRIMARY KEY)");
  if ((wrong & 4) > 0) await server.sql(name, "ALTER TABLE dbo.Account ADD note varchar(10) NULL");
}

test("A-12 A-13 A-14 A-09 A-19 [end to end] whatever is not as the policy wants it is named, and the database is skipped; the T-SQL of the message puts it right", async () => {
  const wrongs = [1, 2, 3, 4, 5, 6, 7];
  const names = wrongs.map((wrong) => `wrong${wrong}`);
  for (const [at, wrong] of wrongs.entries()) await makeWrong(names[at] ?? "", wrong);
  const world = await server.world({ include: names });
  server.wire.statements.length = 0;
  const { status, databases } = await world.run();
  assert.equal(status, "failed");
  assert.deepEqual(await world.catalog.points(), []);
  assert.deepEqual(stepsOf(server), []);
  for (const [at, wrong] of wrongs.entries()) {
    const { result, code, message } = databases[at] ?? {};
    assert.deepEqual([result, code], ["skipped", "CDC_SETTINGS_WRONG"]);
    const text = message ?? "";
    assert.equal(/continuous:/.test(text) && /retention:/.test(text), (wrong & 1) > 0);
    assert.equal(text.includes("all_tables: not captured: dbo.Other"), (wrong & 2) > 0);
    assert.equal(/all_columns: .* dbo\.Account/.test(text), (wrong & 4) > 0);
    const remedy = text.slice(text.indexOf("    USE [")).replaceAll(/^ {4}/gm, "");
    await server.sql("master", remedy);
  }
  for (const name of names) {
    const columns = await server.rows(name, "SELECT COUNT(*) FROM cdc.captured_columns");
    const wanted = 2 + (/[2367]/.test(name) ? 1 : 0) + (/[4567]/.test(name) ? 1 : 0);
    assert.deepEqual(columns, [[wanted]], name);
  }
  const mended = await server.world({ include: ["wrong7"] });
  assert.deepEqual(outcomeOf(await mended.run()), DONE);
  assert.deepEqual(await madeOf(mended), ["full", "cdc", "first_backup", "human"]);
});

test("A-15 A-18 [end to end] what a person enabled as the policy wants it is backed up and never cleaned up; once it no longer fits it is left alone", async () => {
  const { name, world } = await openShop(server);
  await enableByHand(server, name);
  await world.run();
  await server.sql(name, WRITES);
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  assert.deepEqual(await madeOf(world), ["cdc", null, null, "human"]);
  assert.deepEqual(await server.rows(name, "SELECT COUNT(*) FROM cdc.dbo_Account_CT"), [[6]]);
  await server.sql(name, "CREATE TABLE dbo.Other (id int PRIMARY KEY)");
  const job = await world.run();
  assert.deepEqual(outcomeOf(job), ["failed", ["skipped", "CDC_SETTINGS_WRONG"]]);
  assert.match(saidBy(job), /Holdfast never changes what it did not enable/);
  assert.deepEqual(
    stepsOf(server).filter((step) => step !== "scan"),
    [],
  );
});

test("A-16 A-17 [end to end] capture that was disabled is enabled for a full; capture of ours that no longer fits is disabled, enabled and scanned, in this order", async () => {
  const { name, world } = await openShop(server);
  await world.run();
  await server.sql(name, "EXEC sys.sp_cdc_disable_db");
  server.wire.statements.length = 0;
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  assert.deepEqual(await madeOf(world), ["full", "cdc", "cdc_disabled_between_backups", "engine"]);
  assert.deepEqual(stepsOf(server).slice(0, 4), [
    "enable_db",
    "enable_table",
    "change_job",
    "scan",
  ]);
  await server.sql(name, "CREATE TABLE dbo.Other (id int PRIMARY KEY)");
  server.wire.statements.length = 0;
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  assert.deepEqual(await madeOf(world), ["full", "cdc", "cdc_config_mismatch", "engine"]);
  const order = ["disable_db", "enable_db", "enable_table", "enable_table", "change_job", "scan"];
  assert.deepEqual(stepsOf(server).slice(0, order.length), order);
});

test("A-11 [end to end] a login that may not enable capture is told the role: sysadmin", async () => {
  const { name } = await openShop(server);
  const account = { username: `weak_${name}`, password: "Weak-1-password" };
  await server.sql(
    name,
    `CREATE LOGIN [${account.username}] WITH PASSWORD = '${account.password}'
GO
CREATE USER [${account.username}] FOR LOGIN [${account.username}]
GO
ALTER ROLE db_owner ADD MEMBER [${account.username}]`,
  );
  const world = await server.world({ include: [name], as: account });
  const job = await world.run();
  assert.deepEqual(outcomeOf(job), ["failed", ["failed", "CDC_PERMISSION_MISSING"]]);
  assert.match(saidBy(job), /only members of sysadmin may enable it/);
  assert.ok(saidBy(job).includes(`ALTER SERVER ROLE sysadmin ADD MEMBER [${account.username}]`));
});

test("A-35 [end to end] a table that is dropped between schema and rows fails the backup by its name", async () => {
  const { name, world } = await openShop(server);
  await server.sql(name, "CREATE TABLE dbo.Gone (id int PRIMARY KEY)");
  server.wire.before = async (sql) => {
    if (!sql.includes("FROM [dbo].[Gone]")) return;
    server.wire.before = () => Promise.resolve();
    await server.sql(name, "DROP TABLE dbo.Gone");
  };
  const job = await world.run();
  assert.deepEqual(outcomeOf(job), ["failed", ["failed", "TABLE_READ_FAILED"]]);
  assert.match(saidBy(job), /dbo\.Gone .*change tables outside the backup window/s);
  assert.deepEqual(await world.catalog.points(), []);
});

test("A-51 [end to end] a database without a table fails, and capture stays off", async () => {
  await server.sql("master", "CREATE DATABASE [empty]");
  const world = await server.world({ include: ["empty"] });
  server.wire.statements.length = 0;
  const job = await world.run();
  assert.deepEqual(outcomeOf(job), ["failed", ["failed", "DATABASE_NO_TABLES"]]);
  assert.ok(saidBy(job).includes(`exclude = ["empty"]`));
  assert.deepEqual(stepsOf(server), []);
});

test("A-53 A-48 [end to end] a database that is down is told of by the full and the next backup of changes, and by no later one", async () => {
  for (const name of ["d1", "d2"]) await server.database(name);
  const world = await server.world({ include: ["d1", "d2"] });
  await server.sql("master", "ALTER DATABASE [d2] SET OFFLINE WITH ROLLBACK IMMEDIATE");
  const saved = ["backed_up", null];
  const [full, first, second] = [await world.run("full"), await world.run(), await world.run()];
  assert.deepEqual([full, first, second].map(outcomeOf), [
    ["successful_with_errors", saved, ["down", "DATABASE_NOT_READY"]],
    ["successful_with_errors", saved, ["down", "DATABASES_SKIPPED_OR_DOWN"]],
    ["successful", saved, ["skipped", "DATABASE_LEFT_OUT"]],
  ]);
  assert.match(saidBy(first), /^DBs skipped or down/);
});

test("A-56 A-57 A-43 [end to end] system databases are left out of backups of changes, which fail where there are no others, and no statement of capture reaches them", async () => {
  const { name } = await openShop(server);
  const mixed = await server.world({ include: [name, "msdb"], system: true });
  server.wire.statements.length = 0;
  assert.deepEqual(outcomeOf(await mixed.run()), [
    "successful",
    ["skipped", "SYSTEM_DATABASE_CDC"],
    ["backed_up", null],
  ]);
  await server.sql("master", `ALTER DATABASE [${name}] SET OFFLINE WITH ROLLBACK IMMEDIATE`);
  const alone = await server.world({ include: ["m*"], system: true });
  server.wire.statements.length = 0;
  const job = await alone.run();
  assert.equal(job.status, "failed");
  assert.deepEqual(new Set(job.databases.map(({ code }) => code)), new Set(["AZURE_SQL_1057"]));
  assert.deepEqual(stepsOf(server), []);
});

test("a dropped table makes a full that says so, and capture stays ours: a table that is made later is captured", async () => {
  const { name, world } = await openShop(server);
  await server.sql(name, "CREATE TABLE dbo.Staging (id int PRIMARY KEY)");
  await world.run();
  const first = await newestOf(world);
  await server.sql(name, "DROP TABLE dbo.Staging");
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  assert.deepEqual(await madeOf(world), ["full", "cdc", "cdc_schema_changed", "engine"]);
  assert.equal((await newestOf(world)).changes?.identity, first.changes?.identity);
  await server.sql(name, "CREATE TABLE dbo.Added (id int PRIMARY KEY)");
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  assert.deepEqual(await madeOf(world), ["full", "cdc", "cdc_config_mismatch", "engine"]);
});

const SAME_TABLES = `CREATE SCHEMA a
GO
CREATE SCHEMA b
GO
CREATE SCHEMA aside
GO
CREATE TABLE a.Entry (id int NOT NULL, note varchar(10) NOT NULL, CONSTRAINT EntryKey PRIMARY KEY (id))
GO
CREATE TABLE b.Entry (id int NOT NULL, note varchar(10) NOT NULL, CONSTRAINT EntryKey PRIMARY KEY (id))
GO
INSERT INTO a.Entry VALUES (1, 'of a')
GO
INSERT INTO b.Entry VALUES (1, 'of b')`;
const EXCHANGE = `ALTER SCHEMA aside TRANSFER a.Entry
GO
ALTER SCHEMA a TRANSFER b.Entry
GO
ALTER SCHEMA b TRANSFER aside.Entry`;

test("capture that is made anew and cleaned up leaves instances that others made, with their changes", async () => {
  const { name, world } = await openShop(server);
  await world.run();
  await server.sql(
    name,
    "EXEC sys.sp_cdc_enable_table @source_schema = N'dbo', @source_name = N'Account', @capture_instance = N'debezium', @role_name = NULL",
  );
  await server.sql(name, WRITES);
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  assert.equal(await changesOf(world), 6);
  const kept =
    "SELECT (SELECT COUNT(*) FROM cdc.debezium_CT), (SELECT COUNT(*) FROM cdc.dbo_Account_CT)";
  assert.deepEqual(await server.rows(name, kept), [[6, 0]]);
  await server.sql(name, "CREATE TABLE dbo.Other (id int PRIMARY KEY)");
  server.wire.statements.length = 0;
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  assert.deepEqual(await madeOf(world), ["full", "cdc", "cdc_config_mismatch", "engine"]);
  const order = ["disable_table", "enable_table", "enable_table", "scan"];
  assert.deepEqual(stepsOf(server).slice(0, order.length), order);
  assert.deepEqual(await server.rows(name, "SELECT COUNT(*) FROM cdc.debezium_CT"), [[6]]);
  await server.sql(name, "UPDATE dbo.Account SET amount = 1");
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  assert.equal((await newestOf(world)).consistency, "transactional");
});

test("rows that ALTER TABLE … SWITCH may have moved are told of, once", async () => {
  const { name, world } = await openShop(server);
  await server.sql(
    name,
    "CREATE TABLE dbo.Staged (id int NOT NULL PRIMARY KEY)\nGO\nCREATE TABLE dbo.Live (id int NOT NULL PRIMARY KEY)\nGO\nINSERT INTO dbo.Staged VALUES (1)",
  );
  await world.run();
  await world.run();
  assert.equal((await newestOf(world)).notes, undefined);
  server.pass();
  await server.sql(name, "ALTER TABLE dbo.Staged SWITCH TO dbo.Live");
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  assert.match((await newestOf(world)).notes?.join() ?? "", /dbo\.Staged.*SWITCH.*take a full/);
  await world.run();
  const later = await newestOf(world);
  assert.equal(later.notes, undefined);
  const restore = { point: later.id, to: "orders", as: name, tables: ["dbo.*"] };
  for (const into of [undefined, "back"]) {
    const { shortfalls } = await previewRestore({ ...restore, into }, world.ports);
    const told = shortfalls.filter(({ kind }) => kind === "backup_note");
    assert.match(told.map(({ text }) => text).join(), /SWITCH/, "what moved is missing here, too");
  }
  server.pass();
  await server.sql(name, "ALTER TABLE dbo.Live SWITCH TO dbo.Staged");
  server.wire.before = async (sql) => {
    if (!sql.includes("cdc.ddl_history")) return;
    server.wire.before = () => Promise.resolve();
    await server.sql(
      name,
      `EXEC sys.sp_cdc_disable_table @source_schema = N'dbo', @source_name = N'Account', @capture_instance = N'all'
GO
EXEC sys.sp_cdc_enable_table @source_schema = N'dbo', @source_name = N'Account', @role_name = NULL, @captured_column_list = N'[id], [amount]'`,
    );
  };
  await world.run();
  assert.deepEqual(await madeOf(world), ["full", "cdc", "cdc_changes_lost", "engine"]);
  assert.equal((await newestOf(world)).notes, undefined, "a full has what was switched");
});

test("a table of ours that a person captures anew has lost changes, and the next backup is a full", async () => {
  const { name, world } = await openShop(server);
  await world.run();
  await server.sql(name, "CREATE TABLE dbo.Other (id int PRIMARY KEY)");
  await world.run();
  await server.sql(
    name,
    `EXEC sys.sp_cdc_disable_table @source_schema = N'dbo', @source_name = N'Account', @capture_instance = N'all'
GO
DELETE FROM dbo.Account WHERE id = 5
GO
EXEC sys.sp_cdc_enable_table @source_schema = N'dbo', @source_name = N'Account', @role_name = NULL, @captured_column_list = N'[id], [amount]'`,
  );
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  assert.deepEqual(await madeOf(world), ["full", "cdc", "cdc_changes_lost", "engine"]);
});

test("a backup that dies while it enables capture leaves it off, or as ours for the next one", async () => {
  for (const dies of ["enable_db", "enable_table", "cancelled", "undone"] as const) {
    const { name, world } = await openShop(server);
    await server.sql(name, "CREATE TABLE dbo.Beside (id int PRIMARY KEY)");
    const cancel = new AbortController();
    let enabled = 0;
    server.wire.before = async (sql) => {
      if (dies === "enable_db" && enabled > 0) throw new Error("the server broke");
      if (sql.includes("sp_cdc_enable_db")) enabled += 1;
      if (dies === "undone" && sql.includes("sp_cdc_disable_db")) throw new Error("it broke");
      if (!/sp_cdc_enable_table.*N'Beside'/.test(sql)) return;
      if (dies === "cancelled") cancel.abort();
      await Promise.resolve();
      throw new Error("the server broke");
    };
    const ports = { ...world.ports, signal: cancel.signal };
    const request = { backupSet: "orders", type: undefined, trigger: "manual" } as const;
    const job = await backUp(request, ports).catch(() => undefined);
    assert.notEqual(job?.status, "successful", dies);
    const isLeft = dies === "enable_db" || dies === "undone";
    const on = "SELECT CONVERT(int, is_cdc_enabled) FROM sys.databases WHERE name = DB_NAME()";
    assert.deepEqual(await server.rows(name, on), [[isLeft ? 1 : 0]], dies);
    server.wire.before = () => Promise.resolve();
    assert.deepEqual(outcomeOf(await world.run()), DONE, dies);
    assert.equal((await newestOf(world)).changes?.enabledBy, "engine", dies);
  }
});

test("capture that somebody else enables in the same moment is not disabled", async () => {
  const { name, world } = await openShop(server);
  server.wire.before = async (sql) => {
    if (sql.includes("sp_cdc_enable_db")) await server.sql(name, "EXEC sys.sp_cdc_enable_db");
  };
  assert.deepEqual(outcomeOf(await world.run()), ["failed", ["failed", "CDC_ENABLE_FAILED"]]);
  const on = "SELECT CONVERT(int, is_cdc_enabled) FROM sys.databases WHERE name = DB_NAME()";
  assert.deepEqual(await server.rows(name, on), [[1]]);
});

test("a database whose capture has no table yet and no jobs is told what to capture", async () => {
  const { name, world } = await openShop(server);
  await server.sql(name, "EXEC sys.sp_cdc_enable_db");
  const job = await world.run();
  assert.deepEqual(outcomeOf(job), ["failed", ["skipped", "CDC_SETTINGS_WRONG"]]);
  assert.match(saidBy(job), /all_tables: not captured: dbo\.Account/);
});

test("captured tables of equal definitions that change their names with each other make a full, and so do they where that happens while they are read", async () => {
  const { name, world } = await openShop(server);
  await server.sql(name, SAME_TABLES);
  await world.run();
  await world.run();
  assert.deepEqual((await madeOf(world))[0], "cdc");
  const schema = (await objectsOf(world)).bytes.get("schema");
  await server.sql(name, `INSERT INTO a.Entry VALUES (3, 'of a')\nGO\n${EXCHANGE}`);
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  assert.deepEqual(await madeOf(world), ["full", "cdc", "cdc_schema_changed", "engine"]);
  assert.deepEqual((await objectsOf(world)).bytes.get("schema"), schema);
  await server.sql(name, "INSERT INTO a.Entry VALUES (4, 'of b')");
  server.wire.before = async (sql) => {
    if (!sql.includes("[a_Entry_CT]") && !sql.includes("[b_Entry_CT]")) return;
    server.wire.before = () => Promise.resolve();
    await server.sql(name, EXCHANGE);
  };
  assert.deepEqual(outcomeOf(await world.run()), [
    "failed",
    ["failed", "SCHEMA_CHANGED_DURING_BACKUP"],
  ]);
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  assert.deepEqual((await madeOf(world))[0], "full");
});
