import assert from "node:assert/strict";
import { test } from "node:test";
import { simulateHistory } from "../../../../core/policy/simulate/simulate.ts";
import { at, formatStart, policyRule } from "./run-agenda.ts";

function full(startedAt: string, completedAt: string, status: "successful" | "failed") {
  return {
    type: "full" as const,
    database: "orders",
    startedAt: at(startedAt),
    completedAt: at(completedAt),
    status,
    reason: null,
    copyOnly: false,
  };
}

test("B-06 [decision] a point is dated by the success of its job, 16:00 and 15:00, not by its start; a failure has none", () => {
  const { points } = simulateHistory(
    policyRule(),
    [
      full("2017-02-01T12:00:00-08:00", "2017-02-01T16:00:00-08:00", "successful"),
      full("2017-02-08T09:00:00-08:00", "2017-02-08T10:00:00-08:00", "failed"),
      full("2017-02-08T12:00:00-08:00", "2017-02-08T15:00:00-08:00", "successful"),
    ],
    at("2017-02-09T00:00:00-08:00"),
  );
  assert.deepEqual(
    points.map(({ startedAt, createdAt }) => [formatStart(startedAt), formatStart(createdAt)]),
    [
      ["02-01 12:00", "02-01 16:00"],
      ["02-08 12:00", "02-08 15:00"],
    ],
  );
});
