import assert from "node:assert/strict";
import { test } from "node:test";
import { type Ground, plantMistakes } from "./plant-mistakes.ts";

// Removes or turns each guard of core/policy in copies of the project and runs the tests there. For one ground alone:
// node --test --test-name-pattern=chain test/mutation/policy-mutants.slow.ts

const ground = (...rooms: readonly string[]): Ground => ({
  rooms: rooms.map((room) => `core/policy/${room}`),
  tests: rooms.map((room) => `test/core/policy/${room}`),
});

const kept = ground("retention", "coverage");

const GROUNDS: Readonly<Record<string, Ground>> = {
  "retention and coverage": {
    ...kept,
    // Which logs lead nowhere is tried there beside the places of backups.
    tests: [...kept.tests, "test/core/policy/chain/placed-points.test.ts"],
  },
  chain: ground("chain"),
  "schedule and time": ground("schedule", "time"),
  simulate: ground("simulate"),
  forecast: ground("forecast"),
};

/** The rest changes no result: the order of ties, caches, what is only faster. */
const LEAST = 0.9;

for (const [name, fields] of Object.entries(GROUNDS)) {
  test(`nine of ten mistakes planted in ${name} fail a test`, async (context) => {
    const { planted, survivors } = await plantMistakes(fields);
    for (const survivor of survivors) context.diagnostic(`survived: ${survivor}`);
    const killed = planted - survivors.length;
    context.diagnostic(
      `killed ${killed} of ${planted} (${Math.floor((100 * killed) / planted)} %)`,
    );
    assert.ok(killed >= LEAST * planted, `only ${killed} of ${planted} were found out`);
  });
}
