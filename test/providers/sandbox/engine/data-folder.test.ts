import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openEngine } from "../../../../providers/sandbox/engine/create-engine.ts";
import { connect, TEST_ENGINE_OPTIONS } from "../../../support/sandbox/engine-client.ts";

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "sandbox-data-"));
  try {
    await run(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const SETUP = `create database kept collate Latin1_General_CS_AS
  GO
  use kept
  GO
  create schema s
  GO
  create table s.t (id int identity(3, 4) primary key, f float, b varbinary(5), o datetimeoffset, v sql_variant, d decimal(38, 10), n nvarchar(9) default N'x')
  create unique index u on s.t(n) where f > 5
  insert s.t (f, b, o, v, d, n) values (-0e0, 0x00ff, '2020-01-02T03:04:05.1234567+05:30', cast(1.5 as decimal(5, 2)), 12345678901234567890.5, nchar(0xd800))
  insert s.t default values
  GO
  create view s.w as select id from s.t
  GO
  create sequence s.q; create login joe with password = 'Secret-123'; create user joe for login joe; grant select on s.w to joe`;

test("databases come back from the folder as they were at close, counters and rights included", async () => {
  await inFolder(async (folder) => {
    const first = await openEngine(TEST_ENGINE_OPTIONS, folder);
    const client = connect(first);
    await client.script(SETUP);
    assert.deepEqual(await client.rows("select next value for s.q"), [
      [-9_223_372_036_854_775_808n],
    ]);
    const before = await client.rows("select * from s.t");
    assert.ok(Object.is(before[0]?.[1], -0));
    client.session.close();
    await first.close();
    const second = await openEngine(TEST_ENGINE_OPTIONS, folder);
    const again = connect(second, { database: "kept" });
    assert.deepEqual(await again.rows("select * from s.t"), before);
    assert.deepEqual(await again.rows("select next value for s.q"), [
      [-9_223_372_036_854_775_807n],
    ]);
    await again.script("insert s.t (f, n) values (9, N'twice')");
    assert.deepEqual(await again.rows("select max(id) from s.t"), [[11]]);
    assert.equal(await again.error("insert s.t (f, n) values (9, N'twice')"), 2601);
    const joe = connect(second, { username: "joe", password: "Secret-123", database: "kept" });
    assert.deepEqual(await joe.rows("select count(*) from s.w"), [[3]]);
    assert.equal(await joe.error("select * from s.t"), 229);
  });
});

test("CHECKPOINT writes what is committed, and nothing that is not", async () => {
  await inFolder(async (folder) => {
    const engine = await openEngine(TEST_ENGINE_OPTIONS, folder);
    const [client, other] = [connect(engine), connect(engine)];
    await client.script(
      "create database kept\nGO\nuse kept\nGO\ncreate table t (id int)\nGO\ninsert t values (1)",
    );
    await other.script("use kept");
    await other.script("begin tran insert t values (2)");
    const waiting = client.script("checkpoint");
    await new Promise((resolve) => setTimeout(resolve, 20));
    await other.script("rollback");
    await waiting;
    await client.script("insert t values (3)");
    const killed = await openEngine(TEST_ENGINE_OPTIONS, folder);
    assert.deepEqual(await connect(killed, { database: "kept" }).rows("select * from t"), [[1]]);
    assert.equal(await client.error("begin tran insert t values (4) checkpoint"), 226);
  });
});

test("a data file that is cut off or of another format is refused", async () => {
  await inFolder(async (folder) => {
    const engine = await openEngine(TEST_ENGINE_OPTIONS, folder);
    await engine.close();
    const file = join(folder, "sandbox.jsonl");
    const whole = await readFile(file, "utf8");
    await writeFile(file, whole.split("\n").slice(0, -3).join("\n"));
    await assert.rejects(openEngine(TEST_ENGINE_OPTIONS, folder), { name: "DataFileError" });
    await writeFile(file, whole.replace('["sandbox",1]', '["sandbox",2]'));
    await assert.rejects(openEngine(TEST_ENGINE_OPTIONS, folder), { name: "DataFileError" });
  });
});
