import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openEngine } from "../../../../providers/sandbox/engine/create-engine.ts";
import { connect, TEST_ENGINE_OPTIONS } from "../../../support/sandbox/engine-client.ts";

const SETUP = `
  create database k
  GO
  use k
  GO
  create table t (a int primary key, b int constraint uq unique, m varchar(9) masked with (function = 'default()'), e int)
  insert t values (1, 1, 'x', 1)
  create user u without login
  grant select (b) on t to u
  create sequence s as int start with 1
  create table v (a int primary key, f datetime2 generated always as row start hidden, t datetime2 generated always as row end, period for system_time (f, t)) with (system_versioning = on (history_retention_period = 2 weeks))
  insert v (a) values (1)
  update v set a = 2
  create partition function pf (int) as range for values (5)
  create partition scheme ps as partition pf all to ([PRIMARY])
  create table w (a int) on ps (a)
  insert w values (9)
  GO
  create trigger tr on t after insert as return
  GO
  create default five as 5
  GO
  exec sp_settriggerorder 'tr', 'First', 'INSERT'
  exec sp_bindefault 'five', 't.e'
  exec sp_sequence_get_range 's', 4
  alter table t set (lock_escalation = auto)
  alter index uq on t disable`;

test("masks, trigger order, rights on columns, disabled indexes, bound defaults and partitions come back from the folder", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sandbox-data-"));
  try {
    const first = await openEngine(TEST_ENGINE_OPTIONS, folder);
    const client = connect(first);
    await client.script(SETUP);
    client.session.close();
    await first.close();
    const again = connect(await openEngine(TEST_ENGINE_OPTIONS, folder), { database: "k" });
    assert.deepEqual(
      await again.rows(`
        select (select masking_function from sys.masked_columns), (select is_first from sys.trigger_events),
          (select minor_id from sys.database_permissions where permission_name = 'SELECT'),
          (select name from sys.indexes where is_disabled = 1), (select lock_escalation_desc from sys.tables where name = 't')`),
      [["default()", 1, 2, "uq", "AUTO"]],
    );
    await again.script("delete v");
    assert.deepEqual(await again.rows("select a from v for system_time all"), []);
    assert.deepEqual(
      await again.rows(
        "select history_retention_period_unit_desc, (select count(*) from sys.columns where is_hidden = 1), (select sum(p.rows) from sys.partitions p where p.object_id = t.history_table_id) from sys.tables t where temporal_type = 2",
      ),
      [["WEEK", 1, 2n]],
    );
    assert.deepEqual(
      await again.rows("select rows from sys.partitions where object_id = object_id('w')"),
      [[0n], [1n]],
    );
    assert.deepEqual(await again.rows("select next value for s"), [[5]]);
    await again.script("insert t (a, b) values (2, 1)");
    assert.deepEqual(await again.rows("select e from t order by a"), [[1], [5]]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
