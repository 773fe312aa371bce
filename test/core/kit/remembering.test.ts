import assert from "node:assert/strict";
import { test } from "node:test";
import { remembering } from "../../../core/kit/remembering.ts";

function counted(most: number) {
  const made: number[] = [];
  const double = remembering(most, (key: number) => {
    made.push(key);
    return key * 2;
  });
  return { made, double };
}

test("what is asked for twice is made once, nothing and zero too", () => {
  const { made, double } = counted(10);
  assert.deepEqual([0, 3, 0, 3].map(double), [0, 6, 0, 6]);
  assert.deepEqual(made, [0, 3]);
  let count = 0;
  const none = remembering(10, () => {
    count += 1;
    return null;
  });
  assert.deepEqual([none("a"), none("a"), count], [null, null, 1]);
});

test("as many values as it may are remembered, and one more lets it begin anew", () => {
  const { made, double } = counted(2);
  [1, 2, 1, 2].map(double);
  assert.deepEqual(made, [1, 2]);
  [3, 3, 1].map(double);
  assert.deepEqual(made, [1, 2, 3, 1]);
});

test("a failure is not remembered", () => {
  let count = 0;
  const failing = remembering(10, (): string => {
    count += 1;
    if (count === 1) throw new Error("not yet");
    return "done";
  });
  assert.throws(() => failing("a"), /not yet/);
  assert.equal(failing("a"), "done");
});
