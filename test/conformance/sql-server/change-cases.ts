import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { ChangeCapture, ChangeReading } from "../../../core/resource/change-capture.ts";
import type { DatabaseCapture } from "../../../core/resource/database-capture.ts";
import type { DatabaseRestore } from "../../../core/resource/database-server.ts";
import { bytesOf } from "../../support/copied-rows.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import type { ConformanceServer } from "./conformance-server.ts";

const THREE_DAYS_MS = 3 * 24 * 3_600_000;
const WITHIN_MS = 90_000;
const LOOK_EVERY_MS = 250;

const TABLES = [
  "CREATE TABLE dbo.A (id int NOT NULL PRIMARY KEY, v varchar(20) COLLATE Latin1_General_CI_AS NULL, note nvarchar(max) NULL, money money NULL)",
  "CREATE TABLE dbo.B (k uniqueidentifier NOT NULL, n int NOT NULL, d datetime2(7) NULL, PRIMARY KEY (k, n))",
  "CREATE TABLE dbo.Heap (k int NOT NULL, v int NULL, CONSTRAINT HeapKey UNIQUE NONCLUSTERED (k))",
  "CREATE TABLE dbo.Last (id int NOT NULL PRIMARY KEY)",
  "INSERT dbo.Heap VALUES (1, 1), (2, 2), (3, NULL), (5, 5)",
  "INSERT dbo.A VALUES (1, 'a', N'one', 1), (2, 'b', N'two', 2), (3, 'c', NULL, NULL), (4, 'd', N'four', 4)",
  "INSERT dbo.B VALUES ('6F9619FF-8B86-D011-B42D-00C04FC964FF', 1, '2020-01-01')",
];
/** Of a key, of a row twice in a transaction, of a row that comes again; of keys that one statement moves on; a large value that no change touches; one undone. */
const WRITES = [
  "UPDATE dbo.A SET v = 'A' WHERE id = 1",
  "UPDATE dbo.A SET id = id + 100 WHERE id > 2",
  "BEGIN TRANSACTION; UPDATE dbo.A SET money = 9; UPDATE dbo.A SET money = 10, note = N'Жизнь' WHERE id = 2; COMMIT",
  "DELETE dbo.A WHERE id = 103; INSERT dbo.A VALUES (103, NULL, NULL, -0.0001)",
  "UPDATE dbo.Heap SET k = k + 1",
  "BEGIN TRANSACTION; UPDATE dbo.Heap SET k = k - 1; UPDATE dbo.Heap SET k = k - 2 WHERE k < 5; COMMIT",
  "BEGIN TRANSACTION; DELETE dbo.A; ROLLBACK",
  "UPDATE dbo.B SET d = '9999-12-31 23:59:59.9999999'; INSERT dbo.B VALUES (NEWID(), 2, NULL)",
  "INSERT dbo.Last VALUES (1)",
];

/** What was written last is captured last: when it is there, all of it is. */
async function readAll(capture: ChangeCapture, after: string): Promise<ChangeReading> {
  for (let waited = 0; waited <= WITHIN_MS; waited += LOOK_EVERY_MS) {
    const { newest } = await capture.progress();
    if (newest > after) {
      const reading = await capture.openChanges({ after, upTo: newest });
      if (reading.tables.some(({ name }) => name === "Last")) return reading;
      await reading[Symbol.asyncDispose]();
    }
    await sleep(LOOK_EVERY_MS);
  }
  throw new Error("What was written is not captured.");
}

async function load(restore: DatabaseRestore, scan: DatabaseCapture): Promise<void> {
  for (const table of scan.tables) {
    const { metadata, slices } = await scan.rows(table);
    await restore.load({ ...table, metadata, bytes: bytesOf(slices) });
  }
  await scan.complete();
}

async function replay(restore: DatabaseRestore, reading: ChangeReading): Promise<number> {
  let rows = 0;
  for (const table of reading.tables) {
    const { metadata, slices } = await reading.changes(table);
    const parts = [{ metadata, bytes: bytesOf(slices) }];
    const { schema, name } = table;
    rows += await restore.applyChanges({ schema, name, parts, upTo: null });
  }
  await reading.complete();
  return rows;
}

async function assertSameRows(
  server: ConformanceServer,
  source: string,
  copy: string,
): Promise<void> {
  for (const order of ["A ORDER BY id", "B ORDER BY k, n", "Last ORDER BY id"]) {
    const sql = `SELECT * FROM dbo.${order}`;
    assert.deepEqual(await server.ask(copy, sql), await server.ask(source, sql), sql);
  }
}

const TEXT_LIMIT =
  "SELECT CONVERT(int, value) AS bytes FROM sys.configurations WHERE name = N'max text repl size (B)'";

/** To enable capture lifts a setting of the whole server; it is put back, as it is no database of ours. */
async function keepingTextLimit(
  { ask, home }: Pick<ConformanceServer, "ask" | "home">,
  act: () => Promise<void>,
): Promise<void> {
  const before = await ask("master", TEXT_LIMIT);
  try {
    await act();
  } finally {
    const [row] = await ask("master", TEXT_LIMIT);
    const bytes = before[0]?.["bytes"];
    if (bytes !== undefined && bytes !== row?.["bytes"]) {
      const back = `EXEC sys.sp_configure N'max text repl size (B)', ${Number(bytes)}`;
      await home.run("master", back, "RECONFIGURE");
    }
  }
}

async function scanAndReplay(conforming: ConformanceServer): Promise<void> {
  const { home, server } = conforming;
  const source = await conforming.make("Changes", ...TABLES);
  const copy = home.name("ChangesCopy");
  await using capture = await server.openChangeCapture(source);
  assert.equal((await capture.state()).enabled, false);
  const identities: string[] = [];
  const onEnabled = (identity: string) => Promise.resolve(void identities.push(identity));
  await capture.enable({ continuous: true, retention: THREE_DAYS_MS }, { onEnabled });
  const state = await capture.state();
  assert.ok(state.enabled);
  assert.deepEqual(identities, [state.identity]);
  assert.deepEqual([state.tables, state.untrackedTables, state.partlyTrackedTables], [4, [], []]);
  await using scan = await capture.openScan();
  await using restore = await server.openRestore({
    database: copy,
    schema: scan.schema,
    isFuzzy: true,
  });
  await load(restore, scan);
  await home.run(source, ...WRITES);
  await using reading = await readAll(capture, state.newest);
  assert.ok((await replay(restore, reading)) > WRITES.length);
  await restore.complete();
  await assertSameRows(conforming, source, copy);
  await capture.disable();
  assert.equal((await capture.state()).enabled, false);
}

const REPLAY: ConformanceCase = {
  title: "a scan and the changes captured since, replayed upon it, make what the source is",
  needs: ["change_capture"],
  run: async (conforming) => {
    const ask: ConformanceServer["ask"] = (database, sql) => conforming.ask(database, sql);
    await keepingTextLimit({ ask, home: conforming.home }, () => scanAndReplay(conforming));
    return [];
  },
};

export const CHANGE_CASES = [REPLAY];
