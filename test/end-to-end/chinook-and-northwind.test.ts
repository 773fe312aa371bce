import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sharedData } from "../support/shared-data.ts";
import { readInventory } from "../support/stock-inventory.ts";
import { countRows, readAllRows } from "../support/stock-rows.ts";
import { applyProject, type TestProject } from "../support/test-project.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

const chinook = sharedData("data", "sql", "Chinook_SqlServer.sql");
const northwind = sharedData("data", "sql", "instnwnd.sql");
const skip =
  chinook === undefined || northwind === undefined
    ? "Chinook and Northwind are not in the shared data"
    : false;

const DATABASES = [
  { name: "Chinook", tables: 11, rows: 15_607, foreignKeys: 11, modules: 0 },
  { name: "Northwind", tables: 13, rows: 3308, foreignKeys: 13, modules: 23 },
] as const;

describe("two real databases", { skip }, () => {
  const stack = new AsyncDisposableStack();
  let server: TestServer;
  let project: TestProject;

  before(async () => {
    if (chinook === undefined || northwind === undefined) return;
    const scripts = [{ file: chinook }, { file: northwind, database: "Northwind" }];
    server = stack.use(await startTestServer(scripts, ["Chinook", "Northwind"]));
    const databases = DATABASES.map(({ name }) => name);
    project = stack.use(await applyProject({ signIn: server.signIn, databases }));
  });
  after(() => stack[Symbol.asyncDispose]());

  test("both load unmodified, with all their tables, keys, modules and rows", async () => {
    for (const { name, ...expected } of DATABASES) {
      const pool = await server.connect(name);
      const all = await readAllRows(pool);
      const { foreign_keys: keys, modules } = await readInventory(pool);
      const loaded = { tables: Object.keys(all).length, rows: countRows(all) };
      const more = { foreignKeys: keys?.length, modules: modules?.length };
      assert.deepEqual({ ...loaded, ...more }, expected, name);
    }
  });

  test("both come back under a new name with equal objects and equal rows", async () => {
    const { code, summary } = await project.backUp();
    assert.deepEqual([code, summary.status], [0, "successful"]);
    assert.deepEqual(
      summary.points.map(({ database }) => database),
      DATABASES.map(({ name }) => name),
    );
    for (const { id, database } of summary.points) {
      const restored = server.name(`${database}_restored`);
      await project.restore(id, restored);
      const original = await server.connect(database);
      const copy = await server.connect(restored);
      assert.deepEqual(await readInventory(copy), await readInventory(original), database);
      assert.deepEqual(await readAllRows(copy), await readAllRows(original), database);
    }
  });

  test("a backup of the unchanged databases reads everything and stores next to nothing", async () => {
    const [first] = await project.jobs().then((jobs) => jobs.filter(isBackup));
    assert.ok(first !== undefined, "no earlier backup");
    const { summary } = await project.backUp();
    assert.equal(summary.bytes_read, first.bytes_read);
    const limit = first.bytes_stored * 0.01 + 16 * 1024;
    assert.ok(summary.bytes_stored <= limit, `${summary.bytes_stored} bytes, allowed ${limit}`);
    const job = (await project.jobs()).find(({ id }) => id === summary.job);
    assert.deepEqual(
      [job?.bytes_read, job?.bytes_stored],
      [summary.bytes_read, summary.bytes_stored],
    );
  });

  test("verify reads every byte of the vault and finds no problem", async () => {
    await project.expect(0, "verify", "-read-data");
  });
});

function isBackup({ operation }: { readonly operation: string }): boolean {
  return operation === "backup";
}
