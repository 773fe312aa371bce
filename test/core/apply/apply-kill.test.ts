import assert from "node:assert/strict";
import { test } from "node:test";
import { checkKill } from "./kill-rules.ts";

/* Every step is killed at in apply-kill.slow.ts. */
test("an apply that is killed between two groups loses, doubles and orphans nothing", async () => {
  assert.ok(await checkKill(9, "apply"));
});

test("an apply that is killed right after it gave points up has given them their grace", async () => {
  assert.ok(await checkKill(5, "cut"));
});
