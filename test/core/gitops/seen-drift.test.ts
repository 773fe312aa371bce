import assert from "node:assert/strict";
import { test } from "node:test";
import { acceptingOnly } from "../../../core/gitops/seen-drift.ts";
import type { Plan } from "../../../core/plan/plan.ts";

const drift = (server: string, state: string) => ({
  kind: "database_state",
  server,
  database: "Shop",
  before: { state: "online" },
  after: { state },
});

// The cast holds: of a plan nothing else is looked at.
const planOf = (...found: readonly object[]) =>
  ({
    drift: found,
    observations: [{ server: "server.a" }, { server: "server.b" }],
  }) as unknown as Plan;

const serversOf = ({ observations }: Plan) => observations.map(({ server }) => server);

test("what servers said is accepted where they did not drift, or where somebody saw that they did", () => {
  assert.deepEqual(serversOf(acceptingOnly(planOf(), [])), ["server.a", "server.b"]);
  const plan = planOf(drift("server.a", "suspect"));
  assert.deepEqual(serversOf(acceptingOnly(plan, plan.drift)), ["server.a", "server.b"]);
});

test("drift that nobody saw is not accepted", () => {
  const plan = planOf(drift("server.a", "suspect"));
  assert.deepEqual(serversOf(acceptingOnly(plan, [])), ["server.b"]);
  const other = planOf(drift("server.a", "offline"));
  assert.deepEqual(serversOf(acceptingOnly(plan, other.drift)), ["server.b"]);
});
