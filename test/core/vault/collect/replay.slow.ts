import assert from "node:assert/strict";
import { test } from "node:test";
import { randomChoices } from "../../../support/random-choices.ts";
import { type ReplayCounts, replay } from "../../../support/vault-replay.ts";

const SCHEDULES = 1000;
const FIRST = Number(process.env["HOLDFAST_SEED"] ?? Math.floor(Math.random() * 1_000_000));

test(`1,000 random sequences lose nothing and leave nothing (HOLDFAST_SEED=${FIRST})`, async (t) => {
  const total: Partial<Record<keyof ReplayCounts, number>> = {};
  for (let seed = FIRST; seed < FIRST + SCHEDULES; seed += 1) {
    try {
      const counts = await replay(randomChoices(seed), 30);
      for (const [kind, count] of Object.entries(counts) as [keyof ReplayCounts, number][]) {
        total[kind] = (total[kind] ?? 0) + count;
      }
    } catch (error) {
      throw new Error(`with seed ${seed}`, { cause: error });
    }
  }
  t.diagnostic(JSON.stringify(total));
  for (const [kind, count] of Object.entries(total)) assert.ok(count > 0, `no ${kind}`);
});
