import assert from "node:assert/strict";
import { test } from "node:test";
import { checkKill } from "./kill-rules.ts";

const MODES = [
  ["an apply", "apply", 12],
  ["a destroy", "destroy", 12],
  ["an apply that gives points up, and", "cut", 5],
] as const;

for (const [what, mode, least] of MODES) {
  test(`${what} that is killed at any step loses, doubles and orphans nothing`, async () => {
    let steps = 1;
    while (await checkKill(steps, mode)) steps += 1;
    assert.ok(steps > least, String(steps));
  });
}
