import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { SqlValue } from "../../../../../providers/sandbox/values/sql-type.ts";
import {
  type CapturingEngine,
  createCapturingEngine,
  hex,
  track,
} from "../../../../support/sandbox/capture-client.ts";
import { connect } from "../../../../support/sandbox/engine-client.ts";

let capturing: CapturingEngine;

before(async () => {
  capturing = await createCapturingEngine();
});

/** Operation, mask in hexadecimal and captured columns, in the order of the clustered index. */
async function changesOf(table: string): Promise<unknown[]> {
  const rows = await capturing.client.rows(
    `select * from cdc.${table}_CT order by __$start_lsn, __$command_id, __$seqval, __$operation`,
  );
  return rows.map((row) => [row[3], hex(row[4]), ...row.slice(5, -1)]);
}

test("inserts, updates and deletes come as rows with old and new values and a mask of what changed", async () => {
  const { client } = capturing;
  await client.script("create table plain (id int primary key, a varchar(10), b int)");
  await track(client, "plain");
  await client.script("insert plain values (1, 'x', 10), (2, 'y', 20)");
  await client.script("update plain set a = 'X', b = 10 where id = 1");
  await client.script("update plain set b = b");
  await client.script("delete plain where id = 2");
  assert.deepEqual(await changesOf("plain"), [
    [2, "07", 1, "x", 10],
    [2, "07", 2, "y", 20],
    [3, "02", 1, "x", 10],
    [4, "02", 1, "X", 10],
    [1, "07", 2, "y", 20],
  ]);
});

test("all rows of a transaction share its commit, and what was taken back leaves nothing", async () => {
  const { client } = capturing;
  await client.script("create table undone (id int primary key, a int)");
  await track(client, "undone");
  await client.script(`begin tran; insert undone values (1, 1); save tran s; insert undone values (2, 2); rollback tran s
    update undone set a = 3; commit
    begin tran; insert undone values (9, 9); rollback`);
  await client.run("insert undone values (5, 5), (1, 1)");
  assert.deepEqual(await changesOf("undone"), [
    [2, "03", 1, 1],
    [3, "02", 1, 1],
    [4, "02", 1, 3],
  ]);
  const [row] = await client.rows(
    "select count(distinct __$start_lsn), count(distinct __$seqval), count(distinct __$command_id) from cdc.undone_CT",
  );
  assert.deepEqual(row, [1, 2, 2]);
});

test("transactions stand in the order of their commits, whoever began first and in whichever database", async () => {
  const { client, engine } = capturing;
  await client.script("create table woven (id int primary key)");
  await track(client, "woven");
  const other = connect(engine, { database: "d" });
  await client.script("begin tran; insert woven values (1)");
  await other.script(
    "create table master.dbo.beside (id int); begin tran; insert woven values (2)",
  );
  await client.script("insert woven values (3)");
  await other.script("insert master.dbo.beside values (1); insert woven values (4); commit");
  await client.script("commit");
  assert.deepEqual(
    (await changesOf("woven")).map((row) => (row as SqlValue[])[2]),
    [2, 4, 1, 3],
  );
  const [times] = await client.rows(
    "select count(*), count(distinct tran_id) from cdc.lsn_time_mapping where start_lsn in (select __$start_lsn from cdc.woven_CT)",
  );
  assert.deepEqual(times, [2, 2]);
});

test("an update that moves a row under another key is a delete and an insert", async () => {
  const { client } = capturing;
  await client.script("create table moved (id int primary key, a int)");
  await track(client, "moved");
  await client.script("insert moved values (1, 1), (2, 2)");
  await client.script("update moved set id = 3 - id");
  assert.deepEqual((await changesOf("moved")).slice(2), [
    [1, "03", 1, 1],
    [1, "03", 2, 2],
    [2, "03", 2, 1],
    [2, "03", 1, 2],
  ]);
});

test("computed columns are NULL, rowversion is binary(8), large values are there where they changed", async () => {
  const { client } = capturing;
  await client.script(
    "create table wide (id int primary key, big nvarchar(max), c as id * 2 persisted, v rowversion, old text, n int)",
  );
  await track(client, "wide");
  await client.script("insert wide (id, big, old, n) values (1, 'long', 'legacy', 0)");
  await client.script("update wide set n = 1");
  await client.script("update wide set big = 'longer', old = 'other'");
  await client.script("delete wide");
  const seen = (await changesOf("wide")) as SqlValue[][];
  assert.deepEqual(
    seen.map(([operation, mask, id, big, computed, , old, n]) => [
      operation,
      mask,
      id,
      big,
      computed,
      old,
      n,
    ]),
    [
      [2, "3f", 1, "long", null, "legacy", 0],
      [3, "28", 1, null, null, null, 0],
      [4, "28", 1, null, null, null, 1],
      [3, "1a", 1, "long", null, null, 1],
      [4, "1a", 1, "longer", null, "other", 1],
      [1, "3f", 1, "longer", null, null, 1],
    ],
  );
  assert.ok(seen.every((row) => row[5] instanceof Uint8Array && row[5].length === 8));
});

test("bits of the mask count from its last byte, whatever the number of columns", async () => {
  const { client } = capturing;
  for (const count of [8, 9, 17]) {
    const table = `mask${count}`;
    const columns = Array.from({ length: count - 1 }, (_, index) => `c${index + 2} int`);
    await client.script(`create table ${table} (c1 int primary key, ${columns.join(", ")})`);
    await track(client, table);
    await client.script(`insert ${table} (c1) values (1)`);
    for (let column = 2; column <= count; column += 1) {
      await client.script(`update ${table} set c${column} = 1`);
    }
    const width = Math.ceil(count / 8) * 2;
    const [, ...updates] = (await changesOf(table)) as SqlValue[][];
    assert.deepEqual(
      updates.filter(([operation]) => operation === 4).map(([, mask]) => mask),
      Array.from({ length: count - 1 }, (_, index) =>
        (2n ** BigInt(index + 1)).toString(16).padStart(width, "0"),
      ),
    );
    const asked = await client.rows(
      `select sys.fn_cdc_has_column_changed('${table}', 'c${count}', __$update_mask), sys.fn_cdc_is_bit_set(1, __$update_mask) from cdc.${table}_CT where __$operation = 4 and c${count} = 1`,
    );
    assert.deepEqual(asked, [[1, 0]]);
  }
});

test("MERGE, bulk statements, triggers and cascades are captured as what they change", async () => {
  const { client } = capturing;
  await client.script(`create table parent (id int primary key, a int)
    create table child (id int primary key, p int references parent (id) on delete cascade)`);
  await client.script(
    "create trigger follow on parent after insert as insert child select id * 10, id from inserted",
  );
  await track(client, "parent");
  await track(client, "child");
  await client.script("insert parent values (1, 1), (2, 2)");
  await client.script(`merge parent using (values (1, 5), (3, 3)) as s (id, a) on s.id = parent.id
    when matched then update set a = s.a when not matched then insert values (s.id, s.a);`);
  await client.script("delete parent where id = 2");
  assert.deepEqual(
    (await changesOf("parent")).map((row) => (row as SqlValue[]).filter((_, index) => index !== 1)),
    [
      [2, 1, 1],
      [2, 2, 2],
      [3, 1, 1],
      [4, 1, 5],
      [2, 3, 3],
      [1, 2, 2],
    ],
  );
  assert.deepEqual(
    (await changesOf("child")).map((row) => (row as SqlValue[]).filter((_, index) => index !== 1)),
    [
      [2, 10, 1],
      [2, 20, 2],
      [2, 30, 3],
      [1, 20, 2],
    ],
  );
});

test("dropped columns are NULL, new ones wait for a second instance, another type reaches the change table", async () => {
  const { client } = capturing;
  await client.script("create table changing (id int primary key, a varchar(3), b int)");
  await track(client, "changing");
  await client.script("insert changing values (1, 'a', 1)");
  await client.script("alter table changing drop column b");
  await client.script("alter table changing add d int");
  await client.script("alter table changing alter column a varchar(20)");
  await client.script("update changing set a = 'much longer', d = 4");
  await track(client, "changing", ", @supports_net_changes = 1").catch(() => undefined);
  await client.script(
    "exec sys.sp_cdc_enable_table 'dbo', 'changing', 'second', @role_name = null; update changing set d = 5",
  );
  assert.deepEqual(await changesOf("changing"), [
    [2, "07", 1, "a", 1],
    [3, "02", 1, "a", null],
    [4, "02", 1, "much longer", null],
  ]);
  assert.deepEqual(await changesOf("second"), [
    [3, "04", 1, "much longer", 4],
    [4, "04", 1, "much longer", 5],
  ]);
  assert.deepEqual(
    (await client.rows("exec sys.sp_cdc_get_ddl_history 'changing'")).map((row) => row.slice(2, 5)),
    [
      ["changing", 0, "alter table changing drop column b"],
      ["changing", 0, "alter table changing add d int"],
      ["changing", 1, "alter table changing alter column a varchar(20)"],
    ],
  );
});

test("capture follows a table, whatever its name and schema become", async () => {
  const { client } = capturing;
  await client.script(
    "create table one (id int primary key); create table two (id int primary key)",
  );
  await track(client, "one");
  await track(client, "two");
  await client.script(
    "exec sp_rename 'one', 'x'; exec sp_rename 'two', 'one'; exec sp_rename 'x', 'two'",
  );
  await client.script("insert one values (1); insert two values (2)");
  await client.script("create schema moved");
  await client.script("alter schema moved transfer dbo.one; insert moved.one values (3)");
  assert.deepEqual(await changesOf("one"), [[2, "01", 2]]);
  assert.deepEqual(await changesOf("two"), [
    [2, "01", 1],
    [2, "01", 3],
  ]);
  const help = await client.rows("exec sys.sp_cdc_help_change_data_capture 'moved', 'one'");
  assert.deepEqual(help[0]?.slice(0, 3), ["moved", "one", "two"]);
  assert.deepEqual(await client.rows("exec sys.sp_cdc_get_ddl_history 'one'"), []);
});

test("a part that .WRITE changes is captured as the whole new value, with the column's bit", async () => {
  const { client } = capturing;
  await client.script("create table partly (id int primary key, v varchar(max), w varchar(max))");
  await track(client, "partly");
  await client.script(
    "insert partly values (1, 'abc', 'def'); update partly set v.write('X', 1, 1)",
  );
  assert.deepEqual((await changesOf("partly")).slice(1), [
    [3, "02", 1, "abc", null],
    [4, "02", 1, "aXc", null],
  ]);
});
