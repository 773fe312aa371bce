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
  await client.script("create database d");
  await client.script("use d");
});

async function makeTriggers(): Promise<void> {
  await client.script(
    "create table t (id int); create table fired (n int identity, name varchar(10))",
  );
  for (const name of ["a", "b", "c"]) {
    await client.script(
      `create trigger ${name} on t after insert, update as insert fired (name) values ('${name}')`,
    );
  }
}

test("a first and a last trigger fire so, for their event only", async () => {
  await makeTriggers();
  await client.script(
    "exec sys.sp_settriggerorder @triggername = N'[dbo].[c]', @order = 'First', @stmttype = 'INSERT'",
  );
  await client.script("exec sp_settriggerorder N'a', 'last', 'insert'");
  await client.script("insert t values (1); update t set id = 2");
  assert.deepEqual((await client.rows("select name from fired order by n")).flat(), [
    "c",
    "b",
    "a",
    "a",
    "b",
    "c",
  ]);
  assert.deepEqual(
    await client.rows(
      "select object_name(object_id), type_desc, is_first, is_last from sys.trigger_events where is_first = 1 or is_last = 1 order by 1",
    ),
    [
      ["a", "INSERT", 0, 1],
      ["c", "INSERT", 1, 0],
    ],
  );
});

test("NONE and ALTER TRIGGER forget the order; a place is given once", async () => {
  await makeTriggers();
  const order = (name: string, place: string, event = "INSERT"): Promise<number> =>
    client.error(`exec sp_settriggerorder '${name}', '${place}', '${event}'`);
  assert.equal(await order("a", "First"), 0);
  assert.equal(await order("b", "First"), 15_130);
  assert.equal(await order("a", "None"), 0);
  assert.equal(await order("b", "First"), 0);
  await client.script("alter trigger b on t after insert as return");
  assert.deepEqual(
    await client.rows("select count(*) from sys.trigger_events where is_first = 1"),
    [[0]],
  );
  assert.equal(await order("a", "First", "DELETE"), 15_125);
  assert.equal(await order("nothing", "First"), 15_165);
  assert.equal(await order("a", "middle"), 15_600);
});

const RANGE = `
  declare @first sql_variant, @last sql_variant, @cycles int
  exec sys.sp_sequence_get_range N'[dbo].[s]', SIZE, @first output, @last output, @cycles output
  select convert(bigint, @first), convert(bigint, @last), @cycles`;

const RANGES: readonly (readonly [string, number, readonly [bigint, bigint, number]])[] = [
  ["start with 5 increment by 1", 3, [5n, 7n, 0]],
  ["start with 10 increment by -2", 4, [10n, 4n, 0]],
  ["start with 3 increment by 1 minvalue 1 maxvalue 4 cycle", 2, [3n, 4n, 0]],
  ["start with 3 increment by 1 minvalue 1 maxvalue 4 cycle", 3, [3n, 1n, 1]],
  ["start with 3 increment by 1 minvalue 1 maxvalue 4 cycle", 11, [3n, 1n, 3]],
  ["start with 4 increment by -3 minvalue 0 maxvalue 10 cycle", 3, [4n, 10n, 1]],
];

for (const [definition, size, expected] of RANGES) {
  test(`a range of ${size} numbers of a sequence that is to ${definition}`, async () => {
    await client.script(
      `create sequence s as bigint ${definition}; create sequence again as bigint ${definition}`,
    );
    assert.deepEqual(await client.rows(RANGE.replace("SIZE", String(size))), [expected]);
    for (let taken = 0; taken < size; taken += 1) await client.rows("select next value for again");
    assert.deepEqual(
      await client.rows("select next value for s"),
      await client.rows("select next value for again"),
    );
  });
}

test("a range that a sequence does not have is refused and takes nothing", async () => {
  await client.script("create sequence s as int start with 1 maxvalue 3");
  assert.equal(await client.error(RANGE.replace("SIZE", "4")), 11_732);
  assert.equal(await client.error(RANGE.replace("SIZE", "0")), 15_600);
  assert.deepEqual(await client.rows("select next value for s"), [[1]]);
  await client.script("create table u (a int)");
  assert.equal(await client.error("exec sp_sequence_get_range 'u', 1"), 11_726);
  assert.equal(await client.error("exec sp_sequence_get_range 'none', 1"), 208);
});
