import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import mssql, { type ConnectionPool } from "mssql";
import { everyTypeRows, everyTypeScript, VARIANTS } from "../support/every-type.ts";
import type { JobOutcome } from "../support/holdfast-output.ts";
import { readInventory } from "../support/stock-inventory.ts";
import { type AllRows, readAllRows } from "../support/stock-rows.ts";
import { applyProject, type TestProject } from "../support/test-project.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { seededBytes } from "../support/vault.ts";

const stack = new AsyncDisposableStack();
let server: TestServer;
let project: TestProject;
let source: ConnectionPool;
let copy: ConnectionPool;
let outcome: JobOutcome;
let original: AllRows;
let restored: AllRows;

const SPECIAL = `CREATE TABLE dbo.Special (
  Id bigint IDENTITY(10, 5) NOT NULL CONSTRAINT PK_Special PRIMARY KEY CLUSTERED,
  Number int NOT NULL,
  Version rowversion NOT NULL,
  Twice AS (CONVERT(bigint, Number) * 2),
  Half AS (Number / 2) PERSISTED NOT NULL,
  Guid uniqueidentifier ROWGUIDCOL NOT NULL CONSTRAINT DF_Special_Guid DEFAULT (NEWID())
)`;

const GAPS = [
  "INSERT dbo.Special (Number) VALUES (1), (2), (3), (4), (5)",
  "DELETE dbo.Special WHERE Id IN (15, 30)",
  "SET IDENTITY_INSERT dbo.Special ON; INSERT dbo.Special (Id, Number) VALUES (-7, 6), (123456789012, 7); SET IDENTITY_INSERT dbo.Special OFF",
];

const LOB_BYTES = 5_000_000;
const LOBS =
  "CREATE TABLE dbo.Lob (Id int NOT NULL PRIMARY KEY, Narrow varchar(max) NULL, Wide nvarchar(max) NULL, Bytes varbinary(max) NULL, OldNarrow text NULL, OldWide ntext NULL, OldBytes image NULL, Document xml NULL)";

async function addLobs(pool: ConnectionPool): Promise<void> {
  const random = seededBytes("lobs");
  const raw = Buffer.from(random(LOB_BYTES));
  const wide = raw.toString("utf16le").replaceAll(/[\ud800-\udfff]/g, "Ж");
  await pool
    .request()
    .input("narrow", mssql.VarChar(mssql.MAX), raw.toString("base64").slice(0, LOB_BYTES))
    .input("wide", mssql.NVarChar(mssql.MAX), wide)
    .input("bytes", mssql.VarBinary(mssql.MAX), raw)
    .input("xml", mssql.NVarChar(mssql.MAX), `<a>${"é".repeat(LOB_BYTES / 2)}</a>`)
    .query(
      "INSERT dbo.Lob VALUES (1, @narrow, @wide, @bytes, @narrow, @wide, @bytes, CONVERT(xml, @xml)), (2, '', N'', 0x, '', N'', 0x, N''), (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
    );
}

before(async () => {
  server = stack.use(await startTestServer());
  const name = server.name("Extremes");
  await server.run("master", `CREATE DATABASE [${name}]`);
  const variants = VARIANTS.map((sql, at) => `INSERT dbo.Variant VALUES (${at}, ${sql});`);
  await server.run(
    name,
    ...everyTypeScript("dbo.EveryType"),
    "CREATE TABLE dbo.Variant (Id int NOT NULL PRIMARY KEY, Value sql_variant NULL)",
    variants.join("\n"),
    SPECIAL,
    ...GAPS,
    LOBS,
  );
  source = await server.connect(name);
  await addLobs(source);
  project = stack.use(await applyProject({ signIn: server.signIn, databases: [name] }));
  outcome = await project.backUp();
  const [point] = outcome.summary.points;
  const target = server.name("Extremes_restored");
  await project.restore(point?.id ?? "", target);
  copy = await server.connect(target);
  original = await readAllRows(source);
  restored = await readAllRows(copy);
});
after(() => stack[Symbol.asyncDispose]());

test("a table of every type holds the values at the edges of each, and comes back with them", () => {
  assert.deepEqual(original["[dbo].[EveryType]"], everyTypeRows());
  assert.deepEqual(restored["[dbo].[EveryType]"], everyTypeRows());
});

test("a sql_variant comes back with its base type, precision, scale, length and collation", () => {
  assert.equal(original["[dbo].[Variant]"]?.length, VARIANTS.length);
  assert.deepEqual(restored["[dbo].[Variant]"], original["[dbo].[Variant]"]);
});

test("values of 5 MB come back equal, and empty stays apart from NULL", () => {
  assert.equal(original["[dbo].[Lob]"]?.length, 3);
  assert.ok(original["[dbo].[Lob]"][0]?.includes(`${LOB_BYTES} bytes`));
  assert.deepEqual(restored["[dbo].[Lob]"], original["[dbo].[Lob]"]);
});

test("computed columns are computed again, and an identity goes on behind its gaps", async () => {
  assert.equal(original["[dbo].[Special]"]?.length, 5);
  assert.deepEqual(restored["[dbo].[Special]"], original["[dbo].[Special]"]);
  const next = [];
  for (const pool of [source, copy]) {
    const { recordset } = await pool
      .request()
      .query(
        "INSERT dbo.Special (Number) OUTPUT CONVERT(varchar(30), inserted.Id) AS id VALUES (8)",
      );
    next.push(recordset);
  }
  assert.deepEqual(next[1], next[0]);
});

test("the backup notes that the values of a rowversion do not come back", () => {
  const notes = outcome.events.filter(({ type }) => type === "note").map(({ text }) => text);
  assert.ok(
    notes.some((text) => text?.includes("rowversion") && text.includes("dbo.Special")),
    notes.join("\n"),
  );
});

test("the objects are equal", async () => {
  assert.deepEqual(await readInventory(copy), await readInventory(source));
});
