import assert from "node:assert/strict";
import { test } from "node:test";
import { checkKill } from "./kill-rules.ts";

/* Every step is killed at in apply-kill.slow.ts. */
for (const step of [6, 9]) {
  test(`an apply that is killed at step ${step} loses, doubles and orphans nothing`, async () => {
    assert.ok(await checkKill(step, false));
  });
}
