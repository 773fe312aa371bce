import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { runBank } from "../support/bank-run.ts";
import { bankOnServer } from "../support/bank-stages.ts";
import { type CaptureServer, startCaptureServer } from "../support/capture-world.ts";
import { runDifferential } from "../support/differential/run-differential.ts";

// bank.slow.ts and random-changes.slow.ts have the same with many seeds.
let server: CaptureServer;

before(async () => {
  server = await startCaptureServer();
});
after(() => server[Symbol.asyncDispose]());

test("A-08 [end to end] a full and its changes of a bank at work keep the sum of all tables", async () => {
  const stage = await bankOnServer(server, "cdc", "Bank");
  const { committed } = await runBank(stage, { seed: 4, backups: 2, moments: 0 });
  assert.ok(committed > 10, `${committed} transactions`);
});

test("random changes of random tables come back as they were at each point and at moments between", async () => {
  const { points } = await runDifferential(server, { seed: 2, backups: 2, instants: 2 });
  assert.ok(points > 0);
});
