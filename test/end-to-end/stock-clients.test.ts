import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import mssql from "mssql";
import { freetdsSkip, runProgram } from "../support/freetds.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

const stack = new AsyncDisposableStack();
let server: TestServer;
let database: string;

before(async () => {
  server = stack.use(await startTestServer());
  database = server.name("Clients");
  await server.run("master", `CREATE DATABASE [${database}]`);
});
after(() => stack[Symbol.asyncDispose]());

/** Runs batches through tsql and gives the lines that it prints. */
async function runTsql(...batches: readonly string[]): Promise<readonly string[]> {
  const { host, port, username, password } = server.signIn;
  const folder = await mkdtemp(join(tmpdir(), "holdfast-freetds-"));
  try {
    const settings = "[global]\ntds version = 7.4\nencryption = require\nclient charset = UTF-8\n";
    await writeFile(join(folder, "freetds.conf"), settings);
    const address = ["-H", host, "-p", String(port), "-U", username, "-P", password];
    const { stdout, stderr } = await runProgram("tsql", [...address, "-D", database, "-o", "fhq"], {
      stdin: `${batches.map((sql) => `${sql}\ngo\n`).join("")}exit\n`,
      env: { FREETDSCONF: join(folder, "freetds.conf") },
    });
    assert.doesNotMatch(`${stdout}${stderr}`, /Msg \d+/);
    return stdout.split("\n").filter((line) => line !== "");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test("tsql signs in, creates, fills and queries a table, and reads many rows", {
  skip: freetdsSkip("tsql"),
}, async () => {
  const rows = await runTsql(
    "CREATE TABLE dbo.FromTsql (Id int NOT NULL PRIMARY KEY, Name nvarchar(40) NULL, Price money NULL)",
    "INSERT dbo.FromTsql VALUES (1, N'Ужин €', 12.5), (2, NULL, -0.0001)",
    "SELECT Id, Name, Price FROM dbo.FromTsql ORDER BY Id",
  );
  assert.deepEqual(
    rows.map((row) => row.split("\t")),
    [
      ["1", "Ужин €", "12.5000"],
      ["2", "NULL", "-0.0001"],
    ],
  );
  const many = await runTsql(
    "WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i, REPLICATE('x', 50) FROM n OPTION (MAXRECURSION 0)",
  );
  assert.equal(many.length, 5000);
  assert.equal(many.at(-1), `5000\t${"x".repeat(50)}`);
});

test("the stock mssql package signs in, creates, fills, queries and streams a table", async () => {
  const pool = await server.connect(database);
  await pool
    .request()
    .batch("CREATE TABLE dbo.FromMssql (Id int NOT NULL PRIMARY KEY, Name nvarchar(40) NULL)");
  await pool
    .request()
    .input("id", mssql.Int, 0)
    .input("name", mssql.NVarChar(40), "Ada")
    .query("INSERT dbo.FromMssql VALUES (@id, @name)");
  const table = new mssql.Table("dbo.FromMssql");
  table.columns.add("Id", mssql.Int, { nullable: false });
  table.columns.add("Name", mssql.NVarChar(40), { nullable: true });
  for (let id = 1; id < 3000; id += 1) table.rows.add(id, id % 3 === 0 ? null : `name ${id}`);
  const { rowsAffected } = await pool.request().bulk(table);
  assert.equal(rowsAffected, 2999);
  const { recordset } = await pool
    .request()
    .input("upTo", mssql.Int, 2)
    .query("SELECT Id, Name FROM dbo.FromMssql WHERE Id <= @upTo ORDER BY Id");
  assert.deepEqual(
    recordset.map((row) => ({ ...row })),
    [
      { Id: 0, Name: "Ada" },
      { Id: 1, Name: "name 1" },
      { Id: 2, Name: "name 2" },
    ],
  );
  const request = pool.request();
  request.stream = true;
  const stream = request.toReadableStream();
  request.query("SELECT Id, Name FROM dbo.FromMssql ORDER BY Id").catch(() => undefined);
  const ids: number[] = [];
  for await (const row of stream) ids.push((row as { readonly Id: number }).Id);
  assert.deepEqual(ids, [...Array(3000).keys()]);
});

test("the stock mssql package keeps what it commits, undoes what it rolls back, and prepares statements", async () => {
  const pool = await server.connect(database);
  await pool.request().batch("CREATE TABLE dbo.Kept (Id int NOT NULL PRIMARY KEY)");
  for (const [id, keep] of [
    [1, true],
    [2, false],
  ] as const) {
    const transaction = pool.transaction();
    await transaction.begin(mssql.ISOLATION_LEVEL.SNAPSHOT);
    await transaction.request().query(`INSERT dbo.Kept VALUES (${id})`);
    await (keep ? transaction.commit() : transaction.rollback());
  }
  const statement = new mssql.PreparedStatement(pool);
  statement.input("id", mssql.Int);
  await statement.prepare("SELECT COUNT(*) AS n FROM dbo.Kept WHERE Id = @id");
  const counts = [];
  for (const id of [1, 2]) counts.push((await statement.execute({ id })).recordset[0]?.n);
  await statement.unprepare();
  assert.deepEqual(counts, [1, 0]);
});

test("a wrong password is refused as SQL Server refuses it", async () => {
  await assert.rejects(server.connect("master", { username: "sa", password: "wrong" }), {
    code: "ELOGIN",
  });
});
