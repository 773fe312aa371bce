import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { JsonObject } from "../../core/kit/json.ts";
import { diffOutput } from "../../schemas/outputs/diff-output.ts";
import { everyTypeScript } from "../support/every-type.ts";
import { applyProject, type TestProject } from "../support/test-project.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

const stack = new AsyncDisposableStack();
let server: TestServer;
let project: TestProject;
let points: readonly string[];

before(async () => {
  server = stack.use(await startTestServer());
  const name = server.name("Diff");
  await server.run("master", `CREATE DATABASE [${name}]`);
  await server.run(
    name,
    "CREATE TABLE dbo.Keyed (Id int NOT NULL PRIMARY KEY, Name nvarchar(40) NULL, Amount money NULL)",
    "CREATE TABLE dbo.Heap (Word varchar(20) COLLATE Cyrillic_General_CI_AS NULL)",
    ...everyTypeScript("dbo.Every"),
    "INSERT dbo.Keyed SELECT n.value, CONCAT('name ', n.value), n.value FROM GENERATE_SERIES(1, 3000) AS n",
    "INSERT dbo.Heap VALUES ('a'), ('a'), (N'Ж'), (NULL)",
  );
  project = stack.use(await applyProject({ signIn: server.signIn, databases: [name] }));
  await project.backUp();
  await server.run(
    name,
    "UPDATE dbo.Keyed SET Amount = Amount + 0.0001 WHERE Id IN (5, 2500)",
    "DELETE dbo.Keyed WHERE Id = 7",
    "INSERT dbo.Keyed VALUES (-1, NULL, NULL)",
    "DELETE TOP (1) FROM dbo.Heap WHERE Word = 'a'",
    "DELETE dbo.Every",
    "ALTER TABLE dbo.Heap ADD Note int NULL",
  );
  await project.backUp();
  points = (await project.points()).map(({ id }) => id);
});

after(() => stack.disposeAsync());

async function linesOf(...flags: readonly string[]): Promise<readonly JsonObject[]> {
  const { stdout } = await project.expect(0, "diff", ...points, "-json", ...flags);
  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as JsonObject);
  for (const line of lines.slice(1)) diffOutput.parse(line);
  return lines.slice(1);
}

test("diff tells the rows that a client changed between two backups", async () => {
  const lines = await linesOf("-table", "dbo.Keyed");
  const rows = lines.filter(({ type }) => type === "row_difference");
  assert.deepEqual(
    rows.map(({ change, before: old, after: now }) => [change, old, now]),
    [
      ["added", null, { Id: -1, Name: null, Amount: null }],
      [
        "changed",
        { Id: 5, Name: "name 5", Amount: "5.0000" },
        { Id: 5, Name: "name 5", Amount: "5.0001" },
      ],
      ["removed", { Id: 7, Name: "name 7", Amount: "7.0000" }, null],
      [
        "changed",
        { Id: 2500, Name: "name 2500", Amount: "2500.0000" },
        { Id: 2500, Name: "name 2500", Amount: "2500.0001" },
      ],
    ],
  );
});

test("diff compares a heap whose columns are others, and names the column", async () => {
  const lines = await linesOf("-table", "Heap");
  const [schema] = lines.filter(({ type }) => type === "schema_difference");
  assert.deepEqual([schema?.["change"], schema?.["name"]], ["added", "Note"]);
  const rows = lines.filter(({ type }) => type === "row_difference");
  assert.deepEqual(
    rows.map(({ change, before: old }) => [change, old]),
    [["removed", { Word: "a" }]],
  );
});

test("diff shows the values of every type", async () => {
  const lines = await linesOf("-table", "dbo.Every");
  const rows = lines.filter(({ type }) => type === "row_difference");
  assert.ok(rows.length > 50);
  assert.ok(rows.every(({ change }) => change === "removed"));
  const all = JSON.stringify(rows);
  for (const text of [
    '"9223372036854775807"',
    '"-922337203685477.5808"',
    '"9999-12-31 23:59:59.9999999"',
    '"0001-01-01 14:00:00.0000000 +14:00"',
    '"Жизнь"',
    "é漢😀",
  ]) {
    assert.ok(all.includes(text), text);
  }
});

test("diff of a point with itself finds nothing", async () => {
  const [first = ""] = points;
  const { stdout } = await project.expect(0, "diff", first, first);
  assert.match(stdout, /^No rows differ: 3 tables?, [\d,]+ rows\.$/m);
});
