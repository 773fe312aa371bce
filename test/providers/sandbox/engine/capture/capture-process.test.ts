import assert from "node:assert/strict";
import { test } from "node:test";
import { createCapturingEngine, hex, track } from "../../../../support/sandbox/capture-client.ts";
import { connect } from "../../../../support/sandbox/engine-client.ts";

const COUNT = "select count(*) from cdc.t_CT";
const DAY = 86_400_000;

test("rows come as late as the polling interval says, and on a stopped job not at all", async () => {
  const { client, pass } = await createCapturingEngine({ capture: {} });
  await client.script("create table t (id int primary key)");
  await track(client, "t");
  await client.script("insert t values (1)");
  pass(4_900);
  assert.deepEqual(await client.rows(COUNT), [[0]]);
  assert.equal(await client.error("exec sys.sp_cdc_scan"), 22_903);
  assert.deepEqual(
    await client.rows("select log_reuse_wait_desc from sys.databases where name = 'd'"),
    [["REPLICATION"]],
  );
  pass(200);
  assert.deepEqual(await client.rows(COUNT), [[1]]);
  await client.script("exec sys.sp_cdc_stop_job 'capture'; insert t values (2)");
  assert.equal(await client.error("exec sys.sp_cdc_stop_job"), 22_022);
  pass(DAY / 2);
  assert.deepEqual(await client.rows(COUNT), [[1]]);
  await client.script("exec sys.sp_cdc_scan");
  assert.deepEqual(await client.rows(COUNT), [[2]]);
  await client.script("insert t values (3); exec sys.sp_cdc_start_job");
  pass(5_100);
  assert.deepEqual(await client.rows(COUNT), [[3]]);
});

test("settings of the capture job count from its next start", async () => {
  const { client, pass } = await createCapturingEngine({ capture: {} });
  await client.script("create table t (id int primary key)");
  await track(client, "t");
  await client.script("exec sys.sp_cdc_change_job @pollinginterval = 60; insert t values (1)");
  pass(6_000);
  assert.deepEqual(await client.rows(COUNT), [[1]]);
  await client.script("exec sys.sp_cdc_stop_job; exec sys.sp_cdc_start_job; insert t values (2)");
  pass(6_000);
  assert.deepEqual(await client.rows(COUNT), [[1]]);
  assert.deepEqual(
    await client.rows("select job_type, pollinginterval, retention from msdb.dbo.cdc_jobs"),
    [
      ["capture", 60n, 0n],
      ["cleanup", 0n, 4320n],
    ],
  );
});

test("in quiet times rows of their own move the mapping on", async () => {
  const { client, pass } = await createCapturingEngine();
  await client.script("create table t (id int primary key)");
  const newest = "select sys.fn_cdc_get_max_lsn()";
  assert.deepEqual(await client.rows(newest), [[null]]);
  await track(client, "t");
  const [[first] = []] = await client.rows(newest);
  pass(59_000);
  assert.deepEqual(await client.rows(newest), [[first]]);
  pass(2_000);
  const [[second] = []] = await client.rows(newest);
  assert.ok(hex(second) > hex(first));
  assert.deepEqual(await client.rows("select distinct tran_id from cdc.lsn_time_mapping"), [
    [new Uint8Array(1)],
  ]);
});

test("cleanup by retention moves the low water mark, and ranges below it are refused", async () => {
  const { client, pass } = await createCapturingEngine({
    capture: { delay: 0, quietInterval: DAY },
  });
  await client.script("create table t (id int primary key)");
  await track(client, "t");
  const marks: string[] = [];
  for (let day = 0; day < 6; day += 1) {
    await client.script(`insert t values (${day})`);
    const [[lsn] = []] = await client.rows("select sys.fn_cdc_get_min_lsn('t')");
    marks.push(hex(lsn));
    pass(DAY);
  }
  assert.deepEqual(
    marks.map((mark, index) => index > 0 && mark > (marks[index - 1] ?? "")),
    [false, false, false, false, true, true],
  );
  const [kept] = await client.rows("select count(*), min(id) from cdc.t_CT");
  assert.ok(Number(kept?.[0]) < 6 && Number(kept?.[1]) > 0);
  const range = (from: string): string =>
    `declare @to binary(10) = sys.fn_cdc_get_max_lsn(); select id from cdc.fn_cdc_get_all_changes_t(${from}, @to, 'all')`;
  assert.equal(await client.error(range(`0x${marks[0] ?? ""}`)), 313);
  assert.equal((await client.rows(range("sys.fn_cdc_get_min_lsn('t')"))).length, Number(kept?.[0]));
});

test("a snapshot transaction sees the change tables and the newest commit as of its begin", async () => {
  const { client, engine } = await createCapturingEngine();
  await client.script("create table t (id int primary key)");
  await track(client, "t");
  await client.script("insert t values (1)");
  const newest = "select sys.fn_cdc_get_max_lsn(), (select count(*) from cdc.t_CT)";
  const reader = connect(engine, { database: "d" });
  await reader.script("set transaction isolation level snapshot; begin tran");
  const [before] = await reader.rows(newest);
  await client.script("insert t values (2)");
  const [after] = await client.rows(newest);
  assert.ok(hex(after?.[0]) > hex(before?.[0]));
  assert.deepEqual(await reader.rows(newest), [before]);
  await reader.script("commit");
  assert.deepEqual(await reader.rows(newest), [after]);
});

test("a value that its column's new type cannot hold ends the scan, which says so and loses nothing", async () => {
  const { client } = await createCapturingEngine();
  await client.script("create table t (id int primary key, a int)");
  await track(client, "t");
  await client.script("insert t values (1, 70000)");
  await client.script("update t set a = 1");
  await client.script("alter table t alter column a smallint; insert t values (2, 2)");
  assert.deepEqual(await client.rows("select count(*) from cdc.t_CT"), [[3]]);
  assert.deepEqual(await client.rows("select error_number from sys.dm_cdc_errors"), [[220]]);
  await client.script("update cdc.t_CT set a = 7 where a = 70000; exec sys.sp_cdc_start_job");
  assert.deepEqual(await client.rows("select a from cdc.t_CT order by __$start_lsn, a"), [
    [7],
    [1],
    [7],
    [2],
  ]);
});

test("no number is given out as read beyond a transaction that waits in the log", async () => {
  const { client, pass } = await createCapturingEngine({
    capture: { delay: 10_000, quietInterval: 1_000 },
  });
  await client.script("create table t (id int primary key)");
  await track(client, "t");
  let newest = "00";
  let known = 0;
  for (let id = 0; id < 40; id += 1) {
    if (id % 3 !== 0) await client.script(`insert t values (${id})`);
    pass(id % 2 === 0 ? 3_000 : 4_500);
    const upTo = (lsn: string): string =>
      `select count(*) from cdc.t_CT where __$start_lsn <= 0x${lsn}`;
    const again = await client.rows(upTo(newest));
    assert.deepEqual(again, [[known]], "a row came below a number that had been read");
    const [[lsn] = []] = await client.rows("select sys.fn_cdc_get_max_lsn()");
    newest = hex(lsn);
    known = Number((await client.rows(upTo(newest)))[0]?.[0]);
  }
  assert.ok(known > 20);
});

test("metadata that is gone stops capture and no statement", async () => {
  const { client } = await createCapturingEngine();
  await client.script("create table t (id int primary key)");
  await track(client, "t");
  await client.script("insert t values (1)");
  await client.script("exec sp_rename 'cdc.ddl_history', 'other'; alter table t add a int");
  assert.deepEqual(await client.rows("select count(*) from t"), [[1]]);
  assert.deepEqual(await client.rows("select error_number from sys.dm_cdc_errors"), [[208]]);
  await client.script("exec sp_rename 'cdc.other', 'ddl_history'; exec sys.sp_cdc_start_job");
  assert.deepEqual(await client.rows("select ddl_command from cdc.ddl_history"), [
    ["alter table t add a int"],
  ]);
});
