import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { DatabaseServer } from "../../../core/resource/database-server.ts";
import { openSnapshotCapture } from "../../../providers/sqlserver/capture/open-capture.ts";
import { openConnection } from "../../../providers/sqlserver/connection/open-connection.ts";
import { openSqlServer } from "../../../providers/sqlserver/sql-server.ts";
import { openProviderServer, type ProviderServer } from "../../support/sql-server-target.ts";
import { withCode } from "../../support/with-code.ts";

let home: ProviderServer;
let server: DatabaseServer;

before(async () => {
  home = await openProviderServer();
  server = await openSqlServer(home.target);
});

after(async () => {
  await server[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

async function makeDatabase(wish: string, ...batches: readonly string[]): Promise<string> {
  const name = home.name(wish);
  await home.run("master", `CREATE DATABASE [${name}]`);
  await home.run(name, "CREATE TABLE dbo.A (id int NOT NULL PRIMARY KEY)", ...batches);
  return name;
}

async function names(): Promise<readonly string[]> {
  return (await server.databases()).map(({ name }) => name);
}

test("the server tells its version and its databases by name", async () => {
  const facts = await server.facts();
  assert.match(facts.version, /^\d+\.\d+\.\d+/);
  const database = await makeDatabase("Listed");
  const found = (await server.databases()).find(({ name }) => name === database);
  assert.equal(found?.state, "online");
  assert.equal(found.isSystem, false);
  assert.deepEqual(await names(), (await names()).toSorted());
});

test("a database that does not exist is told so", async () => {
  await assert.rejects(server.openCapture("No such"), withCode("DATABASE_NOT_FOUND", "No such"));
});

test("a database that is offline is told so", async () => {
  const database = await makeDatabase("Off");
  await home.run("master", `ALTER DATABASE [${database}] SET OFFLINE WITH ROLLBACK IMMEDIATE`);
  await assert.rejects(server.openCapture(database), withCode("DATABASE_NOT_READY", "offline"));
  await home.run("master", `ALTER DATABASE [${database}] SET ONLINE`);
});

test("a table that is dropped during the backup fails the read with its name and the server's error", async () => {
  const database = await makeDatabase(
    "Dropped",
    "CREATE TABLE dbo.Z (id int NOT NULL PRIMARY KEY)",
  );
  await using capture = await server.openCapture(database);
  await home.run(database, "DROP TABLE dbo.Z");
  const table = capture.tables.find(({ name }) => name === "Z");
  assert.ok(table !== undefined);
  await assert.rejects(
    async () => {
      const { slices } = await capture.rows(table);
      for await (const _slice of slices);
    },
    withCode("TABLE_READ_FAILED", "dbo.Z", "Error "),
  );
});

test("a snapshot whose transaction the server ended meanwhile is no backup", async () => {
  const database = await makeDatabase("Ended");
  const connection = await openConnection(home.target, { database });
  await using capture = await openSnapshotCapture(connection, { database });
  // As of a deadlock's victim, whose session goes on.
  await connection.execute("ROLLBACK TRANSACTION");
  await assert.rejects(capture.complete(), withCode("SNAPSHOT_LOST", database));
});

test("without snapshot isolation the capture is refused with the statement that mends it", async () => {
  const database = await makeDatabase("NoSnapshot");
  await home.run("master", `ALTER DATABASE [${database}] SET ALLOW_SNAPSHOT_ISOLATION OFF`);
  const remedy = `ALTER DATABASE [${database}] SET ALLOW_SNAPSHOT_ISOLATION ON;`;
  await assert.rejects(server.openCapture(database), withCode("SNAPSHOT_ISOLATION_OFF", remedy));
  await home.run("master", remedy);
  await using capture = await server.openCapture(database);
  assert.equal(capture.tables.length, 1);
});

test("a schema that changes while rows are read fails the capture and says what changed", async () => {
  const database = await makeDatabase("Changed");
  await using capture = await server.openCapture(database);
  await home.run(database, "CREATE TABLE dbo.New (id int NULL)");
  await assert.rejects(
    capture.complete(),
    withCode("SCHEMA_CHANGED_DURING_BACKUP", "table dbo.New"),
  );
});

test("identities that move while rows are read are no change of the schema", async () => {
  const database = await makeDatabase(
    "Moved",
    "CREATE TABLE dbo.I (id int IDENTITY(1,1) NOT NULL PRIMARY KEY, v int NULL)",
  );
  await using capture = await server.openCapture(database);
  await home.run(database, "INSERT dbo.I (v) VALUES (1)");
  await capture.complete();
});

test("an encrypted module refuses the database and names it", async () => {
  const database = await makeDatabase(
    "Encrypted",
    "CREATE PROCEDURE dbo.Hidden WITH ENCRYPTION AS SELECT 1 AS a",
  );
  await assert.rejects(
    server.openCapture(database),
    withCode("SCHEMA_NOT_SCRIPTABLE", "encrypted", "dbo.Hidden"),
  );
});

test("a restore never goes into a database that exists", async () => {
  const database = await makeDatabase("Taken");
  await using capture = await server.openCapture(database);
  await assert.rejects(
    server.openRestore({ database, schema: capture.schema }),
    withCode("DATABASE_EXISTS", database),
  );
  assert.ok((await names()).includes(database));
});

test("a schema that this version does not understand is refused before anything is made", async () => {
  const database = home.name("Never");
  const schema = Buffer.from('{"format":2}');
  await assert.rejects(server.openRestore({ database, schema }), withCode("SCHEMA_UNREADABLE"));
  assert.ok(!(await names()).includes(database));
});

test("a restore that is left before its end removes its database", async () => {
  const source = await makeDatabase("Left");
  await using capture = await server.openCapture(source);
  const database = home.name("LeftCopy");
  {
    await using restore = await server.openRestore({ database, schema: capture.schema });
    assert.ok((await names()).includes(database));
    await restore[Symbol.asyncDispose]();
  }
  assert.ok(!(await names()).includes(database));
});

test("a load that breaks in the middle tells the source's error, and the database is removed", async () => {
  const source = await makeDatabase("Broken", "INSERT dbo.A VALUES (1),(2)");
  await using capture = await server.openCapture(source);
  const [table] = capture.tables;
  assert.ok(table !== undefined);
  const { metadata, slices } = await capture.rows(table);
  const broken = new Error("the vault is gone");
  async function* torn(): AsyncGenerator<Uint8Array> {
    for await (const { bytes } of slices) yield bytes;
    throw broken;
  }
  const database = home.name("BrokenCopy");
  {
    await using restore = await server.openRestore({ database, schema: capture.schema });
    await assert.rejects(restore.load({ ...table, metadata, bytes: torn() }), broken);
  }
  assert.ok(!(await names()).includes(database));
});

test("an aborted restore rejects with the abort's reason and removes its database", async () => {
  const source = await makeDatabase("Aborted", "INSERT dbo.A VALUES (1),(2)");
  await using capture = await server.openCapture(source);
  const [table] = capture.tables;
  assert.ok(table !== undefined);
  const { metadata, slices } = await capture.rows(table);
  const controller = new AbortController();
  const reason = new Error("enough");
  async function* slow(): AsyncGenerator<Uint8Array> {
    for await (const { bytes } of slices) yield bytes;
    controller.abort(reason);
    await new Promise((resolve) => setImmediate(resolve));
    yield new Uint8Array(0);
  }
  const database = home.name("AbortedCopy");
  {
    await using restore = await server.openRestore({ database, schema: capture.schema });
    const load = restore.load({ ...table, metadata, bytes: slow() }, { signal: controller.signal });
    await assert.rejects(load, reason);
  }
  assert.ok(!(await names()).includes(database));
});

test("a statement that the server refuses fails the restore with its name, and the database is removed", async () => {
  const source = await makeDatabase("Refused", "INSERT dbo.A VALUES (1)");
  await using capture = await server.openCapture(source);
  const schema = JSON.parse(Buffer.from(capture.schema).toString()) as {
    tables: { columns: { type: string }[] }[];
  };
  const column = schema.tables[0]?.columns[0];
  assert.ok(column !== undefined);
  column.type = "[dbo].[NoSuchType]";
  const database = home.name("RefusedCopy");
  const restore = server.openRestore({ database, schema: Buffer.from(JSON.stringify(schema)) });
  await assert.rejects(restore, withCode("RESTORE_STATEMENT_FAILED", "table dbo.A", "Error "));
  assert.ok(!(await names()).includes(database));
});

test("a login without rights is told what it lacks, with T-SQL that runs and mends it", async () => {
  const database = await makeDatabase("Rights");
  const login = home.name("weak").toLowerCase();
  const password = "Weak-Passw0rd-1!";
  await home.run("master", `CREATE LOGIN [${login}] WITH PASSWORD = '${password}'`);
  try {
    await using weak = await openSqlServer(home.as(login, password));
    const missing = await weak.missingPermissions("backup", { database });
    assert.ok(missing.length > 0);
    for (const { remedy } of missing) await home.run("master", remedy);
    assert.deepEqual(await weak.missingPermissions("backup", { database }), []);
    await using capture = await weak.openCapture(database);
    assert.equal(capture.tables.length, 1);
    const [create] = await weak.missingPermissions("restore", {});
    assert.equal(create?.permission, "CREATE ANY DATABASE");
    await home.run("master", create.remedy);
    assert.deepEqual(await weak.missingPermissions("restore", {}), []);
  } finally {
    await home.run("master", `DROP LOGIN [${login}]`);
  }
});
