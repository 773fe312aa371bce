import assert from "node:assert/strict";
import { test } from "node:test";
import { toInstant } from "../../../../core/kit/clock.ts";
import { dayOf, startOfDay } from "../../../../core/policy/time/zone-time.ts";

test("a million days of instants, and a million starts of days, take less than half a second each", () => {
  const first = Date.UTC(2017, 0, 1);
  const step = (10 * 365 * 86_400_000) / 1_000_000;
  const days = fastest(() => {
    for (let index = 0; index < 1_000_000; index++) {
      dayOf(toInstant(first + index * step), "America/Los_Angeles");
    }
  });
  const starts = fastest(() => {
    for (let index = 0; index < 1_000_000; index++) {
      const day = { year: 2017 + (index % 10), month: 1 + (index % 12), day: 1 + (index % 28) };
      startOfDay(day, "Europe/Berlin");
    }
  });
  assert.ok(days < 500, `${days} ms`);
  assert.ok(starts < 500, `${starts} ms`);
});

/** In milliseconds, of up to three runs: other work on the machine only ever makes one slower. */
function fastest(work: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3 && best >= 500; run++) {
    const start = performance.now();
    work();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}
