import assert from "node:assert/strict";
import { test } from "node:test";
import {
  connect,
  createTestEngine,
  type EngineClient,
} from "../../../support/sandbox/engine-client.ts";

async function pair(): Promise<readonly [EngineClient, EngineClient]> {
  const engine = createTestEngine();
  const [first, second] = [connect(engine), connect(engine)];
  await first.script("create database d");
  for (const client of [first, second]) await client.script("use d");
  await first.script(
    "create table t (id int primary key, v int); insert t values (1, 10), (2, 20)",
  );
  return [first, second];
}

test("a snapshot transaction sees one state while others commit", async () => {
  const [reader, writer] = await pair();
  await reader.script("set transaction isolation level snapshot begin tran");
  assert.deepEqual(await reader.rows("select * from t"), [
    [1, 10],
    [2, 20],
  ]);
  await writer.script(
    "update t set v = 11 where id = 1; delete t where id = 2; insert t values (3, 30)",
  );
  assert.deepEqual(await reader.rows("select * from t"), [
    [1, 10],
    [2, 20],
  ]);
  assert.deepEqual(await reader.rows("select * from t where id = 2"), [[2, 20]]);
  await reader.script("commit");
  assert.deepEqual(await reader.rows("select * from t"), [
    [1, 11],
    [3, 30],
  ]);
});

test("a snapshot transaction that changes a row changed meanwhile fails with 3960 and is rolled back", async () => {
  const [late, early] = await pair();
  await late.script("set transaction isolation level snapshot begin tran; insert t values (9, 9)");
  assert.equal((await late.rows("select * from t")).length, 3);
  await early.script("update t set v = 11 where id = 1");
  assert.equal(await late.error("update t set v = 12 where id = 1"), 3960);
  assert.deepEqual(await late.rows("select @@trancount"), [[0]]);
  assert.equal((await early.rows("select * from t")).length, 2);
});

test("a snapshot transaction does not look at a table whose definition changed: 3961", async () => {
  const [reader, writer] = await pair();
  await reader.script(
    "create table u (id int); set transaction isolation level snapshot begin tran",
  );
  await reader.rows("select * from u");
  await writer.script("alter table t add x int");
  assert.equal(await reader.error("select * from t"), 3961);
});

test("a definition that failed to change, or was rolled back, does not end snapshots of the table", async () => {
  const [reader, writer] = await pair();
  assert.equal(await writer.error("alter table t add constraint c check (v > 10)"), 547);
  await writer.script("begin tran alter table t add x int rollback");
  await reader.script("set transaction isolation level snapshot");
  assert.equal((await reader.rows("select * from t")).length, 2);
});

test("snapshot isolation is on in new databases, and refused with 3952 where it is off", async () => {
  const [client] = await pair();
  assert.deepEqual(
    await client.rows("select snapshot_isolation_state from sys.databases where name = 'd'"),
    [[1]],
  );
  await client.script("alter database d set allow_snapshot_isolation off");
  await client.script("set transaction isolation level snapshot");
  assert.equal(await client.error("select * from t"), 3952);
});

test("a transaction that began under another level cannot turn to snapshot: 3951", async () => {
  const [client] = await pair();
  await client.script("begin tran; set transaction isolation level snapshot");
  assert.equal(await client.error("select * from t"), 3951);
});

test("a reader waits for a writer of the row, and gives up after its lock timeout", async () => {
  const [writer, reader] = await pair();
  await writer.script("begin tran update t set v = 99 where id = 1");
  assert.deepEqual(await reader.rows("select v from t where id = 2"), [[20]]);
  assert.deepEqual(await reader.rows("select v from t with (nolock) where id = 1"), [[99]]);
  assert.equal(await reader.error("set lock_timeout 20 select v from t where id = 1"), 1222);
  await reader.script("set lock_timeout -1");
  const waiting = reader.rows("select v from t where id = 1");
  await writer.script("commit");
  assert.deepEqual(await waiting, [[99]]);
});

test("under READ_COMMITTED_SNAPSHOT a reader sees the last committed state at once", async () => {
  const [writer, reader] = await pair();
  await writer.script(
    "alter database d set read_committed_snapshot on; begin tran update t set v = 99",
  );
  assert.deepEqual(await reader.rows("select v from t"), [[10], [20]]);
});

test("of two transactions that wait for each other one is the victim: 1205", async () => {
  const [first, second] = await pair();
  await first.script("begin tran update t set v = 1 where id = 1");
  await second.script("begin tran update t set v = 2 where id = 2");
  const waiting = first.run("update t set v = 1 where id = 2");
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(await second.error("update t set v = 2 where id = 1"), 1205);
  assert.deepEqual((await waiting).errors, []);
  await first.script("commit");
  assert.deepEqual(await first.rows("select v from t"), [[1], [1]]);
  assert.deepEqual(await second.rows("select @@trancount"), [[0]]);
});

test("a rollback takes rows, definitions and counts back; a savepoint takes back what came after it", async () => {
  const [client] = await pair();
  await client.script(`
    begin tran
    insert t values (3, 30)
    save tran here
    delete t
    create table u (id int)
    alter table t add x int
    rollback tran here
    update t set v = v + 1`);
  assert.deepEqual(await client.rows("select * from t"), [
    [1, 11],
    [2, 21],
    [3, 31],
  ]);
  assert.equal(await client.error("select * from u"), 208);
  await client.script("rollback");
  assert.deepEqual(await client.rows("select * from t"), [
    [1, 10],
    [2, 20],
  ]);
});

test("a statement that fails leaves nothing behind, and the batch goes on", async () => {
  const [client] = await pair();
  const sink = await client.run("insert t values (3, 3), (1, 1); select count(*) from t");
  assert.deepEqual(
    sink.errors.map(({ number }) => number),
    [2627],
  );
  assert.deepEqual(sink.sets.at(-1)?.rows, [[2]]);
});

test("XACT_ABORT ends transaction and batch at the first error", async () => {
  const [client] = await pair();
  const sink = await client.run(
    "set xact_abort on begin tran insert t values (3, 3) insert t values (1, 1) select 1",
  );
  assert.equal(sink.sets.length, 0);
  assert.deepEqual(await client.rows("select @@trancount, (select count(*) from t)"), [[0, 2]]);
});

test("transactions nest by count, and ends without a beginning are refused: 3902, 3903", async () => {
  const [client] = await pair();
  await client.script("begin tran begin tran insert t values (3, 3) commit");
  assert.deepEqual(await client.rows("select @@trancount"), [[1]]);
  await client.script("rollback");
  assert.equal(await client.error("commit"), 3902);
  assert.equal(await client.error("rollback"), 3903);
});

test("old states are forgotten when no snapshot needs them", async () => {
  const [reader, writer] = await pair();
  await reader.script("set transaction isolation level snapshot begin tran");
  await reader.rows("select * from t");
  for (let turn = 0; turn < 5; turn += 1)
    await writer.script("update t set v = v + 1; delete t where id = 2; insert t values (2, 20)");
  assert.deepEqual(await reader.rows("select * from t"), [
    [1, 10],
    [2, 20],
  ]);
  await reader.script("commit");
  assert.deepEqual(await reader.rows("select * from t"), [
    [1, 15],
    [2, 20],
  ]);
  assert.deepEqual(await writer.rows("select count(*) from t where id = 2"), [[1]]);
});

test("an update that waits for one row does not undo what was written meanwhile to rows that it has seen before", async () => {
  for (const second of ["update t set v = v + 1", "delete t where v < 20"]) {
    const [first, other] = await pair();
    await first.script("begin tran; update t set v = 21 where id = 2");
    const waiting = other.script(second);
    await first.script("update t set id = 5, v = 15 where id = 1; commit");
    await waiting;
    const left = await other.rows("select id, v from t order by id");
    const wanted = second.startsWith("update")
      ? [
          [2, 22],
          [5, 16],
        ]
      : [[2, 21]];
    assert.deepEqual(left, wanted);
  }
});

test("MERGE does not undo what another transaction wrote between its search and its write", async () => {
  const [first, other] = await pair();
  await first.script("begin tran; update t set v = 21 where id = 2");
  const waiting = other.script(
    "merge t using (values (1), (2), (3)) as s (id) on t.id = s.id when matched then update set v = t.v + 1 when not matched then insert values (s.id, 0);",
  );
  await first.script("update t set v = 15 where id = 1; commit");
  await waiting;
  assert.deepEqual(await other.rows("select id, v from t order by id"), [
    [1, 16],
    [2, 22],
    [3, 0],
  ]);
});

test("MERGE WITH (HOLDLOCK) puts a key in once, whoever else does the same", async () => {
  const [first, other] = await pair();
  const put =
    "merge t with (holdlock) using (values (7)) as s (id) on t.id = s.id when matched then update set v = t.v + 1 when not matched then insert values (s.id, 1);";
  await first.script(`begin tran; ${put}`);
  const waiting = other.script(put);
  await first.script("commit");
  await waiting;
  assert.deepEqual(await other.rows("select v from t where id = 7"), [[2]]);
});

const GIVE_UP = "set lock_timeout 0; ";

test("rows read WITH (UPDLOCK) may be read by others, and neither changed nor locked", async () => {
  const [holder, other] = await pair();
  await holder.script("begin tran");
  assert.deepEqual(await holder.rows("select v from t with (updlock) where id = 1"), [[10]]);
  assert.deepEqual(await other.rows("select v from t where id = 1"), [[10]]);
  for (const sql of [
    "update t set v = 0 where id = 1",
    "delete t",
    "select * from t with (updlock) where id = 1",
    "select * from t with (xlock)",
    "alter table t add x int",
  ]) {
    assert.equal(await other.error(GIVE_UP + sql), 1222, sql);
  }
  assert.equal(
    await other.error("set lock_timeout -1; select * from t with (updlock, nowait)"),
    1222,
  );
  await other.script("update t set v = 0 where id = 2");
  const waiting = other.script("update t set v = v + 1 where id = 1");
  await holder.script("update t set v = 50 where id = 1; commit");
  await waiting;
  assert.deepEqual(await other.rows("select v from t"), [[51], [0]]);
});

test("rows read WITH (XLOCK) are not read by those who wait for writers", async () => {
  const [holder, other] = await pair();
  await holder.script("begin tran select * from t with (xlock) where id = 1");
  assert.equal(await other.error(`${GIVE_UP}select * from t where id = 1`), 1222);
  assert.deepEqual(await other.rows("select v from t with (readpast)"), [[20]]);
  assert.deepEqual(await other.rows("select v from t with (nolock) where id = 1"), [[10]]);
  await holder.script("rollback");
  assert.deepEqual(await other.rows("select count(*) from t"), [[2]]);
});

test("a queue is served by several WITH (UPDLOCK, READPAST), each row to one", async () => {
  const [first, second] = await pair();
  const next = "select top 1 id from t with (updlock, readpast) order by id";
  await first.script("begin tran");
  await second.script("begin tran");
  assert.deepEqual(await first.rows(next), [[1]]);
  assert.deepEqual(await second.rows(next), [[2]]);
  await first.script("rollback");
  assert.deepEqual(await second.rows(next), [[1]]);
  assert.equal(await second.error("select * from t with (readpast, serializable)"), 650);
});

test("two who look WITH (UPDLOCK, HOLDLOCK) for a row to insert come one after the other", async () => {
  const [first, second] = await pair();
  const add =
    "if not exists (select * from t with (updlock, holdlock) where id = 7) insert t values (7, 7)";
  await first.script(`begin tran ${add}`);
  const waiting = second.script(`begin tran ${add} commit`);
  await first.script("commit");
  await waiting;
  assert.deepEqual(await first.rows("select count(*) from t where id = 7"), [[1]]);
  await first.script("begin tran select * from t with (tablockx)");
  assert.equal(await second.error(`${GIVE_UP}select * from t`), 1222);
  await first.script("rollback begin tran update t set v = 1 where id = 1");
  assert.equal(await second.error("select * from t with (tablock) where id = 2"), 1222);
  await first.script("rollback begin tran insert t with (tablock) values (8, 8)");
  assert.equal(await second.error("select * from t where id = 2"), 1222);
});
