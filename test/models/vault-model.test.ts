import assert from "node:assert/strict";
import { test } from "node:test";
import { explore, formatCounterexample } from "./explore.ts";
import { ALL_GUARDS, type Guards } from "./vault-guards.ts";
import { vaultModel } from "./vault-model.ts";
import type { Bounds } from "./vault-state.ts";
import { BROKEN_WORLDS, SMALL_WORLDS } from "./vault-worlds.ts";

/** What the search of each world with all guards found, so that a world that several tests need is searched once. */
const searched = new Map<string, ReturnType<typeof explore>>();

function searchGuarded(bounds: Bounds): ReturnType<typeof explore> {
  const key = JSON.stringify(bounds);
  const found = searched.get(key) ?? explore(vaultModel(bounds, ALL_GUARDS), 100_000);
  searched.set(key, found);
  return found;
}

for (const [world, { bounds, states }] of Object.entries(SMALL_WORLDS)) {
  test(`nothing is lost and nothing stays for ever: ${world}`, () => {
    const found = searchGuarded(bounds);
    assert.equal(found.counterexample && formatCounterexample(found.counterexample), undefined);
    assert.equal(found.states, states);
  });
}

for (const [guard, { bounds, steps }] of Object.entries(BROKEN_WORLDS)) {
  test(`without ${guard} something is lost`, () => {
    const guards: Guards = { ...ALL_GUARDS, [guard]: false };
    const { counterexample } = explore(vaultModel(bounds, guards), 100_000);
    assert.ok(counterexample, "there is no counterexample");
    assert.match(counterexample.problem, /has lost its packs$/);
    assert.equal(counterexample.actions.length, steps, formatCounterexample(counterexample));
    const kept = searchGuarded(bounds);
    assert.equal(kept.counterexample, undefined, "it breaks with the guard, too");
  });
}
