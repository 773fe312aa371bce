import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { ConnectionPool } from "mssql";
import { toInstant } from "../../core/kit/clock.ts";
import { openVault, parseVaultKey } from "../../core/vault/vault.ts";
import { createFolderStore } from "../../providers/local/folder-store.ts";
import { EVERY_OBJECT, EVERY_OBJECT_COUNTS } from "../support/every-object.ts";
import {
  EVERY_VERSION,
  momentQuestions,
  NEW_VERSIONS,
  VERSION_QUESTIONS,
} from "../support/every-version.ts";
import { readInventory } from "../support/stock-inventory.ts";
import { readAllRows } from "../support/stock-rows.ts";
import { applyProject, type TestProject, VAULT_KEY } from "../support/test-project.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

const stack = new AsyncDisposableStack();
let server: TestServer;
let source: ConnectionPool;
let copy: ConnectionPool;
let versions: ConnectionPool;
let versionsCopy: ConnectionPool;
let stored: readonly string[];

before(async () => {
  server = stack.use(await startTestServer());
  const name = server.name("Objects");
  await server.run("master", `CREATE DATABASE [${name}]`);
  await server.run(name, ...EVERY_OBJECT);
  source = await server.connect(name);
  const versioned = server.name("Versions");
  await server.run("master", `CREATE DATABASE [${versioned}]`);
  await server.run(versioned, ...EVERY_VERSION, ...NEW_VERSIONS);
  versions = await server.connect(versioned);
  const project = stack.use(
    await applyProject({ signIn: server.signIn, databases: [name, versioned] }),
  );
  const { summary } = await project.backUp();
  const restored = async (database: string): Promise<ConnectionPool> => {
    const target = server.name(`${database}_restored`);
    const point = summary.points.find((item) => item.database === database);
    await project.restore(point?.id ?? "", target);
    return server.connect(target);
  };
  copy = await restored(name);
  versionsCopy = await restored(versioned);
  stored = await storedObjects(project, versioned);
});

async function storedObjects(project: TestProject, database: string): Promise<readonly string[]> {
  const store = createFolderStore(join(project.directory, "vault"));
  const clock = { now: () => toInstant(Date.now()) };
  await using vault = await openVault(store, parseVaultKey(VAULT_KEY), { clock, randomBytes });
  const point = (await vault.points()).points.find((item) => item.facts.database === database);
  return point?.objects.map(({ path }) => path) ?? [];
}

after(() => stack[Symbol.asyncDispose]());

test("A-26 A-32 [end to end] a database with every kind of object comes back with each of them, roles and their members too", async () => {
  const inventory = await readInventory(source);
  const counts = Object.keys(EVERY_OBJECT_COUNTS).map((kind) => [kind, inventory[kind]?.length]);
  assert.deepEqual(Object.fromEntries(counts), EVERY_OBJECT_COUNTS);
  assert.deepEqual(await readInventory(copy), inventory);
  assert.deepEqual(await readAllRows(copy), await readAllRows(source));
});

test("what came back works: views, functions, procedures, defaults, sequences and keys", async () => {
  const answers = [];
  for (const pool of [source, copy]) {
    const request = () => pool.request();
    await request().batch("EXEC sales.AddSale @customer = 2, @amount = 9.5");
    await assert.rejects(request().batch("EXEC sales.AddSale @customer = 99, @amount = 9"), {
      number: 547,
    });
    await assert.rejects(request().batch("EXEC sales.AddSale @customer = 1, @amount = 2"), {
      number: 547,
    });
    const { recordset } = await request().query(
      "SELECT CONVERT(varchar(20), s.Id) AS id, s.Tax, sales.Gross(s.Amount) AS gross, t.Total FROM sales.SalesOf(2) f JOIN sales.Sale s ON s.Id = f.Id JOIN sales.Totals t ON t.Customer = s.Customer ORDER BY s.Id",
    );
    answers.push(recordset);
  }
  assert.equal(answers[0]?.length, 2);
  assert.deepEqual(answers[1], answers[0]);
});

async function answersOf(pool: ConnectionPool, questions: readonly string[]): Promise<unknown[]> {
  const answers = [];
  for (const sql of questions) answers.push((await pool.request().query(sql)).recordset);
  return answers;
}

test("A-38 [end to end] temporal tables and their histories come back, and answer every question about the past as before", async () => {
  const inventory = await readInventory(versions);
  assert.equal(inventory["versions"]?.length, 6);
  assert.equal(inventory["periods"]?.length, 4);
  assert.deepEqual(await readInventory(versionsCopy), inventory);
  const { recordset } = await versions
    .request()
    .query<{ readonly m: string }>(
      "SELECT DISTINCT CONVERT(varchar(27), ValidFrom, 126) AS m FROM Warehouse.Colors FOR SYSTEM_TIME ALL",
    );
  const questions = [...VERSION_QUESTIONS, ...recordset.flatMap(({ m }) => momentQuestions(m))];
  assert.deepEqual(await answersOf(versionsCopy, questions), await answersOf(versions, questions));
});

test("A-38 A-39 [end to end] a full holds the rows of both tables of each pair", () => {
  const inventory = stored.filter((name) => name.startsWith("rows/"));
  assert.deepEqual(
    inventory.map((name) => name.replace(/\d+$/, "ID")),
    [
      "rows/Warehouse.Colors",
      "rows/Warehouse.Colors_Archive",
      "rows/Warehouse.MSSQL_TemporalHistoryFor_ID",
      "rows/Warehouse.StockItems",
      "rows/dbo.Kept",
      "rows/dbo.Old",
      "rows/dbo.Unversioned",
    ],
  );
});
