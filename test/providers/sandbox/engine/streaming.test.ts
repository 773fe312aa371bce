import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, createTestEngine } from "../../../support/sandbox/engine-client.ts";

test("TOP stops the count of an unordered ROW_NUMBER: a product of millions of rows is not held", async () => {
  const client = connect(createTestEngine());
  const before = performance.now();
  const rows = await client.rows(`
    select top 1000 row_number() over (order by (select 1)) as i, row_number() over (order by (select null)) as j
    from sys.all_columns a cross join sys.all_columns b cross join sys.all_columns c`);
  assert.deepEqual(
    rows,
    Array.from({ length: 1000 }, (_, index) => [BigInt(index + 1), BigInt(index + 1)]),
  );
  assert.ok(performance.now() - before < 5_000);
});

test("a number counted while reading goes into conditions of the query around it", async () => {
  const client = connect(createTestEngine());
  assert.deepEqual(
    await client.rows(`
      select i from (select row_number() over (order by @@spid) as i from sys.all_objects) as numbered where i in (2, 4)`),
    [[2n], [4n]],
  );
});

test("the first rows of an order are the same whether they are cut or not, equal ones in the order that they came", async () => {
  const client = connect(createTestEngine());
  await client.script("create database d");
  await client.script("use d");
  await client.script(`
    create table t (id int identity primary key, v int)
    insert t (v) select top 20000 a.column_id % 7 from sys.all_columns a cross join sys.all_columns b`);
  const all = await client.rows("select id, v from t order by v desc, id % 3");
  for (const [skip, count] of [
    [0, 1],
    [0, 50],
    [3_000, 40],
    [19_990, 100],
  ] as const) {
    assert.deepEqual(
      await client.rows(
        `select id, v from t order by v desc, id % 3 offset ${skip} rows fetch next ${count} rows only`,
      ),
      all.slice(skip, skip + count),
    );
  }
  assert.deepEqual(await client.rows("select top 0 id from t order by v"), []);
  assert.deepEqual(await client.rows("select distinct top 2 v from t order by v desc"), [[6], [5]]);
});

test("an INSERT does not read the rows that it puts in", async () => {
  const client = connect(createTestEngine());
  await client.script("create database d");
  await client.script("use d");
  await client.script(`
    create table t (id int identity primary key, a int)
    create table heap (a int, index i (a))
    insert t (a) values (1), (2), (3); insert heap values (1), (2)`);
  await client.script(`
    insert t (a) select a from t
    insert heap select x.a + 1 from heap as x inner join heap as y on y.a <= x.a where x.a > 0`);
  assert.deepEqual(await client.rows("select a from t order by id"), [
    [1],
    [2],
    [3],
    [1],
    [2],
    [3],
  ]);
  assert.deepEqual(await client.rows("select a from heap order by a"), [[1], [2], [2], [3], [3]]);
});

test("ROW_NUMBER over the order of a column still sorts", async () => {
  const client = connect(createTestEngine());
  assert.deepEqual(
    await client.rows(`
      select v, row_number() over (order by v) as n, row_number() over (order by (select 1)) as i
      from (values (3), (1), (2)) as t (v) order by i`),
    [
      [3, 3n, 1n],
      [1, 1n, 2n],
      [2, 2n, 3n],
    ],
  );
});
