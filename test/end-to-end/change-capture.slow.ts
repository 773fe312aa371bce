import assert from "node:assert/strict";
import { test } from "node:test";
import { prune } from "../../core/operations/prune.ts";
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
} from "../support/capture-story.ts";
import { serveTests } from "../support/capture-tests.ts";
import { type CaptureServer, startCaptureServer } from "../support/capture-world.ts";

let server: CaptureServer;

serveTests((started) => {
  server = started;
});

test("each backup takes the changes since the one before, and clean-up takes from the tables no more than what is stored", async () => {
  const { name, world } = await openShop(server);
  await world.run();
  for (const amount of [1, 2, 3]) {
    await server.sql(name, `UPDATE dbo.Account SET amount = amount + ${amount} WHERE id = 1`);
    assert.deepEqual(outcomeOf(await world.run()), DONE);
    assert.equal(await changesOf(world), 2);
  }
  const points = await world.catalog.points();
  assert.deepEqual(
    points.map(({ base }) => base),
    [null, ...points.slice(0, 3).map(({ id }) => id)],
  );
  assert.deepEqual(
    points.slice(1).map(({ changes }) => changes?.after),
    points.slice(0, 3).map(({ changes }) => changes?.reached),
  );
  const [row] = await server.rows(name, "SELECT COUNT(*) FROM cdc.dbo_Account_CT");
  assert.ok(Number(row?.[0]) <= 2);
  assert.ok(stepsOf(server).includes("cleanup_change_table"));
});

test("a job that fails takes the same changes the next time", async () => {
  const { name, world } = await openShop(server);
  await world.run();
  await server.sql(name, WRITES);
  server.wire.before = (sql) =>
    sql.includes("tran_id <> 0x00")
      ? Promise.reject(new Error("the server broke"))
      : Promise.resolve();
  const failed = await world.run();
  assert.equal(failed.status, "failed");
  assert.deepEqual((await world.catalog.points()).length, 1);
  server.wire.before = () => Promise.resolve();
  await server.sql(name, "UPDATE dbo.Account SET amount = 0 WHERE id = 1");
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  assert.equal(await changesOf(world), 8);
});

test("a connection that is lost anywhere in a scan or in changes is opened anew, and each row is stored once", async () => {
  const { name, world } = await openShop(server);
  for (let at = 0; at < 20; at += 1) {
    const values = Array.from({ length: 1000 }, (_, n) => `(${at * 1000 + n + 100}, ${n})`);
    await server.sql(name, `INSERT INTO dbo.Account (id, amount) VALUES ${values.join(", ")}`);
  }
  await world.run();
  const [before] = await server.rows(name, "SELECT COUNT(*) FROM dbo.Account");
  let tries = 0;
  for (let packets = 1; packets < 140; packets += 9) {
    // Control, rights, capture and what reads, in this order.
    server.wire.cuts.push(10_000, 10_000, 10_000, packets);
    assert.deepEqual(outcomeOf(await world.run("full")), DONE);
    const { objects } = await objectsOf(world);
    const stored = objects.find(({ path }) => path === "rows/dbo.Account");
    assert.equal(stored?.attributes["rows"], before?.[0]);
    await server.sql(name, "UPDATE dbo.Account SET amount = amount + 1 WHERE id < 3100");
    server.wire.cuts.splice(0, 9, 10_000, 10_000, 10_000, packets);
    assert.deepEqual(outcomeOf(await world.run()), DONE);
    assert.equal(await changesOf(world), 2 * 3005);
    const notes = world.events.filter((event) => event.type === "note");
    tries = notes.filter(({ text }) => text.includes("(try 2 of 5)")).length;
  }
  assert.ok(tries > 10, `${tries} tries`);
});

test("a changed schema, lost changes and capture that was enabled anew make fulls that say why", async () => {
  const { name, world } = await openShop(server);
  await world.run();
  await server.sql(name, "CREATE INDEX i ON dbo.Account (amount)");
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  assert.deepEqual(await madeOf(world), ["full", "cdc", "cdc_schema_changed", "engine"]);
  await server.sql(name, "ALTER TABLE dbo.Account ADD extra int NULL");
  await server.sql(name, "ALTER TABLE dbo.Account DROP COLUMN extra");
  await world.run();
  assert.deepEqual(await madeOf(world), ["full", "cdc", "cdc_schema_changed", "engine"]);
  await server.sql(name, WRITES);
  server.pass();
  await server.sql(
    name,
    `DECLARE @mark binary(10) = sys.fn_cdc_get_max_lsn()
EXEC sys.sp_cdc_cleanup_change_table @capture_instance = N'dbo_Account', @low_water_mark = @mark`,
  );
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  assert.deepEqual(await madeOf(world), ["full", "cdc", "cdc_changes_lost", "engine"]);
  await server.sql(name, "EXEC sys.sp_cdc_disable_db");
  await enableByHand(server, name);
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  assert.deepEqual(await madeOf(world), ["full", "cdc", "cdc_history_replaced", "human"]);
});

test("a table without a key is stored whole where it changed, and as it stood at the end of the changes", async () => {
  const { name, world } = await openShop(server);
  await server.sql(name, "CREATE TABLE dbo.Log (line varchar(20))");
  await world.run();
  await server.sql(name, "INSERT INTO dbo.Log VALUES ('one'), ('one')");
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  const paths = async () => (await objectsOf(world)).objects.map(({ path }) => path);
  assert.deepEqual(await paths(), ["schema", "rows/dbo.Log", "commits"]);
  assert.equal((await newestOf(world)).consistency, "transactional");
  await world.run();
  assert.deepEqual(await paths(), ["schema", "commits"]);
  await server.sql(name, "INSERT INTO dbo.Log VALUES ('two')");
  let lines = 0;
  server.wire.before = async (sql) => {
    if (!sql.includes("FROM [dbo].[Log]")) return;
    lines += 1;
    await server.sql(name, `INSERT INTO dbo.Log VALUES ('line ${lines}')`);
  };
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  assert.equal(lines, 3);
  assert.equal((await newestOf(world)).consistency, "fuzzy");
});

test("on a quiet server a table without a key that changed is of one moment after two scans that found nothing", async () => {
  for (const [flavour, limit] of [
    ["sql_server", 30_000],
    ["azure_sql", 90_000],
  ] as const) {
    await using quiet = await startCaptureServer(flavour, {});
    const { name, world } = await openShop(quiet);
    await quiet.sql(name, "CREATE TABLE dbo.Log (line varchar(20))");
    await world.run();
    quiet.pass(400_000);
    await quiet.sql(name, "INSERT INTO dbo.Log VALUES ('one')");
    quiet.pass();
    const before = world.time;
    assert.deepEqual(outcomeOf(await world.run()), DONE);
    const took = world.time - before - 60_000;
    assert.ok(took < limit, `${took} ms`);
    const { consistency, type } = await newestOf(world);
    assert.deepEqual([type, consistency], ["cdc", "transactional"], flavour);
  }
});

test("on a quiet server the first backup of changes after a full is of one moment, and that can be restored", async () => {
  await using quiet = await startCaptureServer("sql_server", {});
  const { name, world } = await openShop(quiet);
  await world.run();
  const full = await newestOf(world);
  const before = world.time;
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  const took = world.time - before - 60_000;
  assert.ok(took < 30_000, `${took} ms`);
  const { consistency, type, changes } = await newestOf(world);
  assert.deepEqual([type, consistency], ["cdc", "transactional"]);
  const moment = changes?.reachedAt ?? 0;
  assert.ok(moment > (full.changes?.reachedAt ?? 0) && moment <= world.time);
  await quiet.sql(name, "UPDATE dbo.Account SET amount = 7");
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  assert.ok(((await newestOf(world)).changes?.reachedAt ?? 0) >= moment);
});

test("a prune takes no link that a later point of changes needs", async () => {
  const { name, world } = await openShop(server);
  await world.run();
  const DAY = 24 * 60 * 60 * 1000;
  for (let day = 0; day < 14; day += 1) {
    server.pass(DAY);
    await server.sql(name, `UPDATE dbo.Account SET amount = ${day}`);
    assert.deepEqual(outcomeOf(await world.run()), DONE);
  }
  await prune(world.ports, {});
  const points = (await world.catalog.points()).filter(({ state }) => state === "listed");
  const ids = new Set(points.map(({ id }) => id));
  for (const { base } of points) assert.ok(base === null || ids.has(base));
  assert.equal(points.length, 15);
});

test("A-11 [end to end] on Azure SQL Database the role that may enable capture is db_owner", async () => {
  await using azure = await startCaptureServer("azure_sql");
  await azure.database("shop");
  const account = { username: "weak", password: "Weak-1-password" };
  await azure.sql("master", "CREATE LOGIN weak WITH PASSWORD = 'Weak-1-password'");
  await azure.sql("master", "CREATE USER weak FOR LOGIN weak");
  await azure.sql(
    "shop",
    `CREATE USER weak FOR LOGIN weak
GO
GRANT SELECT TO weak
GO
GRANT VIEW DEFINITION TO weak`,
  );
  const world = await azure.world({ include: ["shop"], as: account });
  const job = await world.run();
  assert.deepEqual(outcomeOf(job), ["failed", ["failed", "CDC_PERMISSION_MISSING"]]);
  assert.match(saidBy(job), /only members of db_owner may enable it/);
  assert.match(saidBy(job), /ALTER ROLE db_owner ADD MEMBER \[weak\]/);
  await enableByHand(azure, "shop");
  const blind = await world.run();
  assert.deepEqual(outcomeOf(blind), ["failed", ["failed", "SERVER_PERMISSION_MISSING"]]);
  assert.match(saidBy(blind), /ALTER ROLE db_owner ADD MEMBER \[weak\]/);
  await azure.sql("shop", "ALTER ROLE db_owner ADD MEMBER weak");
  assert.deepEqual(outcomeOf(await world.run()), DONE);
});

test("every kind of server is backed up by its changes", async () => {
  for (const flavour of ["azure_sql", "managed_instance", "azure_vm"] as const) {
    await using other = await startCaptureServer(flavour);
    await other.database("shop");
    const world = await other.world({ include: ["shop"] });
    assert.deepEqual(outcomeOf(await world.run()), DONE, flavour);
    await other.sql("shop", WRITES);
    assert.deepEqual(outcomeOf(await world.run()), DONE, flavour);
    assert.equal(await changesOf(world), 6);
    assert.equal((await newestOf(world)).consistency, "transactional");
  }
});

test("columns of large values: the limit on captured writes is lifted, or the backup says what to run", async () => {
  const { name, world } = await openShop(server);
  await server.sql(name, "CREATE TABLE dbo.Page (id int PRIMARY KEY, body varbinary(max))");
  await world.run();
  const notes = world.events.flatMap((event) => (event.type === "note" ? event.text : []));
  assert.ok(
    notes.some((text) => text.includes("max text repl size")),
    notes.join("\n"),
  );
  await server.sql(
    name,
    "INSERT INTO dbo.Page VALUES (1, CONVERT(varbinary(max), REPLICATE(CONVERT(varchar(max), 'x'), 100000)))",
  );
  await server.sql(name, "UPDATE dbo.Page SET id = 2");
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  assert.equal(await changesOf(world, "dbo.Page"), 3);
});

test("tables and columns of odd names are captured", async () => {
  const { name, world } = await openShop(server);
  await server.sql(
    name,
    `CREATE SCHEMA [or]]der's "x"]
GO
CREATE TABLE [or]]der's "x"].[a.b]]'c] ([a ]]'b"] int PRIMARY KEY, [c,d] AS [a ]]'b"] + 1, [e;f] nvarchar(10))
GO
CREATE TABLE dbo.[${"long".repeat(32)}] (id int PRIMARY KEY)`,
  );
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  await server.sql(name, `INSERT INTO [or]]der's "x"].[a.b]]'c] VALUES (1, N'é')`);
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  const { objects } = await objectsOf(world);
  assert.equal(objects.find(({ kind }) => kind === "changes")?.attributes["table"], "a.b]'c");
});

const PARTITIONED = `CREATE PARTITION FUNCTION ByYear (int) AS RANGE RIGHT FOR VALUES (2025, 2026)
GO
CREATE PARTITION SCHEME Years AS PARTITION ByYear ALL TO ([PRIMARY])
GO
CREATE TABLE dbo.Sale (year int NOT NULL, id int NOT NULL, CONSTRAINT SaleKey PRIMARY KEY (year, id)) ON Years (year)`;

test("partitions of a table that we capture cannot be switched, and each backup tells of one that a person captured so that they can", async () => {
  const { name, world } = await openShop(server);
  await server.sql(name, PARTITIONED);
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  assert.match((await newestOf(world)).notes?.join() ?? "", /refused on dbo\.Sale while/);
  const switches = "SELECT CONVERT(int, partition_switch) FROM cdc.change_tables ORDER BY 1";
  assert.deepEqual(await server.rows(name, switches), [[0], [1]]);
  const { name: theirs, world: other } = await openShop(server);
  await server.sql(theirs, PARTITIONED);
  await enableByHand(server, theirs);
  await server.sql(
    theirs,
    "EXEC sys.sp_cdc_enable_table @source_schema = N'dbo', @source_name = N'Sale', @role_name = NULL",
  );
  assert.deepEqual(outcomeOf(await other.run()), DONE);
  assert.match((await newestOf(other)).notes?.join() ?? "", /Partitions of dbo\.Sale may be/);
});
