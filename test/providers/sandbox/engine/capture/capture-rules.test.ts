import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import { openEngine } from "../../../../../providers/sandbox/engine/create-engine.ts";
import {
  type CapturingEngine,
  createCapturingEngine,
  hex,
  track,
} from "../../../../support/sandbox/capture-client.ts";
import { connect, TEST_ENGINE_OPTIONS } from "../../../../support/sandbox/engine-client.ts";

let capturing: CapturingEngine;

before(async () => {
  capturing = await createCapturingEngine();
  await capturing.client.script(`create table held (id int constraint pk_held primary key, u int not null, n int)
    create unique index ux_held on held (u)
    create unique index ux_null on held (n)
    create index ix_held on held (n)
    create table heap (a int, [__$operation] int)
    create table free (a int)
    create table past (a int primary key, s datetime2 generated always as row start, e datetime2 generated always as row end,
      period for system_time (s, e)) with (system_versioning = on (history_table = dbo.past_history))`);
  await track(capturing.client, "held");
});

const ENABLE = "exec sys.sp_cdc_enable_table 'dbo', ";
const REFUSED: readonly (readonly [number, string])[] = [
  [22_905, "exec sys.sp_cdc_enable_db"],
  [22_989, "exec master.sys.sp_cdc_enable_db"],
  [22_931, `${ENABLE}'nothing', @role_name = null`],
  [201, `${ENABLE}'free'`],
  [13_571, `${ENABLE}'past_history', @role_name = null`],
  [22_907, `${ENABLE}'free', @role_name = ''`],
  [22_926, `${ENABLE}'free', 'HELD', @role_name = null`],
  [22_927, `${ENABLE}'free', '${"x".repeat(101)}', @role_name = null`],
  [22_928, `${ENABLE}'held', 'h2', @role_name = null, @index_name = 'none'`],
  [22_929, `${ENABLE}'held', 'h2', @role_name = null, @index_name = 'ix_held'`],
  [22_838, `${ENABLE}'held', 'h2', @role_name = null, @index_name = 'ux_null'`],
  [22_930, `${ENABLE}'held', 'h2', @role_name = null, @captured_column_list = 'id, nope'`],
  [22_965, `${ENABLE}'held', 'h2', @role_name = null, @captured_column_list = '[id, n'`],
  [22_943, `${ENABLE}'held', 'h2', @role_name = null, @captured_column_list = 'n'`],
  [22_939, `${ENABLE}'free', @role_name = null, @supports_net_changes = 1`],
  [22_975, `${ENABLE}'heap', @role_name = null`],
  [22_973, `${ENABLE}'free', @role_name = null, @filegroup_name = 'other'`],
  [22_974, "exec sys.sp_cdc_enable_table 'cdc', 'held_CT', @role_name = null"],
  [22_985, "exec sys.sp_cdc_disable_table 'dbo', 'free', 'all'"],
  [22_960, "exec sys.sp_cdc_disable_table 'dbo', 'held', 'other'"],
  [22_963, "exec sys.sp_cdc_disable_table 'dbo', 'held', null"],
  [22_920, "exec sys.sp_cdc_get_captured_columns 'other'"],
  [22_972, "exec sys.sp_cdc_help_change_data_capture 'dbo'"],
  [22_992, "exec sys.sp_cdc_change_job 'other'"],
  [22_991, "exec sys.sp_cdc_change_job @maxtrans = 0"],
  [22_970, "exec sys.sp_cdc_change_job @maxscans = 0"],
  [22_990, "exec sys.sp_cdc_change_job @pollinginterval = 86400"],
  [22_995, "exec sys.sp_cdc_change_job @retention = 5"],
  [22_996, "exec sys.sp_cdc_change_job 'cleanup', @maxtrans = 5"],
  [22_994, "exec sys.sp_cdc_change_job 'cleanup', @retention = 52594801"],
  [22_957, "exec sys.sp_cdc_cleanup_change_table 'held', 0xFF000000000000000000"],
  [22_964, "exec sys.sp_cdc_cleanup_change_table 'held', 0x00000000000000000001"],
  [40_515, "update cdc.change_tables set start_lsn = null"],
  [40_515, "alter table cdc.held_CT add x int"],
  [3724, "drop table cdc.lsn_time_mapping"],
  [4711, "truncate table held"],
  [22_979, "alter table held drop constraint pk_held"],
  [22_979, "alter index all on held disable"],
  [4928, "exec sp_rename 'held.n', 'm', 'COLUMN'"],
  [195, "select fn_cdc_get_max_lsn()"],
];

test("what change data capture does not allow is refused with SQL Server's numbers", async () => {
  const { client } = capturing;
  for (const [number, sql] of REFUSED) assert.equal(await client.error(sql), number, sql);
  await client.script("create database plain\nGO\nuse plain");
  assert.equal(await client.error(`${ENABLE}'t', @role_name = null`), 22_901);
  await client.script("create schema cdc");
  assert.equal(await client.error("exec sys.sp_cdc_enable_db"), 22_906);
  await client.script("use d");
  assert.equal(await client.error("exec msdb.sys.sp_cdc_enable_db"), 22_989);
});

test("a table has two instances at most, and a named index is the one that may not go", async () => {
  const { client } = capturing;
  await client.script(
    "create table two (id int primary key, u int not null); create unique index ux on two (u)",
  );
  await track(client, "two");
  await client.script(`${ENABLE}'two', 'two_b', @role_name = null, @index_name = 'ux'`);
  assert.equal(await client.error(`${ENABLE}'two', 'two_c', @role_name = null`), 22_962);
  assert.equal(await client.error("drop index ux on two"), 22_983);
  await client.script("exec sys.sp_cdc_disable_table 'dbo', 'two', 'two_b'; drop index ux on two");
  assert.equal(await client.error("select * from cdc.two_b_CT"), 208);
  await client.script("drop table two");
  assert.deepEqual(
    await client.rows(
      "select capture_instance from cdc.change_tables where capture_instance like 'two%'",
    ),
    [],
  );
});

test("what enables or disables takes part in its transaction", async () => {
  const { client } = await createCapturingEngine();
  await client.script("create table t (id int primary key)");
  await client.script(`begin tran; ${ENABLE}'t', @role_name = null; insert t values (1); rollback`);
  assert.deepEqual(await client.rows("select is_tracked_by_cdc from sys.tables where name = 't'"), [
    [0],
  ]);
  await track(client, "t");
  await client.script("begin tran; exec sys.sp_cdc_disable_db; rollback; insert t values (2)");
  assert.deepEqual(await client.rows("select id from cdc.t_CT"), [[2]]);
  await client.script("exec sys.sp_cdc_disable_db");
  assert.deepEqual(
    await client.rows(
      "select is_cdc_enabled, schema_id('cdc'), user_id('cdc') from sys.databases where name = 'd'",
    ),
    [[0, null, null]],
  );
  await client.script("exec sys.sp_cdc_enable_db; drop table t; use master; drop database d");
});

test("with the last captured table go the jobs and the mapping", async () => {
  const { client } = await createCapturingEngine();
  await client.script("create table t (id int primary key)");
  await track(client, "t");
  await client.script("insert t values (1)");
  const state = "select (select count(*) from cdc.lsn_time_mapping), sys.fn_cdc_get_max_lsn()";
  assert.notDeepEqual(await client.rows(state), [[0, null]]);
  await client.script("exec sys.sp_cdc_disable_table 'dbo', 't', 'all'");
  assert.deepEqual(await client.rows(state), [[0, null]]);
  assert.equal(await client.error("select * from msdb.dbo.cdc_jobs"), 208);
});

test("an owner whom the server does not know is in the way of the procedures", async () => {
  const { client } = await createCapturingEngine();
  await client.script(`create login gone with password = 'Str0ng-enough'; alter authorization on database::d to gone
    drop login gone`);
  const [error] = (await client.run("exec sys.sp_cdc_disable_db")).errors;
  assert.equal(error?.number, 22_831);
  assert.match(error.message, /15517/);
  await client.script("alter authorization on database::d to sa; exec sys.sp_cdc_disable_db");
});

test("only who may read the source and is in the gating role reads its changes", async () => {
  const { client, engine } = await createCapturingEngine();
  await client.script(`create table t (id int primary key)
    create login reader with password = 'Str0ng-enough'; create login owner_ with password = 'Str0ng-enough'
    create user reader for login reader; create user owner_ for login owner_; alter role db_owner add member owner_
    exec sys.sp_cdc_enable_table 'dbo', 't', 't', @role_name = 'gate'; insert t values (1)`);
  const parts = { password: "Str0ng-enough", database: "d" };
  const reader = connect(engine, { ...parts, username: "reader" });
  const owner = connect(engine, { ...parts, username: "owner_" });
  const ask =
    "declare @f binary(10) = (select start_lsn from cdc.change_tables), @t binary(10) = sys.fn_cdc_get_max_lsn(); select id from cdc.fn_cdc_get_all_changes_t(@f, @t, 'all')";
  const least = "select sys.fn_cdc_get_min_lsn('t')";
  await client.script("grant select on t to reader; grant select on cdc.change_tables to reader");
  assert.equal(await reader.error(ask), 229);
  assert.equal(hex((await reader.rows(least))[0]?.[0]), "0".repeat(20));
  await client.script("alter role gate add member reader");
  assert.deepEqual(await reader.rows(ask), [[1]]);
  await client.script("revoke select on t from reader");
  assert.equal(await reader.error(ask), 229);
  assert.deepEqual(await owner.rows(ask), [[1]]);
  assert.equal(await owner.error("exec sys.sp_cdc_disable_db"), 22_902);
  assert.equal(await reader.error("exec sys.sp_cdc_help_jobs"), 22_904);
  assert.equal(await reader.error("exec sys.sp_cdc_disable_table 'dbo', 't', 'all'"), 22_904);
});

test("large values fail the statement that writes them, until max text repl size lets them through", async () => {
  const { client } = await createCapturingEngine();
  await client.script("create table t (id int primary key, big nvarchar(max), n int)");
  await track(client, "t");
  await client.script("insert t values (1, replicate(cast(N'x' as nvarchar(max)), 32768), 1)");
  const longer = "update t set big = replicate(cast(N'x' as nvarchar(max)), 32769)";
  assert.equal(await client.error(longer), 7139);
  await client.script("exec sp_configure 'max text repl size', -1; reconfigure");
  await client.script(longer);
  await client.script("exec sp_configure 'max text repl size', 65536; update t set n = 2");
  assert.deepEqual(
    await client.rows(
      "select cast(len(big) as int) from cdc.t_CT order by __$start_lsn, __$operation",
    ),
    [[32_768], [32_768], [32_769], [null], [null]],
  );
});

test("a copy of a database goes on from its own log, and keeps what the source had captured", async () => {
  const { client, engine } = await createCapturingEngine({ flavour: "azure_sql" });
  await client.script("create table t (id int primary key)");
  await track(client, "t");
  await client.script("insert t values (1)");
  await connect(engine).script("create database twin as copy of d");
  const twin = connect(engine, { database: "twin" });
  await client.script("insert t values (2)");
  await twin.script("insert t values (3)");
  assert.deepEqual(await twin.rows("select id from cdc.t_CT"), [[1], [3]]);
  assert.deepEqual(await client.rows("select id from cdc.t_CT"), [[1], [2]]);
  await connect(engine).script("create database small as copy of d (service_objective = 'S1')");
  const small = connect(engine, { database: "small" });
  assert.deepEqual(
    await small.rows(
      "select is_cdc_enabled, schema_id('cdc'), (select count(*) from t) from sys.databases where name = 'small'",
    ),
    [[0, null, 2]],
  );
});

test("Azure SQL Database lets owners enable it, in tiers that have it, and keeps the jobs in the database", async () => {
  const { client, engine } = await createCapturingEngine({ flavour: "azure_sql" });
  await client.script("create table t (id int primary key)");
  await track(client, "t");
  assert.deepEqual(await client.rows("select job_type, retention from cdc.cdc_jobs"), [
    ["capture", 0n],
    ["cleanup", 4320n],
  ]);
  assert.equal(await client.error("exec sys.sp_cdc_stop_job"), 2812);
  await client.script("insert t values (1); exec sys.sp_cdc_scan");
  const master = connect(engine);
  await master.script("create database small (service_objective = 'S0')");
  const small = connect(engine, { database: "small" });
  const [error] = (await small.run("exec sys.sp_cdc_enable_db")).errors;
  assert.equal(error?.number, 22_830);
  assert.match(error.message, /22871/);
  assert.equal(await client.error("alter database d modify (service_objective = 'S1')"), 22_873);
});

test("log sequence numbers are counted, compared and mapped to times", async () => {
  const { client, pass } = await createCapturingEngine();
  await client.script("create table t (id int primary key)");
  await track(client, "t");
  for (let id = 0; id < 3; id += 1) {
    pass(1_000);
    await client.script(`insert t values (${id})`);
  }
  const rows = await client.rows(
    "select distinct __$start_lsn, sys.fn_cdc_map_lsn_to_time(__$start_lsn) from cdc.t_CT order by 1",
  );
  const [, second] = rows;
  const time = "(select tran_end_time from cdc.lsn_time_mapping where start_lsn = @second)";
  const found = await client.rows(`declare @second binary(10) = 0x${hex(second?.[0])}
    select sys.fn_cdc_map_time_to_lsn('largest less than', ${time}), sys.fn_cdc_map_time_to_lsn('largest less than or equal', ${time}),
      sys.fn_cdc_map_time_to_lsn('smallest greater than', ${time}), sys.fn_cdc_map_time_to_lsn('smallest greater than or equal', '2030-01-01'),
      sys.fn_cdc_decrement_lsn(sys.fn_cdc_increment_lsn(@second)), sys.fn_cdc_increment_lsn(0x0000002200000001FFFF)`);
  await client.script("use master");
  assert.deepEqual(
    await client.rows(
      `select id from d.cdc.fn_cdc_get_all_changes_t(0x${hex(second?.[0])}, 0x${hex(second?.[0])}, 'all')`,
    ),
    [[1]],
  );
  assert.deepEqual(
    found[0]?.map((value) => (value === null ? null : hex(value))),
    [...rows.map(([lsn]) => hex(lsn)), null, hex(second?.[0]), "00000022000000020000"],
  );
});

test("a data folder and a copy keep what is captured, and what is not captured yet", async () => {
  const folder = await mkdtemp(join(tmpdir(), "capture-"));
  try {
    const options = { ...TEST_ENGINE_OPTIONS, capture: { delay: 0, quietInterval: 60_000 } };
    const first = await openEngine(options, folder);
    const client = connect(first);
    await client.script(
      "create database d\nGO\nuse d\nGO\nexec sys.sp_cdc_enable_db\nGO\ncreate table t (id int primary key, v rowversion)",
    );
    await track(client, "t");
    await client.script("insert t (id) values (1)");
    await client.script("exec sys.sp_cdc_stop_job; insert t (id) values (2)");
    const [before] = await client.rows(
      "select count(*), sys.fn_cdc_get_min_lsn('t') from cdc.t_CT",
    );
    await first.close();
    const second = connect(await openEngine(options, folder), { database: "d" });
    assert.deepEqual(
      await second.rows("select count(*), sys.fn_cdc_get_min_lsn('t') from cdc.t_CT"),
      [before],
    );
    await second.script("insert t (id) values (3); exec sys.sp_cdc_start_job");
    assert.deepEqual(await second.rows("select id from cdc.t_CT order by __$start_lsn"), [
      [1],
      [2],
      [3],
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
