import assert from "node:assert/strict";
import { test } from "node:test";
import { checkKill } from "./kill-rules.ts";

for (const destroy of [false, true]) {
  const what = destroy ? "a destroy" : "an apply";
  test(`${what} that is killed at any step loses, doubles and orphans nothing`, async () => {
    let steps = 1;
    while (await checkKill(steps, destroy)) steps += 1;
    assert.ok(steps > 12);
  });
}
