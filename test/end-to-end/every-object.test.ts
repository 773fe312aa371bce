import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { ConnectionPool } from "mssql";
import { EVERY_OBJECT, EVERY_OBJECT_COUNTS } from "../support/every-object.ts";
import { readInventory } from "../support/stock-inventory.ts";
import { readAllRows } from "../support/stock-rows.ts";
import { applyProject } from "../support/test-project.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

const stack = new AsyncDisposableStack();
let server: TestServer;
let source: ConnectionPool;
let copy: ConnectionPool;

before(async () => {
  server = stack.use(await startTestServer());
  const name = server.name("Objects");
  await server.run("master", `CREATE DATABASE [${name}]`);
  await server.run(name, ...EVERY_OBJECT);
  source = await server.connect(name);
  const project = stack.use(await applyProject({ signIn: server.signIn, databases: [name] }));
  const { summary } = await project.backUp();
  const target = server.name("Objects_restored");
  await project.restore(summary.points[0]?.id ?? "", target);
  copy = await server.connect(target);
});
after(() => stack[Symbol.asyncDispose]());

test("a database with every kind of object comes back with each of them", async () => {
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
