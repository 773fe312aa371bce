import assert from "node:assert/strict";
import { test } from "node:test";
import { findIdleTypes } from "../../../../core/policy/forecast/idle-types.ts";
import type { PolicyRule } from "../../../../core/policy/model/policy-rule.ts";
import { ruleOf, utc } from "./rule-of.ts";

function idle(rule: PolicyRule, from = "2026-01-01T00:00"): readonly string[] {
  return findIdleTypes(rule, utc(from)).map(({ type, reason }) => `${type} ${reason}`);
}

test("B-62 [decision] logs, and backups of changes, wait for ever where no full is taken", () => {
  assert.deepEqual(idle(ruleOf({ log: 1 })), ["log no_full"]);
  assert.deepEqual(idle(ruleOf({ cdc: 1 })), ["cdc no_full"]);
});

test("B-28 [decision] a differential alone makes the full that logs wait for", () => {
  assert.deepEqual(idle(ruleOf({ differential: "0 21 * * *", log: 1 })), []);
});

test("a differential is never taken where a full is due whenever it is", () => {
  assert.deepEqual(idle(ruleOf({ full: "0 21 * * *", differential: "0 21 * * WED" })), [
    "differential slot_taken",
  ]);
  assert.deepEqual(idle(ruleOf({ full: "0 21 * * *", differential: "30 21 * * WED" })), []);
  assert.deepEqual(idle(ruleOf({ full: "0 21 * * MON", differential: "0 21 * * *" })), []);
});

test("B-60 [decision] an interval as long as the time between two fulls never comes to its end", () => {
  for (const full of ["0 21 * * *", "@daily"]) {
    assert.deepEqual(idle(ruleOf({ full, log: 23 })), []);
    assert.deepEqual(idle(ruleOf({ full, log: 24 })), ["log too_rare"]);
    assert.deepEqual(idle(ruleOf({ full, log: 25 })), ["log too_rare"]);
    assert.deepEqual(idle(ruleOf({ full, cdc: 24 })), ["cdc too_rare"]);
  }
});

test("B-60 [decision] intervals count from differentials, too", () => {
  const full = "0 12 * * WED";
  assert.deepEqual(idle(ruleOf({ full, differential: "0 21 * * *", log: 24 })), ["log too_rare"]);
  assert.deepEqual(idle(ruleOf({ full, differential: "0 21 * * MON-FRI", log: 24 })), []);
  assert.deepEqual(idle(ruleOf({ full: "0 12 * * WED", log: 24 })), []);
  assert.deepEqual(idle(ruleOf({ differential: "0 21 * * *", log: 24 })), ["log too_rare"]);
});

test("two types may be idle at once, and are told in order", () => {
  const rule = ruleOf({ full: "0 21 * * *", differential: "0 21 * * *", log: 24 });
  assert.deepEqual(idle(rule), ["differential slot_taken", "log too_rare"]);
});

test("what is not scheduled is not idle", () => {
  assert.deepEqual(idle(ruleOf({})), []);
  assert.deepEqual(idle(ruleOf({ full: "@weekly" })), []);
});

test("a start that comes once in eight years comes", () => {
  // 2100 is no leap year.
  assert.deepEqual(idle(ruleOf({ full: "0 0 29 2 *" }), "2096-03-01T00:00"), []);
  const rule = ruleOf({ full: "0 0 1 1 *", differential: "0 0 29 2 *", log: 24 });
  assert.deepEqual(idle(rule), []);
});

test("logs that come before the rare differential do not hide it", () => {
  assert.deepEqual(idle(ruleOf({ full: "@daily", differential: "0 1 29 2 *", log: 1 })), []);
  assert.deepEqual(idle(ruleOf({ full: "@daily", differential: "0 0 29 2 *", log: 1 })), [
    "differential slot_taken",
  ]);
});

test("nothing is claimed of a schedule that is too busy to be looked through", () => {
  assert.deepEqual(idle(ruleOf({ full: "0 * * * *", differential: "0 0 29 2 *" })), []);
});

test("clocks that are changed make no difference", () => {
  // In the night of 23 hours, 24 hours after the full of the evening before would come after the next.
  const rule = ruleOf({ full: "0 21 * * *", log: 24, timezone: "America/Los_Angeles" });
  assert.deepEqual(idle(rule), ["log too_rare"]);
});
