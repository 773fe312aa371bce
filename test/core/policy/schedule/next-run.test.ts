import assert from "node:assert/strict";
import { test } from "node:test";
import { nextRun } from "../../../../core/policy/schedule/next-run.ts";

const NEW_YEAR = Date.UTC(2026, 0, 1);

test("the next run is the first start after the instant, by the clock of the zone", () => {
  assert.deepEqual(nextRun("0 12 * * *", NEW_YEAR, "UTC"), { at: Date.UTC(2026, 0, 1, 12) });
  assert.deepEqual(nextRun("0 12 * * *", NEW_YEAR, "Europe/Berlin"), {
    at: Date.UTC(2026, 0, 1, 11),
  });
});

for (const [what, schedule, after, zone, fault] of [
  ["what is no schedule", "0 12 * *", NEW_YEAR, "UTC", /^"0 12 \* \*" is not a schedule: .*[^.]$/],
  ["an unknown zone", "@daily", NEW_YEAR, "Mars", /^"Mars" is not a time zone such as /],
  ["the end of the calendar", "@daily", Date.UTC(9999, 11, 31), "UTC", /is never due after that$/],
] as const) {
  test(`${what} is a fault that says what is wrong`, () => {
    const answer = nextRun(schedule, after, zone);
    assert.match("fault" in answer ? answer.fault : "", fault);
  });
}
