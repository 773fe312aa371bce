import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, createTestEngine } from "../../../support/sandbox/engine-client.ts";

test("a check belongs to its column when it names no other, however it was written", async () => {
  const client = connect(createTestEngine());
  await client.script(`
    create database d
    GO
    use d
    GO
    create table t (a int constraint beside check (a > 0), b int, c int, constraint behind check ([B] > 0 or b is null), constraint two check (b < c))
    alter table t add constraint later check (c between 1 and 9), constraint none check (1 = 1)`);
  assert.deepEqual(
    await client.rows(
      "select name, col_name(parent_object_id, nullif(parent_column_id, 0)) from sys.check_constraints order by name",
    ),
    [
      ["behind", "b"],
      ["beside", "a"],
      ["later", "c"],
      ["none", null],
      ["two", null],
    ],
  );
});
