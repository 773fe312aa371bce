import assert from "node:assert/strict";
import { test } from "node:test";
import { toInstant } from "../../../../core/kit/clock.ts";
import { trySteadyStart } from "../../../../core/policy/schedule/steady-start.ts";
import { at } from "./run-agenda.ts";

const BERLIN = "Europe/Berlin";
const NEW_YEAR = at("2026-01-01T00:00:00+01:00");

test("while the clocks do not change, a clock of fixed offset answers", () => {
  assert.equal(trySteadyStart("0 12 * * *", BERLIN, NEW_YEAR), at("2026-01-01T12:00:00+01:00"));
  assert.equal(
    trySteadyStart("0 12 * * *", BERLIN, at("2026-07-01T00:00:00+02:00")),
    at("2026-07-01T12:00:00+02:00"),
  );
});

test("it answers for starts up to eight days away, and leaves later ones to the search", () => {
  const eighthDay = at("2026-01-09T00:00:00+01:00");
  assert.equal(trySteadyStart("0 0 9 * *", BERLIN, NEW_YEAR), eighthDay);
  assert.equal(trySteadyStart("0 0 9 * *", BERLIN, toInstant(NEW_YEAR - 1)), undefined);
});

test("it leaves to the search what lies beyond a change of the clocks, or less than a day after one", () => {
  assert.equal(trySteadyStart("0 0 31 * *", BERLIN, at("2026-03-27T00:00:00+01:00")), undefined);
  assert.equal(trySteadyStart("0 12 * * *", BERLIN, at("2026-03-30T01:00:00+02:00")), undefined);
});

test("it leaves a zone that is not whole minutes ahead of UTC to the search", () => {
  const after = at("1971-06-01T00:00:00Z");
  assert.equal(trySteadyStart("@hourly", "Africa/Monrovia", after), undefined);
});
