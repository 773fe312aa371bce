import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { parseJob } from "../support/holdfast-output.ts";
import { HOLDFAST, parseObject } from "../support/holdfast-process.ts";
import { digestRows, readAllRows } from "../support/stock-rows.ts";
import { answerInTerminal, terminalSkip } from "../support/terminal.ts";
import { applyProject, type TestProject, tlsOf } from "../support/test-project.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

const stack = new AsyncDisposableStack();
const LIMITED = { username: "limited", password: "Lim1ted-Pass!" };
let server: TestServer;
let project: TestProject;
let source: string;
let point: string;

before(async () => {
  server = stack.use(await startTestServer());
  source = server.name("Source");
  await server.run("master", `CREATE DATABASE [${source}]`);
  await server.run(
    source,
    "CREATE TABLE dbo.Item (Id int NOT NULL PRIMARY KEY, Name nvarchar(40) NULL)",
    "INSERT dbo.Item VALUES (1, N'rope'), (2, N''), (3, NULL)",
  );
  const { host, port } = server.signIn;
  const more = `
credential "limited" {
  type         = "sql_password"
  username     = "${LIMITED.username}"
  password_env = "TEST_LIMITED_PASSWORD"
}

server "limited" {
  kind       = "sql_server"
  host       = "${host}"
  port       = ${port}
  credential = credential.limited
  ${tlsOf(server.signIn)}
}
`;
  await makeLimitedLogin();
  const environment = { TEST_LIMITED_PASSWORD: LIMITED.password };
  const options = { signIn: server.signIn, databases: [source], more, environment };
  project = stack.use(await applyProject(options));
  const { summary } = await project.backUp();
  point = summary.points[0]?.id ?? "";
});
after(async () => {
  await server.run("master", `DROP LOGIN [${LIMITED.username}]`);
  await stack[Symbol.asyncDispose]();
});

/** A login that may read one database and make none. */
async function makeLimitedLogin(): Promise<void> {
  const { username, password } = LIMITED;
  await server.run(
    "master",
    `IF SUSER_ID(N'${username}') IS NOT NULL DROP LOGIN [${username}]`,
    `CREATE LOGIN [${username}] WITH PASSWORD = N'${password}'`,
  );
  await server.run(
    source,
    `CREATE USER [${username}] FOR LOGIN [${username}]`,
    `GRANT SELECT TO [${username}]`,
    `GRANT VIEW DEFINITION TO [${username}]`,
  );
}

async function databaseNames(): Promise<readonly string[]> {
  const pool = await server.connect();
  const { recordset } = await pool
    .request()
    .query<{ name: string }>("SELECT name FROM sys.databases ORDER BY name");
  return recordset.map(({ name }) => name);
}

test("A-59 [end to end] a restore that names no point is refused where nobody can be asked, and makes no database", async () => {
  const before = await databaseNames();
  for (const args of [["restore"], ["restore", "-to", "main", "-as", "Nameless", "-json"]]) {
    const { code, stdout, stderr } = await project.run(...args);
    assert.equal(code, 1, stderr);
    assert.match(stdout + stderr, /recovery point/);
    assert.match(stdout + stderr, /holdfast points/);
  }
  assert.deepEqual(await databaseNames(), before);
  assert.ok((await project.jobs()).every(({ operation }) => operation !== "restore"));
});

test("A-59 [end to end] an interactive restore lists the points before it asks which one", {
  skip: terminalSkip(),
}, async () => {
  const name = server.name("Chosen");
  const screen = await answerInTerminal([HOLDFAST, "restore"], {
    directory: project.directory,
    environment: project.environment,
    answers: [
      { question: "Recovery point [", answer: point.slice(0, 12) },
      { question: "To which server [", answer: "main" },
      { question: "Name of the new database [", answer: name },
    ],
  });
  const listed = screen.indexOf(point.slice(0, 12));
  assert.ok(listed >= 0 && listed < screen.indexOf("Recovery point ["), screen);
  assert.equal(
    digestRows(await readAllRows(await server.connect(name))),
    digestRows(await readAllRows(await server.connect(source))),
  );
});

test("A-61 [end to end] a login that may not create databases is refused before any data moves", async () => {
  const before = await databaseNames();
  const args = ["restore", point, "-to", "limited", "-as", "Forbidden", "-json"];
  const { code, events, summary } = parseJob(await project.run(...args));
  assert.deepEqual([code, summary.status], [1, "failed"]);
  const [error] = events.filter(({ type }) => type === "diagnostic");
  assert.equal(error?.code, "SERVER_PERMISSION_MISSING");
  assert.match(error.detail ?? "", /CREATE ANY DATABASE/);
  assert.match(error.detail ?? "", /GRANT CREATE ANY DATABASE TO \[limited\]/);
  assert.deepEqual(
    events.flatMap(({ phase }) => phase ?? []),
    ["check"],
  );
  assert.deepEqual(await databaseNames(), before);
  const [job] = await project.jobs();
  assert.deepEqual([job?.operation, job?.status], ["restore", "failed"]);
});

test("A-61 [end to end] the same login restores once it was granted the right", async () => {
  await server.run("master", `GRANT CREATE ANY DATABASE TO [${LIMITED.username}]`);
  const name = server.name("Allowed");
  await project.expect(0, "restore", point, "-to", "limited", "-as", name);
  assert.equal(
    digestRows(await readAllRows(await server.connect(name))),
    digestRows(await readAllRows(await server.connect(source))),
  );
});

test("a restore under a name that is taken changes nothing", async () => {
  const pool = await server.connect(source);
  const before = digestRows(await readAllRows(pool));
  const { code, stdout } = await project.run(
    "restore",
    point,
    "-to",
    "main",
    "-as",
    source,
    "-json",
  );
  assert.equal(code, 1);
  assert.match(stdout, /DATABASE_EXISTS/);
  assert.equal(digestRows(await readAllRows(pool)), before);
});

test("a table comes back beside the live one by -tables and -into-schema, which go together", async () => {
  const where = ["-to", "main", "-as", source];
  const alone = await project.run("restore", point, ...where, "-into-schema", "back");
  assert.match(alone.stderr, /-into-schema goes with -tables/);
  const words = ["restore", point, ...where, "-tables", "dbo.Item", "-into-schema", "back"];
  const encrypted = await project.run(...words, "-enable-tde");
  assert.match(encrypted.stderr, /-enable-tde is for a new database/);
  const told = await project.expect(0, ...words, "-dry-run");
  assert.match(told.stdout, new RegExp(`Into schema +back of ${source} on server\\.main`));
  assert.doesNotMatch(told.stdout, /New database/);
  const { code, stdout } = await project.run(...words, "-json");
  const { summary, events } = parseJob({ code, stdout });
  const { status, database, schema } = parseObject(stdout.trimEnd().split("\n").at(-1) ?? "");
  assert.deepEqual(
    [summary.status, status, database, schema],
    ["successful", "successful", source, "back"],
  );
  assert.ok(events.some(({ phase }) => phase === "stage"));
  const pool = await server.connect(source);
  const rows = "SELECT Id, Name FROM {}.Item ORDER BY Id";
  const { recordset: back } = await pool.request().query(rows.replace("{}", "back"));
  const { recordset: live } = await pool.request().query(rows.replace("{}", "dbo"));
  assert.deepEqual([...back], [...live]);
  const again = await project.run(...words);
  assert.match(again.stderr, /TABLE_EXISTS|Table exists/);
});
