import assert from "node:assert/strict";
import { test } from "node:test";
import { explore, formatCounterexample, type Model } from "./explore.ts";

/** Two jugs of 3 and 5 litres: can there be 4 in one? */
const JUGS: Model<readonly [number, number]> = {
  initial: [0, 0],
  keyOf: (state) => state.join(),
  problemOf: ([, large]) => (large === 4 ? "there are 4 litres" : undefined),
  *stepsOf([small, large]) {
    yield { action: "fill the small one", state: [3, large] };
    yield { action: "fill the large one", state: [small, 5] };
    yield { action: "empty the small one", state: [0, large] };
    yield { action: "empty the large one", state: [small, 0] };
    const left = Math.min(small, 5 - large);
    yield { action: "pour into the large one", state: [small - left, large + left] };
    const right = Math.min(large, 3 - small);
    yield { action: "pour into the small one", state: [small + right, large - right] };
  },
};

test("the search finds the shortest way to a problem", () => {
  const { counterexample } = explore(JUGS, 100);
  assert.ok(counterexample);
  assert.equal(
    formatCounterexample(counterexample),
    "1. fill the large one\n2. pour into the small one\n3. empty the small one\n4. pour into the small one\n" +
      "5. fill the large one\n6. pour into the small one\n=> there are 4 litres",
  );
});

test("the search counts every state once", () => {
  const { states, counterexample } = explore({ ...JUGS, problemOf: () => undefined }, 100);
  assert.equal(states, 16);
  assert.equal(counterexample, undefined);
});

test("a search that was cut off proves nothing", () => {
  assert.throws(() => explore({ ...JUGS, problemOf: () => undefined }, 10), RangeError);
});
