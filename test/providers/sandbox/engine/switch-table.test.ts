import assert from "node:assert/strict";
import { before, test } from "node:test";
import {
  type CapturingEngine,
  createCapturingEngine,
  track,
} from "../../../support/sandbox/capture-client.ts";

let capturing: CapturingEngine;

before(async () => {
  capturing = await createCapturingEngine();
});

test("SWITCH passes all rows to an empty table of the same form, and capture of neither sees it", async () => {
  const { client } = capturing;
  await client.script(`create table staged (id int primary key, v varchar(10) not null constraint ck_staged check (v <> ''), d as (id * 2))
    create table live (id int primary key, v varchar(10) not null constraint ck_live check (v <> ''), d as (id * 2))
    create index ix on staged (v) create index ix on live (v)`);
  await track(client, "live");
  await track(client, "staged");
  await client.script("insert staged values (1, 'a'), (2, 'b')");
  await client.script("alter table staged switch to live");
  assert.deepEqual(await client.rows("select id, v, d from live where v > ''"), [
    [1, "a", 2],
    [2, "b", 4],
  ]);
  assert.deepEqual(await client.rows("select * from staged"), []);
  await client.script("insert live values (3, 'c'); insert staged values (4, 'd')");
  assert.deepEqual(await client.rows("select id from cdc.live_CT"), [[3]]);
  assert.deepEqual(await client.rows("select id from cdc.staged_CT"), [[1], [2], [4]]);
  assert.equal(await client.error("insert live values (1, 'twice')"), 2627);
  await client.script("begin tran; delete live; alter table staged switch to live; rollback");
  assert.deepEqual(
    await client.rows("select (select count(*) from live), (select count(*) from staged)"),
    [[3, 1]],
  );
});

const SOURCE = "create table s (a int not null, b varchar(10))";
const REFUSED: readonly (readonly [number, string, string])[] = [
  [4905, SOURCE, "create table t (a int not null, b varchar(10)); insert t values (1, '')"],
  [4943, SOURCE, "create table t (a int not null)"],
  [4942, SOURCE, "create table t (b varchar(10), a int not null)"],
  [4944, SOURCE, "create table t (a int not null, b varchar(11))"],
  [4945, SOURCE, "create table t (a int not null, b varchar(10) collate Latin1_General_BIN)"],
  [4985, SOURCE, "create table t (a int null, b varchar(10))"],
  [4947, SOURCE, "create table t (a int not null primary key nonclustered, b varchar(10))"],
  [4913, "create table s (a int primary key)", "create table t (a int not null)"],
  [4965, "create table s (a int, b as (a))", "create table t (a int, b int)"],
  [4966, "create table s (a int, b as (a))", "create table t (a int, b as (a + 1))"],
  [
    4967,
    "create table s (a int primary key); create table r (a int references s)",
    "create table t (a int primary key)",
  ],
  [
    4968,
    "create table p (a int primary key); create table s (a int)",
    "create table t (a int references p)",
  ],
  [4970, "create table s (a int, b int)", "create table t (a int, b int, check (a > b))"],
  [4971, "create table s (a int)", "create table t (a int, check (a > 0))"],
  [
    4960,
    "create table s (a int); alter table s with nocheck add check (a > 0)",
    "create table t (a int check (a > 0))",
  ],
  [4949, SOURCE, "exec('create view t as select 1 as a')"],
  [1088, SOURCE, "select 1"],
];

test("SWITCH between tables that differ is refused with SQL Server's numbers", async () => {
  const { client } = capturing;
  for (const [number, source, target] of REFUSED) {
    await client.script(`${source}; ${target}`);
    assert.equal(await client.error("alter table s switch to t"), number, `${source}; ${target}`);
    if (number === 4949) await client.script("drop view t");
    await client.script(
      "drop table if exists r; drop table if exists s; drop table if exists t; drop table if exists p",
    );
  }
  await client.script(SOURCE);
  assert.equal(await client.error("alter table s switch to s"), 4955);
});

const PARTED = `create partition function pf (int) as range left for values (20, 10)
  create partition scheme ps as partition pf all to ([PRIMARY])`;

test("a partitioned table has its rows counted by partition, and its scheme and function in the views", async () => {
  const { client } = capturing;
  await client.script(PARTED);
  await client.script(`create table parted (a int not null, b varchar(10), constraint pk_parted primary key (a)) on ps (a)
    create index ix_parted on parted (b)
    insert parted values (5, 'x'), (10, 'x'), (11, 'y'), (21, 'z')
    create partition function pr (date) as range right for values ('2020-01-01')
    create partition scheme two as partition pr to ([PRIMARY], [PRIMARY])
    create table heap (d date) on two (d); insert heap values ('2020-01-01'), (null)`);
  const counts = (table: string) =>
    client.rows(
      `select index_id, partition_number, rows from sys.partitions where object_id = object_id('${table}') order by 1, 2`,
    );
  assert.deepEqual(await counts("parted"), [
    [1, 1, 2n],
    [1, 2, 1n],
    [1, 3, 1n],
    [2, 1, 2n],
    [2, 2, 1n],
    [2, 3, 1n],
  ]);
  assert.deepEqual(await counts("heap"), [
    [0, 1, 1n],
    [0, 2, 1n],
  ]);
  assert.deepEqual(
    await client.rows(`select s.name, s.type, f.name, f.fanout, f.boundary_value_on_right, convert(int, v.value), i.index_id, c.key_ordinal, c.is_included_column
      from sys.indexes i join sys.partition_schemes s on s.data_space_id = i.data_space_id join sys.partition_functions f on f.function_id = s.function_id
      join sys.partition_range_values v on v.function_id = f.function_id and v.boundary_id = 1
      join sys.index_columns c on c.object_id = i.object_id and c.index_id = i.index_id and c.partition_ordinal = 1
      where i.object_id = object_id('parted') order by i.index_id`),
    [
      ["ps", "PS", "pf", 3, 0, 10, 1, 1, 0],
      ["ps", "PS", "pf", 3, 0, 10, 2, 0, 0],
    ],
  );
  const refused: readonly (readonly [number, string])[] = [
    [1908, "create table bad (a int primary key, b int) on ps (b)"],
    [7726, "create table bad (a bigint) on ps (a)"],
    [1911, "create table bad (a int) on ps (x)"],
    [1921, "create table bad (a int) on nowhere"],
    [1921, "create index bad on parted (b) on nowhere"],
    [7708, "create partition function bad (int) as range for values (1, 1)"],
    [7707, "create partition scheme bad as partition pf to ([PRIMARY])"],
    [7706, "drop partition function pf"],
    [7717, "drop partition scheme ps"],
    [15_151, "drop partition scheme none"],
    [40_510, "alter partition function pf() split range (30)"],
  ];
  for (const [number, sql] of refused) assert.equal(await client.error(sql), number, sql);
});

test("SWITCH PARTITION passes one partition, unless capture of the table does not allow it", async () => {
  const { client } = capturing;
  await client.script(
    "create table out_ (a int not null primary key, b varchar(10)); create index ix on out_ (b); create table t (a int primary key, b varchar(10), check (a > 10 and a <= 20)); create index ix on t (b)",
  );
  await client.script("alter table parted switch partition 1 to out_");
  assert.deepEqual(await client.rows("select a from out_"), [[5], [10]]);
  assert.deepEqual(await client.rows("select a from parted"), [[11], [21]]);
  const refused: readonly (readonly [number, string])[] = [
    [4911, "alter table parted switch to out_"],
    [4905, "alter table parted switch partition 2 to out_"],
    [4904, "alter table out_ switch to parted partition 2"],
    [4950, "alter table parted switch partition 4 to out_"],
    [4982, "alter table out_ switch to parted partition 1"],
  ];
  for (const [number, sql] of refused) assert.equal(await client.error(sql), number, sql);
  await client.script("delete parted where a = 11; insert t values (12, 'in')");
  await client.script("alter table t switch to parted partition 2");
  assert.deepEqual(await client.rows("select a, b from parted"), [
    [12, "in"],
    [21, "z"],
  ]);
  await track(client, "parted", ", @allow_partition_switch = 0");
  assert.deepEqual(
    await client.rows(
      "select partition_switch from cdc.change_tables where capture_instance = 'parted'",
    ),
    [[0]],
  );
  await client.script("truncate table out_");
  assert.equal(await client.error("alter table parted switch partition 2 to out_"), 22_843);
  assert.equal(await client.error("alter table out_ switch to parted partition 1"), 22_842);
});
