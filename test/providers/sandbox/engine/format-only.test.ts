import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, createTestEngine } from "../../../support/sandbox/engine-client.ts";

test("SET FMTONLY ON gives the columns of a query and no row, and lets nothing be changed", async () => {
  const client = connect(createTestEngine());
  await client.script("CREATE TABLE dbo.T (a int NOT NULL)\nGO\nINSERT dbo.T VALUES (1)");
  assert.deepEqual(await client.rows("SET FMTONLY ON SELECT a FROM dbo.T SET FMTONLY OFF"), []);
  assert.deepEqual(await client.rows("SELECT a FROM dbo.T"), [[1]]);
  await client.script("SET FMTONLY ON");
  for (const sql of ["DELETE dbo.T", "SELECT a INTO dbo.U FROM dbo.T"]) {
    await assert.rejects(client.script(sql), /under SET FMTONLY ON is not supported/);
  }
  await client.script("SET FMTONLY OFF");
  assert.deepEqual(await client.rows("SELECT a FROM dbo.T"), [[1]]);
});
