import assert from "node:assert/strict";
import { test } from "node:test";
import { runBank } from "../support/bank-run.ts";
import { bankOnServer } from "../support/bank-stages.ts";
import { startCaptureServer } from "../support/capture-world.ts";

// bank.slow.ts has the same with a hundred seeds of each method.
test("A-08 [end to end] a full and its changes of a bank at work keep the sum of all tables at each point and moment", async () => {
  await using server = await startCaptureServer();
  const { committed } = await runBank(await bankOnServer(server, "cdc", "Bank"), {
    seed: 4,
    backups: 2,
    moments: 1,
  });
  assert.ok(committed > 20, `${committed} transactions`);
});
