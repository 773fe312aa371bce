import assert from "node:assert/strict";
import { test } from "node:test";
import { startCaptureServer } from "../support/capture-world.ts";
import { runDifferential } from "../support/differential/run-differential.ts";

// HOLDFAST_SEED=7 runs that seed only.
const SEEDS = 60;
const only = process.env["HOLDFAST_SEED"];

test("random changes of random tables come back as they were at each point and at twenty moments between, for many seeds", async () => {
  await using server = await startCaptureServer();
  const seeds = only === undefined ? Array.from({ length: SEEDS }, (_, at) => at) : [Number(only)];
  const sums = { points: 0, instants: 0, converted: 0 };
  for (const seed of seeds) {
    try {
      const run = await runDifferential(server, { seed, backups: 5, instants: 20 });
      sums.points += run.points;
      sums.instants += run.instants;
      sums.converted += run.converted;
    } catch (error) {
      throw new Error(`HOLDFAST_SEED=${seed} shows it`, { cause: error });
    }
  }
  assert.ok(sums.points >= seeds.length, JSON.stringify(sums));
  assert.ok(only !== undefined || (sums.converted > 0 && sums.instants > 0), JSON.stringify(sums));
});
