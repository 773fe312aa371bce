import assert from "node:assert/strict";
import { test } from "node:test";
import { explore, formatCounterexample } from "./explore.ts";
import { ALL_GUARDS } from "./vault-guards.ts";
import { vaultModel } from "./vault-model.ts";
import { LARGE_WORLDS } from "./vault-worlds.ts";

for (const [world, { bounds, states }] of Object.entries(LARGE_WORLDS)) {
  test(`nothing is lost and nothing stays for ever: ${world}`, () => {
    const found = explore(vaultModel(bounds, ALL_GUARDS), 4_000_000);
    assert.equal(found.counterexample && formatCounterexample(found.counterexample), undefined);
    assert.equal(found.states, states);
  });
}
