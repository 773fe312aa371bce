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
