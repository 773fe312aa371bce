import assert from "node:assert/strict";
import { test } from "node:test";
import { missedWindow, shortestInterval } from "../../../../core/policy/schedule/jitter-effect.ts";
import { at, HOUR, MINUTE, milliseconds, policyRule } from "./run-agenda.ts";

const FROM = at("2017-02-01T00:00:00-08:00");

test("the shortest interval is that of the type that comes most often, on the day of 23 hours", () => {
  assert.deepEqual(shortestInterval(policyRule(), FROM), {
    type: "differential",
    apart: 23 * HOUR,
  });
  assert.deepEqual(shortestInterval(policyRule({ differential: null }), FROM), {
    type: "full",
    apart: (7 * 24 - 1) * HOUR,
  });
});

test("of unequal steps the shortest counts, and of two types that come as often the full", () => {
  const uneven = { schedule: "0 0,3,5,12 * * *" };
  const rule = policyRule({ full: uneven, differential: { schedule: "30 */2 * * *" } });
  assert.deepEqual(shortestInterval(rule, FROM), { type: "full", apart: 2 * HOUR });
});

test("a step is found among the first sixty starts, not after them", () => {
  const full = (schedule: string) => policyRule({ full: { schedule }, differential: null });
  const from = at("2017-01-01T23:59:00-08:00");
  const first60 = shortestInterval(full("0,1 0 2-31/2 * *"), from);
  assert.deepEqual(first60, { type: "full", apart: MINUTE });
  const halfDays = full("0 */12 * * *");
  assert.equal(shortestInterval(halfDays, at("2017-02-10T13:00:00-08:00"))?.apart, 11 * HOUR);
  assert.equal(shortestInterval(halfDays, at("2017-02-10T01:00:00-08:00"))?.apart, 12 * HOUR);
});

test("what comes once or never has no interval", () => {
  const none = policyRule({ full: null, differential: null });
  assert.equal(shortestInterval(none, FROM), undefined);
  const last = policyRule({ full: { schedule: "0 0 31 12 *" }, differential: null });
  assert.equal(shortestInterval(last, at("9999-06-01T00:00:00Z")), undefined);
});

const EVENING = { startMinute: 20 * 60, duration: milliseconds(HOUR + 10 * MINUTE) };

test("a start that its delay moves to the end of the window or beyond it runs when the window opens again", () => {
  const rule = policyRule({ window: EVENING });
  const missed = {
    type: "differential",
    at: at("2017-02-01T21:00:00-08:00"),
    opens: at("2017-02-02T20:00:00-08:00"),
  };
  assert.deepEqual(missedWindow(rule, milliseconds(10 * MINUTE), FROM), missed);
  assert.deepEqual(missedWindow(rule, milliseconds(HOUR), FROM), missed);
  assert.equal(missedWindow(rule, milliseconds(10 * MINUTE - 1), FROM), undefined);
});

test("a start outside the window waits for it anyway, and without a window nothing is missed", () => {
  const noon = policyRule({ window: EVENING, differential: null });
  assert.equal(missedWindow(noon, milliseconds(HOUR), FROM), undefined);
  assert.equal(missedWindow(policyRule(), milliseconds(HOUR), FROM), undefined);
});
