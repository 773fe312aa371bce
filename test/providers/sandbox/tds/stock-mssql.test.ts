import assert from "node:assert/strict";
import { test } from "node:test";
import mssql from "mssql";
import { type Sandbox, startSandbox } from "../../../../providers/sandbox/sandbox.ts";
import type { SqlValue } from "../../../../providers/sandbox/values/sql-type.ts";
import {
  column,
  createFakeEngine,
  FAKE_PASSWORD,
  type FakeBehaviour,
  sendResult,
} from "../../../support/fake-engine.ts";

async function connect(
  behaviour: FakeBehaviour,
): Promise<{ sandbox: Sandbox; pool: mssql.ConnectionPool }> {
  const sandbox = await startSandbox({ engine: createFakeEngine(behaviour), port: 0 });
  const pool = new mssql.ConnectionPool({
    server: sandbox.host,
    port: sandbox.port,
    user: "sa",
    password: FAKE_PASSWORD,
    options: { encrypt: true, trustServerCertificate: true },
  });
  return { sandbox, pool: await pool.connect() };
}

const INT = column("n", { name: "int" });

test("stock mssql queries, streams and runs a transaction through its pool", async () => {
  const { sandbox, pool } = await connect({
    batch: (_sql, sink) => sendResult(sink, [INT], [[1], [2]]),
    procedure: async (_call, sink) => {
      await sendResult(sink, [INT], [[3]]);
      sink.returnStatus(0);
    },
  });
  try {
    assert.deepEqual([...(await pool.query`select 1`).recordset], [{ n: 3 }]);
    assert.deepEqual([...(await pool.request().batch("x")).recordset], [{ n: 1 }, { n: 2 }]);
    const request = pool.request();
    request.stream = true;
    const rows: unknown[] = [];
    request.on("row", (row) => rows.push(row));
    await Promise.all([
      new Promise((resolve) => request.on("done", resolve)),
      request.query("select"),
    ]);
    assert.deepEqual(rows, [{ n: 3 }]);
    const transaction = pool.transaction();
    await transaction.begin();
    await transaction.request().query("x");
    await transaction.commit();
  } finally {
    await pool.close();
    await sandbox.close();
  }
});

test("stock mssql bulk loads a table", async () => {
  const received: SqlValue[][] = [];
  const { sandbox, pool } = await connect({
    async bulkLoad({ rows }, sink) {
      for await (const some of rows) for (const row of some) received.push([...row]);
      sink.statementEnd({ rowCount: received.length, isError: false, command: 0xc3 });
    },
  });
  try {
    const table = new mssql.Table("dbo.t");
    table.columns.add("id", mssql.Int, { nullable: false });
    table.columns.add("name", mssql.NVarChar(20), { nullable: true });
    for (let index = 0; index < 5000; index += 1)
      table.rows.add(index, index % 2 ? `n${index}` : null);
    const { rowsAffected } = await pool.request().bulk(table);
    assert.equal(rowsAffected, 5000);
    assert.deepEqual(received[4999], [4999, "n4999"]);
    assert.deepEqual(received[0], [0, null]);
  } finally {
    await pool.close();
    await sandbox.close();
  }
});
