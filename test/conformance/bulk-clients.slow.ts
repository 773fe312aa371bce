// Bulk loads of stock clients into the sandbox of every kind, or the server that HOLDFAST_TEST_MSSQL names: freebcp out and in, and the package mssql.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import mssql from "mssql";
import type { Flavour } from "../../providers/sandbox/storage/flavour.ts";
import { freetdsSkip, runProgram } from "../support/freetds.ts";
import { type ConformanceServer, openConformanceServer } from "./sql-server/conformance-server.ts";

const COLUMNS =
  "Id int NOT NULL PRIMARY KEY, N nvarchar(40) NULL, V varchar(20) NULL, M money NULL, D decimal(18,4) NULL, T datetime2(3) NULL, B varbinary(10) NULL, F bit NOT NULL";
const TABLES = ["Source", "Target", "Loaded"].map(
  (name) => `CREATE TABLE dbo.${name} (${COLUMNS})`,
);
const FILL =
  "INSERT dbo.Source VALUES (1, N'Ужин €', 'a', 12.5, -1.25, '2024-02-29 12:34:56.789', 0x0102, 1), (2, NULL, NULL, NULL, NULL, NULL, NULL, 0), (3, N'', 'x', -0.0001, 0, '1999-12-31', 0x, 1)";
const NAMED = (process.env["HOLDFAST_TEST_MSSQL"] ?? "") !== "";
const FLAVOURS: readonly Flavour[] = NAMED
  ? ["sql_server"]
  : ["sql_server", "azure_sql", "managed_instance", "azure_vm"];

/** What freebcp prints; its file has fields with bars between them. */
async function copyByFreebcp(
  { home }: ConformanceServer,
  database: string,
  folder: string,
): Promise<string> {
  const { host, port, username, password } = home.target;
  const settings = `[global]\ntds version = 7.4\nencryption = require\nclient charset = UTF-8\n[here]\nhost = ${host}\nport = ${port}\n`;
  await writeFile(join(folder, "freetds.conf"), settings);
  const signIn = ["-S", "here", "-U", username, "-P", await password(), "-D", database];
  const file = join(folder, "rows.txt");
  const env = { FREETDSCONF: join(folder, "freetds.conf") };
  let printed = "";
  for (const way of [
    ["dbo.Source", "out"],
    ["dbo.Target", "in"],
  ]) {
    const args = [...way, file, ...signIn, "-c", "-t", "|"];
    const { stdout, stderr } = await runProgram("freebcp", args, { env });
    printed += stdout + stderr;
  }
  assert.match(await readFile(file, "utf8"), /^1\|Ужин €\|a\|12\.5000\|-1\.2500\|/);
  return printed;
}

async function loadByMssql(pool: mssql.ConnectionPool): Promise<number> {
  const { recordset } = await pool.request().query("SELECT * FROM dbo.Source");
  const table = new mssql.Table("dbo.Loaded");
  table.columns.add("Id", mssql.Int, { nullable: false });
  table.columns.add("N", mssql.NVarChar(40), { nullable: true });
  table.columns.add("V", mssql.VarChar(20), { nullable: true });
  table.columns.add("M", mssql.Money, { nullable: true });
  table.columns.add("D", mssql.Decimal(18, 4), { nullable: true });
  table.columns.add("T", mssql.DateTime2(3), { nullable: true });
  table.columns.add("B", mssql.VarBinary(10), { nullable: true });
  table.columns.add("F", mssql.Bit, { nullable: false });
  for (const row of recordset) table.rows.add(...(Object.values(row) as never[]));
  return (await pool.request().bulk(table)).rowsAffected;
}

for (const flavour of FLAVOURS) {
  const name = NAMED ? "the server that HOLDFAST_TEST_MSSQL names" : `the sandbox as ${flavour}`;

  test(`freebcp takes eight columns out of ${name} and in again`, {
    skip: freetdsSkip("freebcp"),
  }, async () => {
    await using server = await openConformanceServer({ flavour });
    const database = await server.make("Bulk", ...TABLES, FILL);
    const folder = await mkdtemp(join(tmpdir(), "holdfast-freetds-"));
    try {
      const printed = await copyByFreebcp(server, database, folder);
      assert.equal(printed.match(/3 rows copied/g)?.length, 2, printed);
      const read = (table: string) =>
        server.ask(database, `SELECT * FROM dbo.${table} ORDER BY Id`);
      assert.deepEqual(await read("Target"), await read("Source"));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test(`the stock mssql package loads eight columns into ${name}`, async () => {
    await using server = await openConformanceServer({ flavour });
    const database = await server.make("Bulk", ...TABLES, FILL);
    const pool = await server.stock(database);
    try {
      assert.equal(await loadByMssql(pool), 3);
    } finally {
      await pool.close();
    }
    const read = (table: string) => server.ask(database, `SELECT * FROM dbo.${table} ORDER BY Id`);
    assert.deepEqual(await read("Loaded"), await read("Source"));
  });
}
