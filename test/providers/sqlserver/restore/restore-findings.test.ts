import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { RowSlice } from "../../../../core/resource/database-capture.ts";
import type { DatabaseServer, RestoreRequest } from "../../../../core/resource/database-server.ts";
import { openSqlServer } from "../../../../providers/sqlserver/sql-server.ts";
import { openProviderServer, type ProviderServer } from "../../../support/sql-server-target.ts";
import { withCode } from "../../../support/with-code.ts";

let home: ProviderServer;
let server: DatabaseServer;
let source: string;
let schema: Uint8Array;

before(async () => {
  home = await openProviderServer();
  server = await openSqlServer(home.target);
  source = home.name("Findings");
  await home.run(
    "master",
    `CREATE DATABASE [${source}]`,
    "CREATE LOGIN gone_login WITH PASSWORD = N'Aa1!not-a-secret'",
  );
  await home.run(
    source,
    "CREATE TABLE dbo.A (id int NOT NULL PRIMARY KEY, name varchar(9) COLLATE Latin1_General_BIN2)",
    "CREATE USER mapped FOR LOGIN gone_login",
    "CREATE USER alone WITHOUT LOGIN",
    "GRANT SELECT TO mapped",
  );
  await using capture = await server.openCapture(source);
  schema = capture.schema;
  await home.run("master", "DROP LOGIN gone_login");
});

after(async () => {
  await server[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

async function restore(request: Partial<RestoreRequest> & Pick<RestoreRequest, "database">) {
  await using made = await server.openRestore({ schema, ...request });
  await made.complete();
  return made.shortfalls;
}

function altered(change: (text: string) => string): Uint8Array {
  return Buffer.from(change(Buffer.from(schema).toString("utf8")));
}

test("a user whose login the server lacks comes back without it, and the statement that mends it works", async () => {
  const database = home.name("Orphans");
  const shortfalls = await restore({ database });
  const orphans = shortfalls.filter(({ kind }) => kind === "user_without_login");
  assert.equal(orphans.length, 1);
  assert.match(orphans[0]?.text ?? "", /mapped/);
  await home.run("master", "CREATE LOGIN gone_login WITH PASSWORD = N'Aa1!not-a-secret'");
  await home.run("master", orphans[0]?.remedy ?? "");
  const again = home.name("Mapped");
  const later = await restore({ database: again });
  assert.deepEqual(
    later.filter(({ kind }) => kind === "user_without_login"),
    [],
  );
});

test("a restored database is not encrypted unless that was asked for, which needs a certificate", async () => {
  const database = home.name("Plain");
  assert.ok((await restore({ database })).some(({ kind }) => kind === "encryption"));
  const request = { database: home.name("Secret"), schema, encrypt: true };
  const [obstacle] = await server.restoreObstacles(request);
  assert.equal(obstacle?.code, "RESTORE_NOT_POSSIBLE");
  assert.match(obstacle.remedy ?? "", /CREATE CERTIFICATE/);
  await home.run("master", (obstacle.remedy ?? "").replace("N'...'", "N'Aa1!not-a-secret'"));
  assert.deepEqual(await server.restoreObstacles(request), []);
  const shortfalls = await restore(request);
  assert.ok(shortfalls.every(({ kind }) => kind !== "encryption"));
  const found = (await server.databases()).find(({ name }) => name === request.database);
  assert.equal(found?.isEncrypted, true);
});

test("everything that would make a restore fail is told before anything is made", async () => {
  const stranger = altered((text) =>
    text
      .replaceAll("Latin1_General_BIN2", "No_Such_Collation")
      .replace(/"compatibilityLevel":\d+/, '"compatibilityLevel":990'),
  );
  const obstacles = await server.restoreObstacles({ database: source, schema: stranger });
  const told = obstacles.map(({ text }) => text).join("\n");
  assert.match(told, /There is a database/);
  assert.match(told, /compatibility level 990/);
  assert.match(told, /No_Such_Collation/);
});

test("what a killed restore left behind is told as such, without a statement that would drop it while it may be at work", async () => {
  const database = home.name("Left");
  const killed = await openSqlServer(home.target);
  // Nothing is disposed: the process of this restore is gone.
  await killed.openRestore({ database, schema });
  const [obstacle] = await server.restoreObstacles({ database, schema });
  const { text, remedy } = obstacle ?? assert.fail();
  assert.match(text, /not whole: a restore that began at .* did not finish it/);
  assert.doesNotMatch(text, /DROP/);
  assert.equal(remedy, null);
  await assert.rejects(server.openRestore({ database, schema }), withCode("DATABASE_EXISTS"));
  const whole = home.name("Whole");
  await restore({ database: whole });
  const [taken] = await server.restoreObstacles({ database: whole, schema });
  assert.match(taken?.text ?? "", /a restore never writes into one/);
});

async function gather(slices: AsyncIterable<RowSlice>): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  for await (const { bytes } of slices) parts.push(Buffer.from(bytes));
  return Buffer.concat(parts);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

test("rows of several moments may break a constraint, which is told; rows of one moment may not", async () => {
  const broken = home.name("Broken");
  await home.run("master", `CREATE DATABASE [${broken}]`);
  await home.run(
    broken,
    "CREATE TABLE dbo.Parent (id int NOT NULL PRIMARY KEY)",
    "CREATE TABLE dbo.Child (id int NOT NULL PRIMARY KEY, parent int NOT NULL CONSTRAINT FK_Child REFERENCES dbo.Parent (id))",
    "INSERT dbo.Parent VALUES (1)",
    "INSERT dbo.Child VALUES (1, 1)",
  );
  await using capture = await server.openCapture(broken);
  const [child] = capture.tables;
  assert.ok(child?.name === "Child");
  const { metadata, slices } = await capture.rows(child);
  const bytes = await gather(slices);
  const make = async (database: string, isFuzzy: boolean, rows = bytes) => {
    const request = { database, schema: capture.schema, isFuzzy };
    await using made = await server.openRestore(request);
    await made.load({ ...child, metadata, bytes: once(rows) });
    await made.complete();
    return made.shortfalls;
  };
  const told = (await make(home.name("Fuzzy"), true)).filter(
    ({ kind }) => kind === "untrusted_constraint",
  );
  assert.match(told[0]?.remedy ?? "", /WITH CHECK CHECK CONSTRAINT \[FK_Child\]/);
  await assert.rejects(
    make(home.name("Strict"), false),
    withCode("RESTORE_STATEMENT_FAILED", "547"),
  );
  await assert.rejects(
    make(home.name("Twice"), true, Buffer.concat([bytes, bytes])),
    withCode("RESTORE_ROWS_CONFLICT"),
  );
});

test("rows are read back and compared in any order, and one that differs is told with its table", async () => {
  const database = home.name("Summed");
  await home.run(source, "INSERT dbo.A VALUES (1, 'one'), (2, NULL), (3, 'three')");
  await using capture = await server.openCapture(source);
  const [table] = capture.tables;
  assert.ok(table);
  const { metadata, slices } = await capture.rows(table);
  const bytes = await gather(slices);
  await using made = await server.openRestore({ database, schema });
  await made.load({ ...table, metadata, bytes: once(bytes) });
  const { checksum, without } = await made.verify(table);
  assert.match(checksum, /^[0-9a-f]{32}$/);
  assert.deepEqual(without, []);
  await home.run(
    database,
    "UPDATE dbo.A SET name = CASE id WHEN 1 THEN 'three' ELSE 'one' END WHERE id <> 2",
  );
  await assert.rejects(made.verify(table), withCode("RESTORE_MISMATCH", "dbo.A"));
});

test("a database that got the name of a restore meanwhile is not dropped when that restore ends badly", async () => {
  const database = home.name("Replaced");
  const name = `[${database}]`;
  const own = await openSqlServer(home.target);
  const begun = await own.openRestore({ database, schema });
  await home.run(
    "master",
    `ALTER DATABASE ${name} SET SINGLE_USER WITH ROLLBACK IMMEDIATE; DROP DATABASE ${name}`,
  );
  await home.run("master", `CREATE DATABASE ${name}`);
  await begun[Symbol.asyncDispose]();
  const isThere = async (): Promise<boolean> =>
    (await server.databases()).some((each) => each.name === database);
  assert.equal(await isThere(), true);
  await home.run("master", `DROP DATABASE ${name}`);
  const again = await own.openRestore({ database, schema });
  await again[Symbol.asyncDispose]();
  assert.equal(await isThere(), false);
  await own[Symbol.asyncDispose]();
});
