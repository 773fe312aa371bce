import assert from "node:assert/strict";
import { test } from "node:test";
import { findLonePoint } from "../../../../core/policy/forecast/lone-points.ts";
import { ruleOf, shown, utc } from "./rule-of.ts";

function lone(rule: Parameters<typeof ruleOf>[0], from = "2026-01-01T00:00") {
  const found = findLonePoint(ruleOf(rule), utc(from));
  if (found === undefined) return undefined;
  assert.equal(found.apart, found.after - found.before);
  return `${shown(found.before)} to ${shown(found.after)}`;
}

const SUNDAYS = { full: "0 12 * * SUN" };

test("weekly fulls that are kept for two days are each purged as the next is made", () => {
  assert.equal(
    lone({ ...SUNDAYS, retention: { daily: 2 } }),
    "2026-01-04T12:00 to 2026-01-11T12:00",
  );
});

test("B-09 [decision] six days end at the midnight before the next Sunday's full, seven after it", () => {
  assert.equal(
    lone({ ...SUNDAYS, retention: { daily: 6 } }),
    "2026-01-04T12:00 to 2026-01-11T12:00",
  );
  assert.equal(lone({ ...SUNDAYS, retention: { daily: 7 } }), undefined);
  const midnights = { full: "0 0 * * SUN" };
  assert.equal(
    lone({ ...midnights, retention: { daily: 6 } }),
    "2026-01-04T00:00 to 2026-01-11T00:00",
  );
});

test("where each week has its representative there is a choice of two", () => {
  assert.equal(lone({ ...SUNDAYS, retention: { daily: 2, weekly: 1 } }), undefined);
  assert.equal(lone({ ...SUNDAYS, retention: { daily: 2, legalHold: true } }), undefined);
  assert.equal(
    lone({ ...SUNDAYS, retention: { daily: 2, legalHold: false } }),
    "2026-01-04T12:00 to 2026-01-11T12:00",
  );
});

test("fulls of each day that are kept for a day are never alone", () => {
  assert.equal(lone({ full: "0 12 * * *", retention: { daily: 1 } }), undefined);
});

test("a policy of weekdays that keeps two days has one point on Monday", () => {
  const rule = { full: "0 12 * * MON-FRI", retention: { daily: 2 } };
  assert.equal(lone(rule), "2026-01-02T12:00 to 2026-01-05T12:00");
  assert.equal(lone({ ...rule, retention: { daily: 3 } }), undefined);
});

test("a differential keeps its full, so it is alone only where a new full follows it", () => {
  const rule = { full: "0 0 1 * *", differential: "0 0 * * WED", retention: { daily: 2 } };
  // On Wednesday, 1 April, the full takes the turn of the differential.
  assert.equal(lone(rule), "2026-03-25T00:00 to 2026-04-01T00:00");
});

test("the longest stretch is told, and the first of equal ones", () => {
  assert.equal(
    lone({ full: "0 0 1 * *", retention: { daily: 7 } }, "2026-01-31T00:00"),
    "2026-03-01T00:00 to 2026-04-01T00:00",
  );
});

test("a full each year that is kept for a month is alone", () => {
  const rule = { full: "0 0 1 1 *", retention: { daily: 30 } };
  assert.equal(lone(rule), "2027-01-01T00:00 to 2028-01-01T00:00");
  assert.equal(lone({ ...rule, retention: { daily: 365 } }), undefined);
  assert.equal(
    lone({ ...rule, retention: { daily: 364 } }),
    "2027-01-01T00:00 to 2028-01-01T00:00",
  );
});

test("nothing, or one point in years, has no stretch", () => {
  assert.equal(lone({ log: 1 }), undefined);
  assert.equal(lone({ full: "0 0 29 2 *" }), undefined);
});
