import assert from "node:assert/strict";
import { test } from "node:test";
import { type BankRun, type BankStage, runBank } from "../support/bank-run.ts";
import { bankInCloud, bankOnServer } from "../support/bank-stages.ts";
import { startCaptureServer } from "../support/capture-world.ts";
import { startCopyServer } from "../support/copy-world.ts";

// HOLDFAST_SEED=7 runs that seed only.
const SEEDS = 100;
const only = process.env["HOLDFAST_SEED"];

async function runSeeds(open: (name: string) => Promise<BankStage>): Promise<readonly BankRun[]> {
  const runs: BankRun[] = [];
  const seeds = only === undefined ? Array.from({ length: SEEDS }, (_, at) => at) : [Number(only)];
  for (const seed of seeds) {
    try {
      runs.push(
        await runBank(await open(`Bank${seed}`), {
          seed,
          backups: 1 + (seed % 3),
          transactions: 300,
          moments: 2,
        }),
      );
    } catch (error) {
      throw new Error(`HOLDFAST_SEED=${seed} shows it`, { cause: error });
    }
  }
  const committed = runs.reduce((sum, run) => sum + run.committed, 0);
  assert.ok(committed > 10 * runs.length, `${committed} transactions`);
  return runs;
}

test("A-08 [end to end] a full and its changes of a bank at work keep the sum of all tables, a hundred times", async () => {
  await using server = await startCaptureServer();
  const runs = await runSeeds((name) => bankOnServer(server, "cdc", name));
  // What a full alone shows without its changes: it is fuzzy, as it is labelled.
  assert.ok(only !== undefined || runs.some(({ isFullBroken }) => isFullBroken));
});

test("snapshots of a bank at work keep the sum of all tables, a hundred times", async () => {
  await using server = await startCaptureServer();
  await runSeeds((name) => bankOnServer(server, "snapshot", name));
});

test("A-23 [end to end] isolated copies of a bank at work keep the sum of all tables, a hundred times", async () => {
  await using copies = await startCopyServer();
  await runSeeds((name) => bankInCloud(copies, name));
});
