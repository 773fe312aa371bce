import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toInstant } from "../../../../core/kit/clock.ts";
import { canonicalSchedule } from "../../../../core/policy/schedule/canonical-schedule.ts";
import { checkSchedule, nextStart } from "../../../../core/policy/schedule/schedule.ts";

const SAME: readonly (readonly string[])[] = [
  ["0 12 * * WED", "0  12 * * wed", "00 12 * * 3", "0 12 ? * 3-3", " 0 12 * * WED "],
  ["@daily", "0 0 * * *", "0 0 * 1-12 *", "0 0 * JAN-DEC *"],
  ["*/15 * * * *", "0,15,30,45 * * * *", "45,30,15,0,15 */1 * * *", "0-59/15 0-23 * * *"],
  ["0 0 * * 0", "0 0 * * 7", "0 0 * * SUN", "@weekly"],
  ["0 0 * * 5-7", "0 0 * * 5,6,0", "0 0 * * FRI,SAT,SUN"],
];

test("spellings of one schedule are one, and different schedules are not", () => {
  for (const spellings of SAME) assert.equal(new Set(spellings.map(canonicalSchedule)).size, 1);
  const others = SAME.map(([first = ""]) => canonicalSchedule(first));
  assert.equal(new Set([...others, canonicalSchedule("0 0 L * *")]).size, SAME.length + 1);
  assert.notEqual(canonicalSchedule("0 0 1-31 * 3"), canonicalSchedule("0 0 * * 3"));
  // On days of 23 and 25 hours these differ.
  assert.notEqual(canonicalSchedule("0 */6 * * *"), canonicalSchedule("0 0,6,12,18 * * *"));
});

function field(least: number, most: number, names: readonly string[] = []) {
  const value = fc.oneof(
    fc.integer({ min: least, max: most }).map(String),
    ...(names.length > 0 ? [fc.constantFrom(...names)] : []),
  );
  const range = fc
    .tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most }))
    .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
  const step = fc
    .tuple(fc.oneof(fc.constant("*"), range), fc.integer({ min: 1, max: 9 }))
    .map(([what, by]) => `${what}/${by}`);
  const list = fc.array(fc.oneof(value, range, step), { minLength: 1, maxLength: 3 });
  return fc.oneof(
    fc.constant("*"),
    list.map((parts) => parts.join(",")),
  );
}

const expression = fc
  .tuple(
    field(0, 59),
    field(0, 23),
    field(1, 31),
    field(1, 12, ["jan", "Dec"]),
    field(0, 7, ["sun", "SAT"]),
  )
  .map((fields) => fields.join(" "))
  .filter((text) => checkSchedule(text) === undefined);

test("a schedule and its one spelling start at the same times", () => {
  fc.assert(
    fc.property(expression, (text) => {
      const one = canonicalSchedule(text).replace(/ ~$/, "");
      let at = toInstant(Date.UTC(2026, 1, 20));
      for (let turn = 0; turn < 5; turn += 1) {
        const next = nextStart(text, "UTC", at);
        assert.equal(nextStart(one, "UTC", at), next, `${text} and ${one} after ${at}`);
        if (next === undefined) return;
        at = next;
      }
    }),
    { numRuns: 150 },
  );
});
