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
  await client.script(`
    create database d
    GO
    use d
    GO
    create table t (a int, b int constraint df default 1, c int identity)
    GO
    create default dbo.Seven as 3 + 4`);
});

test("a default of its own is bound to a column, and unbound again", async () => {
  await client.script("exec sys.sp_bindefault N'dbo.Seven', N'dbo.t.a'; insert t default values");
  assert.deepEqual(await client.rows("select a, b from t"), [[7, 1]]);
  assert.equal(await client.error("drop default Seven"), 3716);
  await client.script("exec sp_unbindefault '[t].[a]'; insert t default values");
  assert.deepEqual(await client.rows("select a from t where c = 2"), [[null]]);
  await client.script("drop default dbo.Seven");
  assert.deepEqual(await client.rows("select name from sys.objects where type = 'D'"), [["df"]]);
});

test("the catalog tells it from the default of a column", async () => {
  assert.deepEqual(await client.rows("select name from sys.default_constraints"), [["df"]]);
  assert.deepEqual(
    await client.rows(`
      select o.name, o.parent_object_id, m.definition, objectproperty(o.object_id, 'IsDefault'), objectproperty(o.object_id, 'IsConstraint')
      from sys.objects o join sys.sql_modules m on m.object_id = o.object_id`),
    [["Seven", 0, "create default dbo.Seven as 3 + 4", 1, 0]],
  );
});

test("what cannot be bound is refused", async () => {
  const bind = (name: string, target: string): Promise<number> =>
    client.error(`exec sp_bindefault '${name}', '${target}'`);
  assert.equal(await bind("df", "t.a"), 15_016);
  assert.equal(await bind("Seven", "t.b"), 15_103);
  assert.equal(await bind("Seven", "t.c"), 15_101);
  assert.equal(await bind("Seven", "t.nothing"), 15_104);
  assert.equal(await bind("Seven", "int"), 40_515);
  assert.equal(await client.error("exec sp_unbindefault 't.b'"), 15_049);
  assert.equal(await client.error("drop default df"), 3717);
  assert.equal(await client.error("create default Seven as 1"), 2714);
});
