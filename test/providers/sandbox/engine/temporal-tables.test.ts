import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { createEngine } from "../../../../providers/sandbox/engine/create-engine.ts";
import {
  connect,
  type EngineClient,
  TEST_ENGINE_OPTIONS,
} from "../../../support/sandbox/engine-client.ts";

let client: EngineClient;
let engine: ReturnType<typeof createEngine>;
let now: number;

beforeEach(async () => {
  now = Date.UTC(2026, 0, 1, 12);
  engine = createEngine({ ...TEST_ENGINE_OPTIONS, clock: () => now });
  client = connect(engine);
  await client.script(`
    create database d
    GO
    use d
    GO
    create table p (id int not null primary key, v varchar(9),
      f datetime2(0) generated always as row start hidden,
      t datetime2(0) generated always as row end hidden,
      period for system_time (f, t))
      with (system_versioning = on (history_table = dbo.ph, history_retention_period = 6 months))`);
});

/** Runs a statement at a minute past noon. */
async function at(minute: number, sql: string): Promise<void> {
  now = Date.UTC(2026, 0, 1, 12, minute);
  await client.script(sql);
}

async function texts(sql: string): Promise<string> {
  return (await client.rows(sql))
    .map((row) => row.map(String).join(" ").replaceAll("null", ""))
    .join(", ");
}

async function fill(): Promise<void> {
  await at(1, "insert p (id, v) values (1, 'a'), (2, 'b')");
  await at(2, "update p set v = 'c' where id = 1");
  await at(
    3,
    "merge p as p using (values (1, 'd'), (3, 'x')) as s (id, v) on p.id = s.id when matched then update set v = s.v when not matched then insert (id, v) values (s.id, s.v);",
  );
  await at(4, "delete p where id = 2");
}

const TIMES = "convert(varchar(5), cast(f as time)), convert(varchar(16), t, 120)";

test("updates, merges and deletes leave what was before in the history, with the begin of the transaction as its end", async () => {
  await fill();
  assert.equal(await texts("select * from p order by id"), "1 d, 3 x");
  assert.equal(
    await texts(`select id, v, ${TIMES} from ph order by f, id`),
    "1 a 12:01 2026-01-01 12:02, 2 b 12:01 2026-01-01 12:04, 1 c 12:02 2026-01-01 12:03",
  );
  assert.equal(
    await texts(`select id, ${TIMES} from p order by id`),
    "1 12:03 9999-12-31 23:59, 3 12:03 9999-12-31 23:59",
  );
});

const QUERIES: readonly (readonly [string, string])[] = [
  ["as of '2026-01-01 12:00:59'", ""],
  ["as of '2026-01-01 12:01'", "1a 2b"],
  ["as of '2026-01-01 12:03'", "1d 2b 3x"],
  ["as of '2026-01-01 12:04'", "1d 3x"],
  ["from '2026-01-01 12:02' to '2026-01-01 12:03'", "1c 2b"],
  ["between '2026-01-01 12:02' and '2026-01-01 12:03'", "1c 1d 2b 3x"],
  ["contained in ('2026-01-01 12:01', '2026-01-01 12:03')", "1a 1c"],
  ["all", "1a 1c 1d 2b 3x"],
];

test("FOR SYSTEM_TIME answers as documented for each of its clauses, also through a view and with a variable", async () => {
  await fill();
  for (const [clause, expected] of QUERIES) {
    const rows = await client.rows(
      `select concat(x.id, x.v) from p for system_time ${clause} as x order by 1`,
    );
    assert.equal(rows.flat().map(String).join(" "), expected, clause);
  }
  await client.script(
    "create view past as select * from p for system_time as of '2026-01-01 12:02'",
  );
  assert.equal(await texts("select * from past order by id"), "1 c, 2 b");
  assert.equal(
    await texts(
      "declare @m datetime2 = '2026-01-01 12:02'; select count(*) from p for system_time as of @m where v = 'c'",
    ),
    "1",
  );
  assert.equal(await client.error("select * from ph for system_time all"), 13_544);
});

test("FOR SYSTEM_TIME on a view holds for the temporal tables in it, and for no others", async () => {
  await fill();
  await client.script(
    "create table plain (id int, w varchar(9)); insert plain values (1, 'now'), (2, 'now')",
  );
  await client.script(
    "create view inner_v as select p.id, p.v, plain.w from p join plain on plain.id = p.id",
  );
  await client.script(
    "create view outer_v as select id, concat(v, w) as both from inner_v where exists (select 1 from p as q where q.id = inner_v.id)",
  );
  await client.script("create view plain_v as select * from plain");
  await client.script("create view twice_v as select * from p for system_time all");
  assert.equal(await texts("select both from outer_v order by id"), "dnow");
  const past =
    "declare @m datetime2 = '2026-01-01 12:02'; select both from outer_v for system_time as of @m order by id";
  assert.equal(await texts(past), "cnow, bnow");
  assert.equal(await client.error("select * from plain_v for system_time all"), 13_544);
  assert.equal(await client.error("select * from twice_v for system_time all"), 13_590);
});

test("a row changed twice in one transaction leaves a version without duration, which FOR SYSTEM_TIME leaves out", async () => {
  await at(1, "insert p (id, v) values (1, 'a')");
  await at(2, "begin tran; update p set v = 'b'; update p set v = 'c'; commit");
  assert.equal(await texts("select v from ph order by v"), "a, b");
  assert.equal(await texts("select v from p for system_time all order by v"), "a, c");
  await at(3, "begin tran; update p set v = 'z'; rollback");
  assert.equal(await texts("select count(*) from ph"), "2");
});

test("a transaction that began before the row did is refused", async () => {
  const other = connect(engine, { database: "d" });
  await at(1, "begin tran");
  now = Date.UTC(2026, 0, 1, 12, 2);
  await other.script("insert p (id, v) values (1, 'a')");
  assert.equal(await client.error("update p set v = 'b'"), 13_535);
});

test("the catalog tells tables with versions, their history, their period and hidden columns", async () => {
  assert.equal(
    await texts(
      "select t.name, temporal_type_desc, h.name, history_retention_period, history_retention_period_unit, history_retention_period_unit_desc from sys.tables t left join (select object_id, name from sys.tables) h on h.object_id = t.history_table_id order by t.name",
    ),
    "p SYSTEM_VERSIONED_TEMPORAL_TABLE ph 6 5 MONTH, ph HISTORY_TABLE    ",
  );
  assert.equal(
    await texts(
      "select c.name, generated_always_type, generated_always_type_desc, is_hidden, is_nullable from sys.columns c where object_id = object_id('p') and column_id > 2",
    ),
    "f 1 AS_ROW_START 1 0, t 2 AS_ROW_END 1 0",
  );
  assert.equal(
    await texts("select name, period_type, start_column_id, end_column_id from sys.periods"),
    "SYSTEM_TIME 1 3 4",
  );
  assert.equal(
    await texts(
      "select i.name, type_desc, is_unique, p.data_compression_desc from sys.indexes i join sys.partitions p on p.object_id = i.object_id and p.index_id = i.index_id where i.object_id = object_id('ph')",
    ),
    "ix_ph CLUSTERED 0 PAGE",
  );
});

const REFUSED: readonly (readonly [string, number])[] = [
  ["insert p (id, f) values (9, sysutcdatetime())", 13_536],
  ["update p set f = sysutcdatetime()", 13_537],
  ["insert ph values (1, 'a', sysutcdatetime(), sysutcdatetime())", 13_559],
  ["delete ph", 13_560],
  ["update ph set v = 'q'", 13_561],
  ["truncate table p", 13_545],
  ["truncate table ph", 13_545],
  ["drop table p", 13_552],
  ["drop table ph", 13_552],
  ["alter table p drop period for system_time", 13_592],
  ["alter table p drop column f", 13_588],
  ["alter table ph add x int", 13_550],
  ["alter table ph add constraint pk primary key (id)", 13_558],
  ["create unique index u on ph (id)", 13_741],
  ["create trigger tr on ph after insert as return", 13_569],
  ["create trigger tr on p instead of insert as return", 13_569],
  ["alter table p set (system_versioning = on)", 13_596],
  ["alter table p set (system_versioning = on (history_table = dbo.other))", 13_757],
  ["alter table p alter column v add hidden", 13_735],
  ["alter table p add x int identity", 13_704],
  ["alter table p add x as id + 1", 13_724],
  ["alter table p add x uniqueidentifier rowguidcol", 13_723],
  ["create table q (id int primary key, f datetime2 generated always as row start)", 13_509],
  [
    "create table q (id int primary key, f int generated always as row start, t datetime2 generated always as row end, period for system_time (f, t))",
    13_501,
  ],
  [
    "create table q (id int, f datetime2 generated always as row start, t datetime2 generated always as row end, period for system_time (f, t)) with (system_versioning = on)",
    13_553,
  ],
  ["create table q (id int primary key) with (system_versioning = on)", 13_510],
  [
    "declare @q table (f datetime2 generated always as row start, t datetime2 generated always as row end, period for system_time (f, t))",
    13_572,
  ],
];

test("what may not be done to a temporal table is refused with its number", async () => {
  for (const [sql, number] of REFUSED) assert.equal(await client.error(sql), number, sql);
});

test("the history of a table is captured by no change data capture, its table is", async () => {
  await client.script("exec sys.sp_cdc_enable_db");
  const enable = (table: string): Promise<number> =>
    client.error(
      `exec sys.sp_cdc_enable_table @source_schema = 'dbo', @source_name = '${table}', @role_name = null`,
    );
  assert.equal(await enable("ph"), 13_571);
  assert.equal(await enable("p"), 0);
  await client.script(
    "alter table p set (system_versioning = off); create table c (id int not null, v varchar(9), f datetime2(0) not null, t datetime2(0) not null)",
  );
  assert.equal(await enable("c"), 0);
  const on = "alter table p set (system_versioning = on (history_table = dbo.c))";
  assert.equal(await client.error(on), 13_521);
});

test("columns that are added, altered and dropped change in the history too", async () => {
  await fill();
  await client.script(
    "alter table p add n int not null constraint df default 7; alter table p alter column v nvarchar(20)",
  );
  assert.equal(await texts("select v, n from ph order by v"), "a 7, b 7, c 7");
  await client.script("alter table p drop constraint df; alter table p drop column n");
  assert.equal(await texts("select * from p for system_time all where id = 2"), "2 b");
  await at(5, "update p set v = N'Ж' where id = 1; update p set v = 'y' where id = 1");
  assert.equal(await texts("select count(*) from ph"), "5");
});

test("versioning that is off leaves plain tables, and comes on again over rows that fit", async () => {
  await fill();
  const before = await texts("select v, f, t from p for system_time all order by v");
  await client.script(
    "alter table p set (system_versioning = off); alter table p drop period for system_time",
  );
  assert.equal(
    await texts("select * from p where id = 3"),
    `3 x ${await texts("select f, t from p where id = 3")}`,
  );
  await client.script("delete ph where v = 'c'; update p set v = 'd2' where id = 1");
  await client.script(
    "insert ph (id, v, f, t) values (1, 'c', '2026-01-01 12:02', '2026-01-01 12:03')",
  );
  await client.script("update p set v = 'd' where id = 1");
  await client.script("alter table p add period for system_time (f, t)");
  const on =
    "alter table p set (system_versioning = on (history_table = dbo.ph, data_consistency_check = on))";
  await client.script(
    "insert ph (id, v, f, t) values (1, 'c', '2026-01-01 12:02', '2026-01-01 12:04')",
  );
  assert.equal(await client.error(on), 13_573);
  await client.script("delete ph where t = '2026-01-01 12:04' and v = 'c'");
  await client.script(on);
  assert.equal(await texts("select v, f, t from p for system_time all order by v"), before);
});

test("who may create tables may create one with versions; to switch versions on or off takes CONTROL", async () => {
  await client.script("create login l with password = 'Aa1!aaaaaaaa'; create user l for login l");
  await client.script("alter role db_ddladmin add member l; alter role db_datareader add member l");
  const other = connect(engine, { username: "l", password: "Aa1!aaaaaaaa", database: "d" });
  const make = (history: string): string =>
    `create table q (id int primary key, f datetime2(0) generated always as row start, t datetime2(0) generated always as row end, period for system_time (f, t)) with (system_versioning = on (history_table = dbo.${history}))`;
  assert.equal(await other.error("alter table p set (system_versioning = off)"), 13_538);
  await client.script(
    "create table qh (id int not null, f datetime2(0) not null, t datetime2(0) not null)",
  );
  assert.equal(await other.error(make("qh")), 13_538);
  assert.equal(await other.error(make("own")), 0);
});

const SHAPES: readonly (readonly [string, number])[] = [
  ["id int not null, v varchar(9), f datetime2(0) not null", 13_523],
  ["id int not null, w varchar(9), f datetime2(0) not null, t datetime2(0) not null", 13_524],
  ["id int not null, v varchar(8), f datetime2(0) not null, t datetime2(0) not null", 13_525],
  ["id int not null, v varchar(9), f datetime2(0) not null, t datetime2(0)", 13_530],
  ["id int, v varchar(9), f datetime2(0) not null, t datetime2(0) not null", 13_531],
  [
    "id int not null primary key, v varchar(9), f datetime2(0) not null, t datetime2(0) not null",
    13_515,
  ],
  [
    "id int not null check (id > 0), v varchar(9), f datetime2(0) not null, t datetime2(0) not null",
    13_517,
  ],
  [
    "id int not null identity, v varchar(9), f datetime2(0) not null, t datetime2(0) not null",
    13_518,
  ],
];

test("a history table of another shape is refused", async () => {
  await client.script("alter table p set (system_versioning = off)");
  for (const [index, [columns, number]] of SHAPES.entries()) {
    await client.script(`create table h${index} (${columns})`);
    const on = `alter table p set (system_versioning = on (history_table = dbo.h${index}))`;
    assert.equal(await client.error(on), number, columns);
  }
  await client.script(
    "create table heap (id int not null, v varchar(9), f datetime2(0) not null, t datetime2(0) not null)",
  );
  const keep =
    "alter table p set (system_versioning = on (history_table = dbo.heap, history_retention_period = 1 day))";
  assert.equal(await client.error(keep), 13_765);
  assert.equal(
    await client.error("alter table p set (system_versioning = on (history_table = heap))"),
    13_539,
  );
});
