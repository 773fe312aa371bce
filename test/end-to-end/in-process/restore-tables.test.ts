import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { formatLeftovers, leftoversToJson } from "../../../cmd/views/leftovers-text.ts";
import { failure } from "../../../core/diagnostics/diagnostic.ts";
import { findLeftovers } from "../../../core/operations/find-leftovers.ts";
import { previewRestore, restorePoint } from "../../../core/operations/restore.ts";
import { openSqlServer } from "../../../providers/sqlserver/sql-server.ts";
import {
  type CaptureServer,
  type CaptureWorld,
  startCaptureServer,
} from "../../support/capture-world.ts";
import { killRestore } from "../../support/mortal-restore.ts";

const SCHEMA = `CREATE TYPE dbo.Money4 FROM decimal(19, 4) NULL
GO
CREATE SEQUENCE dbo.Numbers AS int START WITH 1
GO
CREATE FUNCTION dbo.Twice (@value int) RETURNS int AS BEGIN RETURN @value * 2 END
GO
CREATE TABLE dbo.Item (id int IDENTITY(5, 5) NOT NULL CONSTRAINT PK_Item PRIMARY KEY, name nvarchar(40) COLLATE Latin1_General_CI_AS NOT NULL CONSTRAINT UQ_Item UNIQUE, price dbo.Money4 NULL, amount int NOT NULL CONSTRAINT DF_Amount DEFAULT 1 CONSTRAINT CK_Amount CHECK (amount > 0), twice AS amount * 2 PERSISTED, called AS dbo.Twice(amount), number int NOT NULL CONSTRAINT DF_Number DEFAULT (NEXT VALUE FOR dbo.Numbers))
GO
CREATE INDEX IX_Item ON dbo.Item (amount) INCLUDE (name)
GO
CREATE TABLE dbo.Part (id int NOT NULL CONSTRAINT PK_Part PRIMARY KEY, item int NOT NULL CONSTRAINT FK_Part REFERENCES dbo.Item (id), owner int NOT NULL CONSTRAINT FK_Owner REFERENCES dbo.Account (id))
GO
CREATE TABLE dbo.Price (id int NOT NULL CONSTRAINT PK_Price PRIMARY KEY, amount int NOT NULL, since datetime2 GENERATED ALWAYS AS ROW START NOT NULL, until datetime2 GENERATED ALWAYS AS ROW END NOT NULL, PERIOD FOR SYSTEM_TIME (since, until)) WITH (SYSTEM_VERSIONING = ON (HISTORY_TABLE = dbo.PriceHistory, HISTORY_RETENTION_PERIOD = 3 MONTHS))
GO
CREATE TRIGGER dbo.Loud ON dbo.Item AFTER INSERT AS UPDATE dbo.Account SET amount = 0
GO
EXEC sys.sp_addextendedproperty @name = N'MS_Description', @value = N'what is sold', @level0type = N'SCHEMA', @level0name = N'dbo', @level1type = N'TABLE', @level1name = N'Item'
GO
GRANT SELECT ON dbo.Item TO public
GO
CREATE USER porter FOR LOGIN porter
GO
CREATE USER desk FOR LOGIN porter2
GO
CREATE SYNONYM dbo.Far FOR [away.example].Shop.dbo.Item
GO
CREATE VIEW dbo.Items AS SELECT id FROM dbo.Item
GO
INSERT dbo.Item (name, price, amount) VALUES (N'rope', 1.5, 1), (N'sail', NULL, 2), (N'oar', 7, 3)
GO
INSERT dbo.Part VALUES (1, 5, 1), (2, 15, 2)
GO
INSERT dbo.Price (id, amount) VALUES (1, 10)
GO
UPDATE dbo.Price SET amount = 11`;

const stack = new AsyncDisposableStack();
let server: CaptureServer;
let world: CaptureWorld;
let point: string;

before(async () => {
  server = stack.use(await startCaptureServer());
  await server.database("Shop");
  for (const login of ["porter", "porter2"]) {
    await server.sql("master", `CREATE LOGIN ${login} WITH PASSWORD = N'Aa1!not-a-secret'`);
  }
  await server.sql("Shop", SCHEMA);
  world = await server.world({ include: ["Shop"], method: "snapshot" });
  const job = await world.run("full");
  point = job.databases[0]?.point ?? "";
  await server.sql("Shop", "UPDATE dbo.Item SET amount = 9; DELETE dbo.Part");
});
after(() => stack.disposeAsync());

/** Everything of a database that is no table of the schema. */
async function standing(without: string): Promise<string> {
  const questions = [
    `SELECT s.name, o.name, o.type, o.object_id FROM sys.objects AS o JOIN sys.schemas AS s ON s.schema_id = o.schema_id WHERE o.is_ms_shipped = 0 AND s.name <> '${without}' ORDER BY o.object_id`,
    `SELECT name FROM sys.schemas WHERE name <> '${without}' ORDER BY name`,
    "SELECT id, name, price, amount FROM dbo.Item ORDER BY id",
    "SELECT id, amount FROM dbo.Account ORDER BY id",
    "SELECT name, compatibility_level, recovery_model_desc, is_read_committed_snapshot_on, snapshot_isolation_state FROM sys.databases WHERE name = DB_NAME()",
  ];
  const answers = [];
  for (const question of questions) answers.push(await server.rows("Shop", question));
  return JSON.stringify(answers, (_, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  );
}

/** Restores tables into a schema of Shop; gives the job. */
async function intoSchema(
  into: string,
  tables: readonly string[],
  wish: { readonly as?: string; readonly to?: string } = {},
) {
  const command = { point, to: "orders", as: "Shop", into, tables, ...wish };
  const { job } = await restorePoint(command, world.ports);
  return {
    status: job.status,
    code: job.databases[0]?.code,
    text: job.databases[0]?.message ?? "",
  };
}

test("tables come back into a schema of the database in use, also where the service turns requests away, and nothing else of it changes", async () => {
  const wish = { point, to: "orders", as: "Shop", into: "back" };
  const tables = ["dbo.Item", "dbo.Part", "dbo.Price*"];
  const before = await standing("back");
  const preview = await previewRestore({ ...wish, tables }, world.ports);
  let asked = 0;
  server.wire.faults = ({ database }) => {
    if (database === "Shop") asked += 1;
    return database === "Shop" && (asked === 12 || asked === 40) ? 40_501 : undefined;
  };
  const restored = await restorePoint({ ...wish, tables }, world.ports);
  server.wire.faults = () => undefined;
  assert.equal(restored.job.status, "successful", JSON.stringify(restored.job.databases));
  assert.deepEqual(restored.shortfalls, preview.shortfalls);
  assert.deepEqual(
    restored.shortfalls.map(({ kind }) => kind),
    ["foreign_keys", "temporal_history", "alias_types", "expressions", "triggers", "permissions"],
  );
  assert.equal(await standing("back"), before);
  assert.deepEqual(await server.rows("Shop", "SELECT * FROM back.Item ORDER BY id"), [
    [5, "rope", 15_000n, 1, 2, 1],
    [10, "sail", null, 2, 4, 2],
    [15, "oar", 70_000n, 3, 6, 3],
  ]);
  assert.deepEqual(await server.rows("Shop", "SELECT amount FROM back.PriceHistory"), [[10]]);
  assert.deepEqual(await server.rows("Shop", "SELECT amount FROM back.Price"), [[11]]);
  await server.sql("Shop", "INSERT back.Item (name, number) VALUES (N'keel', 1)");
  const [keel] = await server.rows("Shop", "SELECT id, amount FROM back.Item WHERE name = 'keel'");
  assert.deepEqual(keel, [20, 1]);
});

test("A-33 [end to end] logins and linked servers that the database names are counted and named before and after a restore, and what chosen tables leave behind", async () => {
  const command = { point, to: "orders", as: "Whole" };
  const { shortfalls } = await previewRestore(command, world.ports);
  const named = (kind: string, list = shortfalls) =>
    list.flatMap((each) => (each.kind === kind ? each.text : []));
  assert.match(
    named("logins").join("|"),
    /^[^|]*2 users of .* porter2 \(user desk\), porter\b[^|]*$/,
  );
  assert.match(named("linked_servers").join("|"), /^[^|]*1 synonym .* away\.example\.$/);
  assert.equal(named("agent_jobs").length, 1);
  const after = await restorePoint(command, world.ports);
  for (const kind of ["logins", "linked_servers", "agent_jobs"]) {
    assert.deepEqual(named(kind, after.shortfalls), named(kind));
  }
  const some = await previewRestore({ ...command, tables: ["dbo.Part"] }, world.ports);
  const [left = "", ...more] = named("other_objects", some.shortfalls);
  assert.equal(more.length, 0);
  assert.match(left, /1 view \(dbo\.Items\); 1 function \(dbo\.Twice\); 1 trigger \(dbo\.Loud\)/);
  assert.match(left, /2 users and roles \(desk, porter\)/);
});

test("what is in the way of tables is told before anything is made, and nothing that is there is overwritten", async () => {
  const before = await standing("nowhere");
  const taken = await intoSchema("dbo", ["dbo.Part", "dbo.Item"]);
  assert.deepEqual([taken.status, taken.code], ["failed", "TABLE_EXISTS"]);
  assert.match(taken.text, /dbo\.CK_Amount, .*dbo\.Item, .*dbo\.Part/);
  await server.sql("Shop", "CREATE SCHEMA near\nGO\nCREATE VIEW near.PK_Part AS SELECT 1 AS one");
  const name = await intoSchema("near", ["dbo.Part"]);
  assert.match(name.text, /has near\.PK_Part already/);
  const missing = await intoSchema("near", ["dbo.Item"], { as: "Nowhere" });
  assert.equal(missing.code, "DATABASE_NOT_FOUND");
  for (const kept of ["sys", "db_owner", "holdfast_restore_1"]) {
    assert.equal((await intoSchema(kept, ["dbo.Item"])).code, "RESTORE_NOT_POSSIBLE");
  }
  assert.equal(
    (await intoSchema("near", ["dbo.Item"], { as: "master" })).code,
    "RESTORE_NOT_POSSIBLE",
  );
  await server.sql("Shop", "DROP VIEW near.PK_Part\nGO\nDROP SCHEMA near");
  assert.equal(await standing("nowhere"), before);
});

test("a login that may not make tables in the database is refused with what lets it", async () => {
  const as = { username: "clerk", password: "Cl3rk-Pass!" };
  await server.sql("master", `CREATE LOGIN clerk WITH PASSWORD = N'${as.password}'`);
  await server.sql("Shop", "CREATE USER clerk FOR LOGIN clerk");
  const openServer: typeof world.ports.openServer = ({ address }) =>
    openSqlServer(server.target(address, as));
  const command = { point, to: "orders", as: "Shop", into: "mine", tables: ["dbo.Part"] };
  const { job } = await restorePoint(command, { ...world.ports, openServer });
  const [{ code, message } = { code: null, message: null }] = job.databases;
  assert.equal(code, "SERVER_PERMISSION_MISSING");
  const remedy = (message ?? "").split("\n").find((line) => line.startsWith("    USE"));
  await server.sql("master", remedy ?? "");
  const again = await restorePoint(command, { ...world.ports, openServer });
  assert.equal(again.job.status, "successful", JSON.stringify(again.job.databases));
});

test("a restore that was killed is followed by one that removes what it left, and says so", async () => {
  const command = { point, to: "orders", as: "Shop", into: "again", tables: ["dbo.Part"] };
  const before = await standing("again");
  assert.ok(await killRestore({ server, world }, command, 40));
  assert.notEqual(await standing("again"), before);
  const since = world.events.length;
  const { job } = await restorePoint(command, world.ports);
  assert.equal(job.status, "successful", JSON.stringify(job.databases));
  const notes = world.events
    .slice(since)
    .flatMap((event) => (event.type === "note" ? event.text : []));
  assert.equal(notes.length, 1);
  assert.match(notes[0] ?? "", /^Removed the schema .*left by the restore job-/);
  assert.equal(await standing("again"), before);
});

test("a cancel while the tables move into their schema comes too late: they are there, and it is told so", async () => {
  const stop = new AbortController();
  server.wire.before = (sql) => {
    if (sql.includes(" TRANSFER ")) stop.abort();
    return Promise.resolve();
  };
  const command = { point, to: "orders", as: "Shop", into: "late", tables: ["dbo.Part"] };
  const { job } = await restorePoint(command, { ...world.ports, signal: stop.signal });
  server.wire.before = () => Promise.resolve();
  const rows = await server.rows(
    "Shop",
    "SELECT COUNT(*) FROM sys.tables WHERE schema_id = SCHEMA_ID('late')",
  );
  assert.deepEqual([job.status, rows], ["successful", [[1]]]);
});

test("a half-made database that somebody gave another name is not taken for what a restore to that name left", async () => {
  const command = { point, to: "orders", as: "Half" };
  assert.ok(await killRestore({ server, world }, command, 40));
  await server.sql("master", "ALTER DATABASE [Half] MODIFY NAME = [Rescued it]");
  const again = { ...command, as: "Rescued it" };
  const { job } = await restorePoint(again, world.ports);
  const [{ code, message } = {}] = job.databases;
  assert.deepEqual([job.status, code], ["failed", "DATABASE_EXISTS"]);
  assert.match(message ?? "", /was begun as "Half" by a restore \(job-\S+\) .* may be using it\./);
  assert.doesNotMatch(message ?? "", /DROP/);
  await server.sql("master", "ALTER DATABASE [Rescued it] MODIFY NAME = [Half]");
  assert.equal((await restorePoint(command, world.ports)).job.status, "successful");
});

test("what restores left half made is listed with what removes it, unless it may be at work", async () => {
  const before = await standing("third");
  const some = { point, to: "orders", as: "Shop", into: "third", tables: ["dbo.Item", "dbo.P*"] };
  assert.ok(await killRestore({ server, world }, some, 70));
  assert.ok(await killRestore({ server, world }, { point, to: "orders", as: "Broken" }, 40));
  const look = async () => (await findLeftovers(null, world.ports)) ?? assert.fail();
  const told = (left: Awaited<ReturnType<typeof look>>) => {
    const text = formatLeftovers(left, { now: world.ports.clock.now(), width: 80 });
    return text.replaceAll(/\s+/g, " ");
  };
  const left = await look();
  assert.deepEqual(left.unknown, []);
  assert.deepEqual(
    left.restores.map((each) => [each.kind, each.database, each.point, each.standing]),
    [
      ["database", "Broken", point, "over"],
      ["schema", "Shop", point, "over"],
    ],
  );
  assert.match(
    told(left),
    /there is the database "Broken", which is not whole\. It was left by the restore job-\S+, which began at 2026-01-05T\d\d:\d\d:\d\dZ, of the point \S+\. .* without: DROP DATABASE \[Broken\]; On .* USE \[Shop\]; .*DROP TABLE /,
  );
  const mark = "[Broken].sys.sp_addextendedproperty @name = N'holdfast.unfinished_restore', @value";
  for (const { removal } of left.restores) await server.sql("master", removal);
  assert.equal(await standing("third"), before);
  await server.sql(
    "master",
    `CREATE DATABASE Broken; EXEC ${mark} = N'2026-01-05T12:00:00.5 job-x Broken'`,
  );
  const others = await look();
  assert.match(told(others), /job-x, which began at 2026-01-05T12:00:00Z and is not one of this/);
  assert.doesNotMatch(told(others), /DROP/);
  const [{ removal, over } = {}] = leftoversToJson(others)["restores"] as Record<string, unknown>[];
  assert.deepEqual([removal, over], [null, false]);
  await server.sql("master", "DROP DATABASE Broken");
  assert.match(told(await look()), /^No copy .* and nothing half made by a restore\. $/);
});

test("a server that refuses the second session gets the tables one after the other, and that is told", async () => {
  // One of the whole server, one of the new database, and the second of that.
  const refused = 3;
  let signIns = 0;
  const openServer: typeof world.ports.openServer = ({ address }) => {
    const target = server.target(address);
    const password = () => {
      signIns += 1;
      if (signIns !== refused) return target.password();
      const detail = "Logon failed for login 'sa' due to trigger execution.";
      throw failure({ code: "SERVER_SIGN_IN_FAILED", summary: "Sign-in refused", detail });
    };
    return openSqlServer({ ...target, password });
  };
  const since = world.events.length;
  const ports = { ...world.ports, openServer };
  const { job } = await restorePoint({ point, to: "orders", as: "Single" }, ports);
  assert.equal(job.status, "successful", JSON.stringify(job.databases));
  const notes = world.events
    .slice(since)
    .flatMap((event) => (event.type === "note" ? event.text : []));
  assert.match(
    notes.join("|"),
    /^The server gave no second session, .* due to trigger execution\.$/,
  );
  // The last one looks at what there is now: no other lane was asked for.
  assert.equal(signIns, refused + 1);
  const [[items] = []] = await server.rows("Single", "SELECT COUNT(*) FROM dbo.Item");
  assert.equal(items, 3);
});
