import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { ResultColumn } from "../../../../providers/sandbox/session/session.ts";
import type { SqlValue } from "../../../../providers/sandbox/values/sql-type.ts";
import {
  connect,
  createTestEngine,
  type EngineClient,
} from "../../../support/sandbox/engine-client.ts";
import { RecordingSink } from "../../../support/sandbox/recording-sink.ts";

let client: EngineClient;

before(async () => {
  client = connect(createTestEngine());
  await client.script("create database d\nGO\nuse d");
});

test("defaults, identity, computed columns and rowversion fill what a statement leaves out", async () => {
  await client.script(`create table fill (id int identity(10, 5), a int default (3), b as (a * 2) persisted, v rowversion)
    insert fill default values; insert fill (a) values (7)`);
  assert.deepEqual(await client.rows("select id, a, b from fill"), [
    [10, 3, 6],
    [15, 7, 14],
  ]);
  assert.deepEqual(
    await client.rows("select scope_identity(), @@identity, ident_current('fill')"),
    [[15n, 15n, 15n]],
  );
  assert.deepEqual(await client.rows("select count(distinct v) from fill"), [[2]]);
});

const REFUSED: readonly (readonly [number, string])[] = [
  [515, "insert strict (id, a) values (1, null)"],
  [547, "insert strict (id, a) values (1, -1)"],
  [547, "insert strict (id, a, p) values (1, 1, 99)"],
  [2627, "insert strict (id, a) values (5, 1), (5, 1)"],
  [2601, "insert strict (id, a, u) values (6, 1, 'x'), (7, 1, 'X')"],
  [2628, "insert strict (id, a, u) values (8, 1, 'much too long')"],
  [544, "insert counted (id) values (1)"],
  [8101, "set identity_insert counted on; insert counted values (1, 1)"],
  [545, "set identity_insert counted on; insert counted (n) values (1)"],
  [8102, "update counted set id = 2"],
  [271, "update strict set c = 1"],
  [213, "insert strict values (1)"],
  [110, "insert strict (id) values (1, 2)"],
  [109, "insert strict (id, a) values (1)"],
  [207, "insert strict (nothing) values (1)"],
  [4712, "truncate table parent"],
  [3726, "drop table parent"],
  [8107, "set identity_insert counted on; set identity_insert other on"],
];

test("changes that may not stand are refused with SQL Server's numbers", async () => {
  await client.script(`create table parent (id int primary key)
    create table strict (id int primary key, a int not null check (a > 0), u varchar(5), p int references parent(id), c as (a + 1))
    create unique index once on strict(u) where u is not null
    create table counted (id int identity primary key, n int)
    create table other (id int identity)`);
  for (const [number, sql] of REFUSED) {
    assert.equal(await client.error(sql), number, sql);
    await client.run("set identity_insert counted off");
  }
  assert.deepEqual(await client.rows("select count(*) from strict"), [[0]]);
});

test("foreign keys delete, update, empty and refuse as they were told", async () => {
  await client.script(`create table p1 (id int primary key)
    create table cascaded (id int, p int references p1(id) on delete cascade on update cascade)
    create table emptied (id int, p int references p1(id) on delete set null)
    create table p2 (id int primary key)
    create table refusing (id int, p int references p2(id))
    insert p1 values (1), (2); insert cascaded values (1, 1), (2, 2); insert emptied values (1, 1)
    insert p2 values (1); insert refusing values (1, 1)
    delete p1 where id = 1; update p1 set id = 5 where id = 2`);
  assert.deepEqual(await client.rows("select * from cascaded"), [[2, 5]]);
  assert.deepEqual(await client.rows("select * from emptied"), [[1, null]]);
  assert.equal(await client.error("delete p2"), 547);
});

test("NOCHECK lets rows in that WITH CHECK refuses afterwards, and takes the trust away", async () => {
  await client.script(`create table loose (a int constraint positive check (a > 0))
    alter table loose nocheck constraint all; insert loose values (-1); alter table loose check constraint all`);
  assert.deepEqual(
    await client.rows(
      "select is_not_trusted, is_disabled from sys.check_constraints where name = 'positive'",
    ),
    [[1, 0]],
  );
  assert.equal(await client.error("alter table loose with check check constraint positive"), 547);
});

test("keys may be exchanged within one statement", async () => {
  await client.script(
    "create table swap (id int primary key); insert swap values (1), (2), (3); update swap set id = 4 - id",
  );
  assert.deepEqual(await client.rows("select id from swap"), [[1], [2], [3]]);
  await client.script("update swap set id = id + 1");
  assert.deepEqual(await client.rows("select id from swap"), [[2], [3], [4]]);
});

test("triggers see the rows before and after, and can roll everything back", async () => {
  await client.script(
    "create table watched (id int primary key, v int); create table seen (what varchar(10), n int)",
  );
  await client.script(
    "create trigger watch on watched after insert, update, delete as insert seen select 'new', count(*) from inserted; insert seen select 'old', count(*) from deleted",
  );
  await client.script(
    "insert watched values (1, 1), (2, 2); update watched set v = 3; delete watched where id = 1",
  );
  assert.deepEqual(await client.rows("select what, n from seen"), [
    ["new", 2],
    ["old", 0],
    ["new", 2],
    ["old", 2],
    ["new", 0],
    ["old", 1],
  ]);
  await client.script("create trigger guard on watched after delete as rollback");
  assert.equal(await client.error("delete watched"), 3609);
  assert.deepEqual(await client.rows("select count(*) from watched"), [[1]]);
});

test("an INSTEAD OF trigger takes the rows in the table's place", async () => {
  await client.script("create table base (id int, doubled int)");
  await client.script("create view shown as select id from base");
  await client.script(
    "create trigger catch_it on shown instead of insert as insert base select id, id * 2 from inserted",
  );
  await client.script("insert shown (id) values (4)");
  assert.deepEqual(await client.rows("select * from base"), [[4, 8]]);
});

test("OUTPUT gives the rows that were changed", async () => {
  await client.script("create table told (id int identity, v int); create table kept (v int)");
  assert.deepEqual(
    await client.rows("insert told (v) output inserted.id, inserted.v values (5), (6)"),
    [
      [1, 5],
      [2, 6],
    ],
  );
  assert.deepEqual(
    await client.rows("update told set v = v + 1 output deleted.v, inserted.v where id = 1"),
    [[5, 6]],
  );
  await client.script("delete told output deleted.v into kept");
  assert.deepEqual(await client.rows("select v from kept order by v"), [[6], [6]]);
});

test("MERGE updates, inserts and deletes in one statement", async () => {
  await client.script(
    "create table goal (id int primary key, v int); insert goal values (1, 1), (2, 2)",
  );
  const rows =
    await client.rows(`merge goal using (values (2, 20), (3, 30)) as s(id, v) on goal.id = s.id
    when matched then update set v = s.v when not matched then insert (id, v) values (s.id, s.v)
    when not matched by source then delete output $action, deleted.id, inserted.id;`);
  assert.deepEqual(rows, [
    ["DELETE", 1, null],
    ["UPDATE", 2, 2],
    ["INSERT", null, 3],
  ]);
  assert.deepEqual(await client.rows("select * from goal"), [
    [2, 20],
    [3, 30],
  ]);
});

test("UPDATE and DELETE with FROM change each row once", async () => {
  await client.script(
    "create table aim (id int primary key, v int); insert aim values (1, 0), (2, 0)",
  );
  await client.script(
    "update a set v = s.n from aim a join (values (1, 7), (3, 9)) s(id, n) on s.id = a.id",
  );
  await client.script(
    "delete a from aim a where not exists (select 1 from (values (1)) s(id) where s.id = a.id)",
  );
  assert.deepEqual(await client.rows("select * from aim"), [[1, 7]]);
});

async function bulk(
  options: string,
  rows: readonly (readonly SqlValue[])[],
): Promise<RecordingSink> {
  const columns: ResultColumn[] = [
    { name: "id", type: { name: "int" }, nullable: false },
    { name: "a", type: { name: "int" }, nullable: true },
  ];
  const announced = await client.run(`insert bulk loaded (id int, a int) ${options}`);
  assert.deepEqual(announced.errors, []);
  const sink = new RecordingSink();
  const source = async function* (): AsyncGenerator<readonly (readonly SqlValue[])[]> {
    await Promise.resolve();
    yield rows;
  };
  await client.session.bulkLoad({ columns, rows: source() }, sink, new AbortController().signal);
  return sink;
}

test("a bulk load keeps identity values, and looks at constraints and triggers only when told", async () => {
  await client.script(`create table loaded (id int identity primary key, a int default 7 constraint small check (a < 100))
    create table fired (n int)`);
  await client.script(
    "create trigger fire on loaded after insert as insert fired select count(*) from inserted",
  );
  assert.deepEqual(
    (
      await bulk("", [
        [5, null],
        [9, 500],
      ])
    ).errors,
    [],
  );
  assert.deepEqual(await client.rows("select id, a from loaded"), [
    [5, 7],
    [9, 500],
  ]);
  assert.deepEqual(await client.rows("select ident_current('loaded')"), [[9n]]);
  assert.deepEqual(
    await client.rows("select is_not_trusted from sys.check_constraints where name = 'small'"),
    [[1]],
  );
  assert.deepEqual(
    (
      await bulk("with (check_constraints)", [
        [20, 1],
        [21, 500],
      ])
    ).errors.map(({ number }) => number),
    [547],
  );
  assert.deepEqual((await bulk("with (fire_triggers, keep_nulls)", [[30, null]])).errors, []);
  assert.deepEqual(await client.rows("select id, a from loaded where id >= 20"), [[30, null]]);
  assert.deepEqual(await client.rows("select n from fired"), [[1]]);
});

test("a computed column that is different every time is computed when it is read", async () => {
  await client.script(
    "create table fresh (id int, r as (newid()), d as (id * 2)); insert fresh (id) values (1)",
  );
  const [first, second] = [
    await client.rows("select r, d from fresh"),
    await client.rows("select r, d from fresh"),
  ];
  assert.notEqual(first[0]?.[0], second[0]?.[0]);
  assert.equal(second[0]?.[1], 2);
  assert.equal(await client.error("create table kept_fresh (r as (newid()) persisted)"), 4936);
});

test("SET ROWCOUNT limits changes too", async () => {
  await client.script(
    "create table few (id int); set rowcount 2; insert few values (1), (2), (3); set rowcount 1; delete few; set rowcount 0",
  );
  assert.deepEqual(await client.rows("select count(*) from few"), [[1]]);
});

test("UPDATE … SET c.WRITE changes a part of a large value", async () => {
  await client.script(`create table large (id int primary key, v varchar(max), n nvarchar(max), b varbinary(max), s varchar(10))
    insert large values (1, 'abcdef', N'äöü', 0x010203, 's'), (2, null, null, null, null)`);
  const written: readonly (readonly [string, SqlValue])[] = [
    ["v.write('XY', 1, 3)", "aXYef"],
    ["v.WRITE('!', null, 4)", "aXYef!"],
    ["v.write('z', 3, null)", "aXYz"],
    ["v.write(null, 2, 1)", "aX"],
    ["v.write('b', 1, 100)", "ab"],
    ["v.write('', 0, 0)", "ab"],
    ["[n].write(N'ß', 1, 1)", "äßü"],
    ["b.write(0xFF, 0, 2)", Buffer.from([0xff, 3])],
  ];
  for (const [set, expected] of written) {
    await client.script(`update large set ${set} where id = 1`);
    const [row] = await client.rows(`select ${set.slice(0, set.indexOf("."))} from large`);
    assert.deepEqual(row, [expected], set);
  }
  const refused: readonly (readonly [number, string])[] = [
    [258, "s.write('x', 0, 0)"],
    [258, "id.write('x', 0, 0)"],
    [7116, "v.write('x', 3, 0)"],
    [7116, "v.write('x', -1, 0)"],
    [7135, "v.write('x', 0, -1)"],
    [264, "v.write('x', 0, 1), v = 'y'"],
    [102, "v.write('x', 0)"],
  ];
  for (const [number, set] of refused) {
    assert.equal(await client.error(`update large set ${set} where id = 1`), number, set);
  }
  assert.equal(await client.error("update large set v.write('x', 0, 0)"), 5302);
});
