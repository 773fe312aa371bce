import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { createLimiter } from "../../../core/kit/limiter.ts";

test("a limiter never runs more tasks at once than it was told, and runs all of them", async () => {
  const limit = createLimiter(3);
  let running = 0;
  let most = 0;
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      limit(async () => {
        running += 1;
        most = Math.max(most, running);
        await setImmediate();
        running -= 1;
        return index;
      }),
    ),
  );
  assert.equal(most, 3);
  assert.deepEqual(
    results,
    Array.from({ length: 20 }, (_, index) => index),
  );
});

test("a task that fails frees its place", async () => {
  const limit = createLimiter(1);
  await assert.rejects(limit(() => Promise.reject(new Error("no"))));
  assert.equal(await limit(() => Promise.resolve(7)), 7);
});
