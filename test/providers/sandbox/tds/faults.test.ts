import assert from "node:assert/strict";
import { test } from "node:test";
import mssql from "mssql";
import { createEngine } from "../../../../providers/sandbox/engine/create-engine.ts";
import { startSandbox } from "../../../../providers/sandbox/sandbox.ts";
import type { FaultPlan } from "../../../../providers/sandbox/session/faults.ts";
import { connect, TEST_ENGINE_OPTIONS } from "../../../support/sandbox/engine-client.ts";

test("the request that was chosen gets the error, and its transaction is rolled back", async () => {
  const faults: FaultPlan = ({ kind, text }) =>
    kind === "batch" && text.startsWith("UPDATE") ? 49_918 : undefined;
  const client = connect(createEngine({ ...TEST_ENGINE_OPTIONS, faults }));
  await client.script("CREATE TABLE t (i int)\nGO\nBEGIN TRAN; INSERT t VALUES (1)");
  assert.equal(await client.error("UPDATE t SET i = 2"), 49_918);
  assert.deepEqual(await client.rows("SELECT @@TRANCOUNT, (SELECT COUNT(*) FROM t)"), [[0, 0]]);
});

test("a sign-in meets a database that fails over, and comes in later", () => {
  const engine = createEngine({
    ...TEST_ENGINE_OPTIONS,
    faults: ({ sequence }) => (sequence === 1 ? 40_613 : undefined),
  });
  assert.throws(() => connect(engine), /40613/);
  connect(engine);
});

test("a busy service sends the client away, and a connection breaks after as many packets as were told", async () => {
  const engine = createEngine({
    ...TEST_ENGINE_OPTIONS,
    faults: ({ text }) => (text === "SELECT 'busy'" ? 40_501 : undefined),
  });
  let limit: number | undefined;
  await using sandbox = await startSandbox({ engine, port: 0, packetLimit: () => limit });
  const open = (): Promise<mssql.ConnectionPool> =>
    new mssql.ConnectionPool({
      server: sandbox.host,
      port: sandbox.port,
      user: "sa",
      password: TEST_ENGINE_OPTIONS.saPassword,
      pool: { max: 1, min: 0 },
      options: {
        encrypt: true,
        serverName: "localhost",
        cryptoCredentialsDetails: { ca: sandbox.authority },
      },
    }).connect();
  const first = await open();
  await assert.rejects(first.request().batch("SELECT 'busy'"), { number: 40_501 });
  await first.close();
  const second = await open();
  limit = 8;
  const large = "SELECT REPLICATE('x', 8000) FROM sys.all_objects";
  await assert.rejects(second.request().batch(large), /lost|closed|hang up/i);
  await second.close();
});
