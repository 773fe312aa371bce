import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toInstant } from "../../../../core/kit/clock.ts";
import { startsBetween } from "../../../../core/policy/schedule/schedule.ts";
import { anyExpression } from "./any-expression.ts";
import { CHANGES, DAY, minutesAround, plainStarts } from "./plain-clock.ts";

const CLOCKS = CHANGES.map(([zone, day]) => ({ zone, minutes: minutesAround(zone, day) }));

test("starts are those that a search minute by minute finds, on days of 23, 24 and 25 hours", () => {
  fc.assert(
    fc.property(fc.constantFrom(...CLOCKS), anyExpression, ({ zone, minutes }, expression) => {
      const first = minutes[0]?.at ?? 0;
      const span = { after: toInstant(first + 1.5 * DAY), until: toInstant(first + 5.5 * DAY) };
      const found = [...plainStarts(expression, minutes)]
        .filter((start) => start > span.after && start <= span.until)
        .sort((a, b) => a - b);
      assert.deepEqual(startsBetween(expression, zone, span), found, `${expression} ${zone}`);
    }),
    { numRuns: 100 },
  );
});
