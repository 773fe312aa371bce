import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { DatabaseServer } from "../../../core/resource/database-server.ts";
import { openConnection } from "../../../providers/sqlserver/connection/open-connection.ts";
import { openSqlServer } from "../../../providers/sqlserver/sql-server.ts";
import { captureChanges } from "../../support/change-rows.ts";
import { bytesOf, copyAll } from "../../support/copied-rows.ts";
import {
  EVERY_VERSION,
  momentQuestions,
  NEW_VERSIONS,
  VERSION_QUESTIONS,
} from "../../support/every-version.ts";
import { openProviderServer, type ProviderServer } from "../../support/sql-server-target.ts";

let home: ProviderServer;
let server: DatabaseServer;
let source: string;

before(async () => {
  home = await openProviderServer();
  server = await openSqlServer(home.target);
  source = home.name("Versions");
  await home.run("master", `CREATE DATABASE ${source}`);
  await home.run(source, ...EVERY_VERSION, ...NEW_VERSIONS);
  await home.run("master", `ALTER DATABASE ${source} SET TEMPORAL_HISTORY_RETENTION OFF`);
});

after(async () => {
  await server[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

async function ask(database: string, questions: readonly string[]): Promise<unknown[]> {
  await using connection = await openConnection(home.target, { database });
  const answers = [];
  for (const sql of questions) answers.push(await connection.query(sql));
  return answers;
}

async function momentsOf(database: string): Promise<readonly string[]> {
  await using connection = await openConnection(home.target, { database });
  const rows = await connection.query(
    "SELECT DISTINCT CONVERT(varchar(27), ValidFrom, 126) AS m FROM Warehouse.Colors FOR SYSTEM_TIME ALL",
  );
  return rows.map(({ m }) => String(m));
}

test("a copy answers every question about the past as its source does, and goes on to keep versions", async () => {
  const copy = home.name("VersionsCopy");
  await using capture = await server.openCapture(source);
  assert.deepEqual(capture.notes, []);
  await copyAll(server, capture, copy);
  const moments = await momentsOf(source);
  assert.ok(moments.length > 1);
  const questions = [...VERSION_QUESTIONS, ...moments.flatMap(momentQuestions)];
  assert.deepEqual(await ask(copy, questions), await ask(source, questions));
  const cleanup =
    "SELECT is_temporal_history_retention_enabled AS isOn FROM sys.databases WHERE name = DB_NAME()";
  assert.deepEqual(await ask(copy, [cleanup]), [[{ isOn: false }]]);
  await using again = await server.openCapture(copy);
  assert.ok(Buffer.from(again.schema).equals(Buffer.from(capture.schema)));
  const count = ["SELECT COUNT(*) AS n FROM Warehouse.Colors_Archive"];
  const [[before]] = (await ask(copy, count)) as [[{ readonly n: number }]];
  await home.run(copy, "UPDATE Warehouse.Colors SET ColorName = N'Later' WHERE ColorID = 2");
  assert.deepEqual(await ask(copy, count), [[{ n: before.n + 1 }]]);
});

test("changes replayed before the end move a temporal table on, and its history stays as it was loaded", async () => {
  const moved = home.name("Moved");
  await home.run("master", `CREATE DATABASE ${moved}`);
  await home.run(
    moved,
    "CREATE TABLE dbo.T (id int NOT NULL PRIMARY KEY, v varchar(9) COLLATE Latin1_General_CI_AS NULL, f datetime2 GENERATED ALWAYS AS ROW START HIDDEN NOT NULL, t datetime2 GENERATED ALWAYS AS ROW END HIDDEN NOT NULL, PERIOD FOR SYSTEM_TIME (f, t)) WITH (SYSTEM_VERSIONING = ON (HISTORY_TABLE = dbo.H))",
    "INSERT dbo.T (id, v) VALUES (1, 'a'), (2, 'b')",
    "UPDATE dbo.T SET v = 'c' WHERE id = 1",
  );
  const copy = home.name("MovedCopy");
  const full = await server.openCapture(moved);
  await using restore = await server.openRestore({ database: copy, schema: full.schema });
  for (const table of full.tables) {
    const { metadata, slices } = await full.rows(table);
    await restore.load({ ...table, metadata, bytes: bytesOf(slices) });
  }
  await full.complete();
  await full[Symbol.asyncDispose]();
  await home.run(moved, "UPDATE dbo.T SET v = 'd'; DELETE dbo.T WHERE id = 2");
  const rows = "SELECT id, v, CONVERT(varchar(27), f, 126) AS f, CONVERT(varchar(27), t, 126) AS t";
  const [[row]] = (await ask(moved, [`${rows} FROM dbo.T`])) as [
    [Readonly<Record<string, string>>],
  ];
  const cells = { id: "1", v: "'d'", f: `'${row["f"]}'`, t: `'${row["t"]}'` };
  const gone = { id: "2", v: "'d'", f: cells.f, t: cells.t };
  await restore.applyChanges({
    schema: "dbo",
    name: "T",
    parts: [await capturedChanges(cells, gone)],
    upTo: null,
  });
  await restore.complete();
  assert.deepEqual(await ask(copy, [`${rows} FROM dbo.T`]), [[row]]);
  const histories = "SELECT id, v FROM dbo.H ORDER BY id, v";
  assert.deepEqual(await ask(copy, [histories]), [[{ id: 1, v: "a" }]]);
  assert.equal(((await ask(moved, [histories]))[0] as unknown[]).length, 4);
});

type Cells = Readonly<Record<string, string>>;

/** An update of one row and the end of another, as change data capture tells them. */
async function capturedChanges(updated: Cells, deleted: Cells) {
  const columns = [
    { name: "id", type: "int" },
    { name: "v", type: "varchar(9) COLLATE Latin1_General_CI_AS" },
    { name: "f", type: "datetime2" },
    { name: "t", type: "datetime2" },
  ];
  const other = home.name("Made");
  await home.run("master", `CREATE DATABASE ${other}`);
  await using connection = await openConnection(home.target, { database: other });
  const common = { commit: 1, command: 1, sequence: 1 };
  return await captureChanges(connection, columns, [
    { ...common, operation: 4, touched: ["v", "f"], cells: updated },
    { ...common, commit: 2, operation: 1, touched: [], cells: deleted },
  ]);
}

test("versions that overlap come back as they were, because the source was told not to look", async () => {
  const odd = home.name("Overlap");
  await home.run("master", `CREATE DATABASE ${odd}`);
  await home.run(
    odd,
    "CREATE TABLE dbo.T (id int NOT NULL PRIMARY KEY, f datetime2 NOT NULL, t datetime2 NOT NULL)",
    "CREATE TABLE dbo.H (id int NOT NULL, f datetime2 NOT NULL, t datetime2 NOT NULL)",
    "INSERT dbo.T VALUES (1, '2020-01-03', '9999-12-31 23:59:59.9999999')",
    "INSERT dbo.H VALUES (1, '2020-01-01', '2020-01-03'), (1, '2020-01-02', '2020-01-03')",
    "ALTER TABLE dbo.T ADD PERIOD FOR SYSTEM_TIME (f, t)",
    "ALTER TABLE dbo.T SET (SYSTEM_VERSIONING = ON (HISTORY_TABLE = dbo.H, DATA_CONSISTENCY_CHECK = OFF))",
  );
  const copy = home.name("OverlapCopy");
  await using capture = await server.openCapture(odd);
  await copyAll(server, capture, copy);
  const question = ["SELECT id, f FROM dbo.T FOR SYSTEM_TIME AS OF '2020-01-02' ORDER BY f"];
  const answers = await ask(copy, question);
  assert.deepEqual(answers, await ask(odd, question));
  assert.equal((answers[0] as unknown[]).length, 2);
});
