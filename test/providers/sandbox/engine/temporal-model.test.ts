import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createEngine } from "../../../../providers/sandbox/engine/create-engine.ts";
import {
  connect,
  type EngineClient,
  TEST_ENGINE_OPTIONS,
} from "../../../support/sandbox/engine-client.ts";

const SETUP = `
  create table t (k int not null primary key, v int not null, f datetime2(3) generated always as row start, e datetime2(3) generated always as row end, period for system_time (f, e)) with (system_versioning = on (history_table = dbo.h))`;
const START = Date.UTC(2026, 0, 1);

const key = fc.integer({ min: 1, max: 4 });
const statement = fc.oneof(
  fc
    .tuple(key, fc.nat(9))
    .map(
      ([k, v]) =>
        `if not exists (select 1 from t where k = ${k}) insert t (k, v) values (${k}, ${v})`,
    ),
  fc.tuple(key, fc.nat(9)).map(([k, v]) => `update t set v = ${v} where k >= ${k}`),
  key.map((k) => `delete t where k = ${k}`),
  fc
    .tuple(key, key)
    .map(
      ([k, to]) =>
        `if not exists (select 1 from t where k = ${to}) update t set k = ${to} where k = ${k}`,
    ),
  fc
    .tuple(key, fc.nat(9))
    .map(
      ([k, v]) =>
        `merge t using (values (${k}, ${v})) s (k, v) on t.k = s.k when matched and t.v = s.v then delete when matched then update set v = s.v when not matched then insert (k, v) values (s.k, s.v);`,
    ),
);
const transaction = fc.record({
  minutes: fc.integer({ min: 1, max: 3 }),
  statements: fc.array(statement, { minLength: 1, maxLength: 3 }),
  ending: fc.constantFrom("commit", "commit", "rollback"),
});

function textOf(moment: number): string {
  return new Date(moment).toISOString().slice(0, 19);
}

async function rowsOf(client: EngineClient, from: string): Promise<string> {
  const rows = await client.rows(`select k, v from ${from} order by k, v`);
  return rows.map((row) => row.map(String).join()).join(" ");
}

test("AS OF shows at every moment what the table held then, whatever was done in between", async () => {
  let now = START;
  const client = connect(createEngine({ ...TEST_ENGINE_OPTIONS, clock: () => now }));
  await client.script("create database d\nGO\nuse d");
  await fc.assert(
    fc.asyncProperty(fc.array(transaction, { maxLength: 8 }), async (transactions) => {
      now = START;
      await client.script(SETUP);
      const seen: (readonly [string, string])[] = [];
      for (const { minutes, statements, ending } of transactions) {
        now += minutes * 60_000;
        await client.script(["begin tran", ...statements, ending].join("\n"));
        seen.push([textOf(now), await rowsOf(client, "t")]);
      }
      for (const [moment, rows] of seen) {
        assert.equal(await rowsOf(client, `t for system_time as of '${moment}'`), rows, moment);
      }
      const overlaps =
        "alter table t set (system_versioning = off); alter table t set (system_versioning = on (history_table = dbo.h))";
      now += 60_000;
      await client.script(overlaps);
      await client.script(
        "alter table t set (system_versioning = off); drop table t; drop table h",
      );
    }),
    { numRuns: 25 },
  );
});
