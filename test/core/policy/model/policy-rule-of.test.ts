import assert from "node:assert/strict";
import { test } from "node:test";
import { toInstant } from "../../../../core/kit/clock.ts";
import { policyRuleOf } from "../../../../core/policy/model/policy-rule-of.ts";
import { decideRetention } from "../../../../core/policy/retention/decide-retention.ts";
import { MOST_COUNTED } from "../../../../core/policy/retention/retention-rule.ts";
import { startDelay } from "../../../../core/policy/schedule/start-delay.ts";
import { RETENTION as RETENTION_BLOCK } from "../../../../schemas/blocks/retention.ts";
import { MINUTE, milliseconds } from "../schedule/run-agenda.ts";

const SPREAD = milliseconds(10 * MINUTE);

const ARGUMENTS = {
  method: "native",
  timezone: "UTC",
  full: { schedule: "@daily" },
  differential: null,
  log: null,
  cdc: null,
  window: null,
} as const;
const RETENTION = {
  daily: 10,
  weekly: 0,
  monthly: 0,
  yearly: 0,
  timezone: null,
  week_starts: "monday",
  representative: "latest",
  legal_hold: false,
} as const;

test("the jitter of a policy delays each backup set by its own share, and no set by nothing", () => {
  const policy = { ...ARGUMENTS, jitter: "10m" };
  const orders = policyRuleOf(policy, RETENTION, "backup_set.orders").delay;
  assert.equal(orders, startDelay("backup_set.orders", SPREAD));
  assert.notEqual(orders, policyRuleOf(policy, RETENTION, "backup_set.stock").delay);
  assert.equal(policyRuleOf(policy, RETENTION).delay, 0);
  assert.equal(policyRuleOf({ ...policy, jitter: null }, RETENTION, "backup_set.orders").delay, 0);
  assert.equal(policyRuleOf(ARGUMENTS, RETENTION, "backup_set.orders").delay, 0);
});

test("Q-23: a retention says what happens to dead logs, and purges them where it says nothing", () => {
  const deadLogs = (dead_logs?: "keep" | "purge") =>
    policyRuleOf(ARGUMENTS, { ...RETENTION, dead_logs }).retention.deadLogs;
  assert.deepEqual([deadLogs("keep"), deadLogs("purge"), deadLogs()], ["keep", "purge", "purge"]);
});

test("a retention of an earlier version that counts beyond every date keeps for a century", () => {
  const large = { daily: 200_000_000, weekly: 1e9, monthly: 1e12, yearly: 3_000_000 };
  const { retention } = policyRuleOf(ARGUMENTS, { ...RETENTION, ...large });
  const { daily, weekly, monthly, yearly } = retention;
  assert.deepEqual({ daily, weekly, monthly, yearly }, MOST_COUNTED);
  const point = { id: "a", database: "db1", type: "full", base: null } as const;
  const made = toInstant(Date.UTC(2017, 1, 1));
  const decision = decideRetention([{ ...point, createdAt: made }], retention, made).get("a");
  assert.equal(decision?.expiresAt, Date.UTC(2118, 0, 1));
});

test("no class counts more than validate lets it", () => {
  const maxima = Object.keys(MOST_COUNTED).map((name) => {
    const argument = RETENTION_BLOCK.arguments[name as keyof typeof MOST_COUNTED];
    return [name, argument.maximum] as const;
  });
  assert.deepEqual(Object.fromEntries(maxima), MOST_COUNTED);
});
