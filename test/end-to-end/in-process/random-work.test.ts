import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { runBank } from "../../support/bank-run.ts";
import { bankOnServer } from "../../support/bank-stages.ts";
import { type CaptureServer, startCaptureServer } from "../../support/capture-world.ts";
import { openStage, runDifferential } from "../../support/differential/run-differential.ts";
import { backUpInTrouble, REMOVE_CHANGES, survive } from "../../support/differential/survive.ts";
import { randomChoices } from "../../support/random-choices.ts";

// bank.slow.ts, random-changes.slow.ts and capture-faults.slow.ts have the same with many seeds.
let server: CaptureServer;

before(async () => {
  server = await startCaptureServer();
});
after(() => server[Symbol.asyncDispose]());

test("A-08 [end to end] a full and its changes of a bank at work keep the sum of all tables", async () => {
  const stage = await bankOnServer(server, "cdc", "Bank");
  const { committed } = await runBank(stage, { seed: 4, backups: 2, transactions: 30, moments: 0 });
  assert.ok(committed > 10, `${committed} transactions`);
});

test("random changes of random tables come back as they were at each point and at moments between", async () => {
  const { points } = await runDifferential(server, { seed: 2, backups: 2, instants: 2 });
  assert.ok(points > 0);
});

test("a backup of changes that are removed while it reads them, on a server that throttles, leaves no gap behind", async () => {
  const stage = await openStage(server, "Trouble", randomChoices(3));
  await stage.world.run("full");
  await survive(stage, async () => {
    const throttled = new Set([9, 15, 21]);
    let count = 0;
    server.wire.faults = () => {
      count += 1;
      return throttled.has(count) ? 40_501 : undefined;
    };
    server.wire.before = async (sql) => {
      if (!sql.includes("_CT] WHERE")) return;
      server.wire.before = () => Promise.resolve();
      await server.sql(stage.name, REMOVE_CHANGES);
    };
    const job = await backUpInTrouble(stage);
    assert.equal(job?.databases[0]?.result, "backed_up");
    const [newest] = (await stage.world.catalog.points()).toReversed();
    assert.deepEqual([newest?.type, newest?.conversionReason], ["full", "cdc_changes_lost"]);
  });
});
