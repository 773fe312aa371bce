import assert from "node:assert/strict";
import { test } from "node:test";
import { randomChoices } from "../../../support/random-choices.ts";
import { type ReplayCounts, replay } from "../../../support/vault-replay.ts";

const SCHEDULES = 24;

test("backups, restores, removals, collections, verifies, repairs, changes of the key, deaths and jumps of the clock at once lose nothing and leave nothing", async () => {
  const total: Partial<Record<keyof ReplayCounts, number>> = {};
  for (let seed = 1; seed <= SCHEDULES; seed += 1) {
    try {
      const counts = await replay(randomChoices(seed), 16);
      for (const [kind, count] of Object.entries(counts) as [keyof ReplayCounts, number][]) {
        total[kind] = (total[kind] ?? 0) + count;
      }
    } catch (error) {
      throw new Error(`with seed ${seed}`, { cause: error });
    }
  }
  const often = ["backups", "restores", "removals", "collections", "kills", "jumps"] as const;
  for (const kind of often) {
    assert.ok((total[kind] ?? 0) >= SCHEDULES / 2, `only ${total[kind]} ${kind}`);
  }
  for (const kind of ["verifies", "repairs", "rotations"] as const) {
    assert.ok((total[kind] ?? 0) >= SCHEDULES / 8, `only ${total[kind]} ${kind}`);
  }
});
