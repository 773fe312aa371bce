import assert from "node:assert/strict";
import { test } from "node:test";
import { startCaptureServer } from "../support/capture-world.ts";
import { runDiffs } from "../support/differential/run-diffs.ts";

// HOLDFAST_SEED=7 runs that seed only.
const SEEDS = 40;
const only = process.env["HOLDFAST_SEED"];

test("any two points of chains of changes differ as the database did, for many seeds", async () => {
  await using server = await startCaptureServer();
  const seeds = only === undefined ? Array.from({ length: SEEDS }, (_, at) => at) : [Number(only)];
  for (const seed of seeds) {
    try {
      assert.ok((await runDiffs(server, { seed, backups: 4 })) > 0);
    } catch (error) {
      throw new Error(`HOLDFAST_SEED=${seed} shows it`, { cause: error });
    }
  }
});
