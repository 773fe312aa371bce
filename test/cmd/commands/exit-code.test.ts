import assert from "node:assert/strict";
import { test } from "node:test";
import { worseExit } from "../../../cmd/commands/exit-code.ts";

test("the worse of two outcomes decides the exit code, whatever the numbers", () => {
  const pairs: readonly [number, number, number][] = [
    [0, 3, 3],
    [3, 1, 1],
    [1, 130, 130],
    [130, 0, 130],
    [4, 3, 4],
  ];
  for (const [one, other, worse] of pairs) assert.equal(worseExit(one, other), worse);
});
