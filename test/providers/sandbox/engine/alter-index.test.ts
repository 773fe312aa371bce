import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import {
  connect,
  createTestEngine,
  type EngineClient,
} from "../../../support/sandbox/engine-client.ts";

let client: EngineClient;

beforeEach(async () => {
  client = connect(createTestEngine());
  await client.script(`
    create database d
    GO
    use d
    GO
    create table t (id int constraint pk primary key, v int constraint uq unique, w int, index by_w (w))
    create table child (id int, t int constraint fk references t(v))
    insert t values (1, 10, 100), (2, 20, 200)`);
});

async function disabled(): Promise<unknown> {
  return client.rows(
    "select name from sys.indexes where object_id = object_id('t') and is_disabled = 1 order by name",
  );
}

test("a disabled unique index is not enforced, and a rebuild finds the equal keys", async () => {
  await client.script("alter index uq on t disable");
  assert.deepEqual(await disabled(), [["uq"]]);
  await client.script("insert t values (3, 10, 300)");
  assert.equal((await client.rows("select id from t where v = 10")).length, 2);
  assert.equal(await client.error("alter index uq on t rebuild"), 1505);
  assert.deepEqual(await disabled(), [["uq"]]);
  await client.script("delete t where id = 3; alter index uq on t rebuild with (fillfactor = 70)");
  assert.deepEqual(await disabled(), []);
  assert.equal(await client.error("insert t values (3, 10, 300)"), 2627);
  assert.deepEqual(await client.rows("select fill_factor from sys.indexes where name = 'uq'"), [
    [70],
  ]);
});

test("foreign keys are disabled with the index that they lean on, with a warning", async () => {
  const sink = await client.run("alter index uq on t disable");
  assert.deepEqual(
    sink.messages.map(({ number }) => number),
    [3737],
  );
  assert.deepEqual(
    await client.rows("select name, is_disabled, is_not_trusted from sys.foreign_keys"),
    [["fk", 1, 1]],
  );
  await client.script("insert child values (1, 99)");
  assert.equal(await client.error("alter table child add foreign key (id) references t(v)"), 1776);
});

test("a table whose clustered index is disabled cannot be read or written until it is rebuilt: 8655", async () => {
  await client.script("alter index pk on t disable");
  assert.deepEqual(await disabled(), [["by_w"], ["pk"], ["uq"]]);
  for (const sql of ["select * from t", "insert t values (5, 5, 5)", "delete t"]) {
    assert.equal(await client.error(sql), 8655, sql);
  }
  await client.script("alter index all on t rebuild");
  assert.deepEqual(await disabled(), []);
  assert.deepEqual(await client.rows("select id from t where w = 200"), [[2]]);
});

test("options of an index change without its state; what is not there is refused", async () => {
  await client.script(
    "alter index by_w on t disable; alter index by_w on t set (allow_row_locks = off)",
  );
  assert.deepEqual(
    await client.rows("select is_disabled, allow_row_locks from sys.indexes where name = 'by_w'"),
    [[1, 0]],
  );
  assert.equal(await client.error("alter index by_w on t reorganize"), 1973);
  assert.equal(await client.error("alter index nothing on t rebuild"), 2727);
});

test("lock escalation of a table is kept", async () => {
  await client.script("alter table t set (lock_escalation = disable)");
  assert.deepEqual(
    await client.rows(
      "select lock_escalation, lock_escalation_desc from sys.tables where name = 't'",
    ),
    [[1, "DISABLE"]],
  );
  assert.equal(await client.error("alter table t set (lock_escalation = perhaps)"), 102);
  assert.equal(await client.error("alter table t set (filestream_on = x)"), 40_515);
});

test("a table is rebuilt with other options", async () => {
  await client.script("alter table t rebuild with (data_compression = page)");
  assert.deepEqual(
    await client.rows(
      "select index_id, data_compression_desc from sys.partitions where object_id = object_id('t') order by 1",
    ),
    [
      [1, "PAGE"],
      [2, "NONE"],
      [3, "NONE"],
    ],
  );
  assert.equal((await client.rows("select * from t where w = 200")).length, 1);
});

test("options of sp_tableoption are kept, and others refused", async () => {
  const options =
    "select text_in_row_limit, large_value_types_out_of_row from sys.tables where name = 't'";
  await client.script("exec sys.sp_tableoption N'[dbo].[t]', 'text in row', 256");
  await client.script("exec sp_tableoption 't', 'large value types out of row', 1");
  assert.deepEqual(await client.rows(options), [[256, 1]]);
  await client.script("exec sp_tableoption 't', 'text in row', 'off'");
  assert.deepEqual(await client.rows(options), [[0, 1]]);
  assert.equal(await client.error("exec sp_tableoption 't', 'text in row', 8000"), 15_600);
  assert.equal(await client.error("exec sp_tableoption 'none', 'text in row', 'on'"), 15_388);
  assert.equal(await client.error("exec sp_tableoption 't', 'pintable', 'on'"), 40_515);
});
