import assert from "node:assert/strict";
import { test } from "node:test";
import {
  as,
  codesOf,
  linesOf,
  outcomeOf,
  planOf,
  removal,
  sample,
  sampleWith,
} from "./planning.ts";
import { sampleResources } from "./sample-configuration.ts";

const RETENTION = sample("retention.standard");

test("removed destroys or forgets every instance of a block and all of a module", () => {
  const recorded = sampleWith(
    as("retention.a[0]", RETENTION),
    as("retention.a[1]", RETENTION),
    as("module.m[0].retention.b", RETENTION),
    as("module.m[0].module.n.retention.c", RETENTION),
  );
  const desired = sampleResources().filter(({ type }) => type !== "retention");
  const plan = planOf({
    desired,
    recorded,
    configuration: {
      removals: [removal("retention.a", { destroy: false }), removal("module.m")],
    },
  });
  assert.deepEqual(linesOf(plan), [
    "delete module.m[0].module.n.retention.c",
    "delete module.m[0].retention.b",
    "forget retention.a[0]",
    "forget retention.a[1]",
  ]);
  assert.deepEqual(plan.summary, { add: 0, change: 0, destroy: 2, forget: 2, import: 0 });
});

test("a block that is still there cannot be removed", () => {
  const outcome = outcomeOf({
    desired: sampleResources(),
    recorded: sampleResources(),
    configuration: { removals: [removal("retention.standard")] },
  });
  assert.deepEqual(codesOf(outcome), ["PLAN_REMOVED_DECLARED"]);
  assert.match(outcome.diagnostics[0]?.detail ?? "", /still written at main\.hcl line 1/);
});

test("purge of what has no points of its own is said to do nothing", () => {
  const warned = (from: string) => {
    const removals = [removal(from, { purge: true })];
    const desired = sampleResources().filter(({ type }) => !from.startsWith(type));
    const given = { desired, recorded: sampleResources(), configuration: { removals } };
    return planOf({ ...given, options: { targets: ["server.orders"] } }).diagnostics.flatMap(
      ({ code }) => (code === "PLAN_PURGE_NOT_DONE" ? [code] : []),
    );
  };
  assert.deepEqual(warned("backup_set.orders"), []);
  assert.deepEqual(warned("retention.standard"), ["PLAN_PURGE_NOT_DONE"]);
});
