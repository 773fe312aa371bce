import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { DiagnosticError } from "../../../core/diagnostics/diagnostic.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { buildPlan, DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import { checkFreshness } from "../../../core/plan/freshness.ts";
import type { Plan } from "../../../core/plan/plan.ts";
import { decodePlan, encodePlan } from "../../../core/plan/plan-file.ts";
import { samplePoint } from "../../conformance/catalog.ts";
import { configurationOf, database, sampleResources } from "./sample-configuration.ts";

function samplePlan(): Plan {
  const objects = sampleResources({ "retention.standard": { daily: 3 } }).map((each) => ({
    ...each,
    appliedAt: toInstant(0),
  }));
  const resources = sampleResources();
  const server = resources.find(({ type }) => type === "server");
  assert.ok(server);
  const { plan } = buildPlan({
    configuration: configurationOf(resources),
    recorded: {
      version: { lineage: "l", serial: 1 },
      objects,
      points: [samplePoint("a", 5), samplePoint("b", 9e8)],
    },
    observed: new Map([
      [
        server.address,
        { status: "observed", databases: [database("shop", { snapshotIsolation: "off" })] },
      ],
    ]),
    options: DEFAULT_PLAN_OPTIONS,
    at: toInstant(1e9),
  });
  assert.ok(plan);
  return plan;
}

function codeOf(bytes: Uint8Array): string {
  try {
    decodePlan(bytes, "tf.plan");
    return "read";
  } catch (error) {
    assert.ok(error instanceof DiagnosticError);
    return error.diagnostic.code;
  }
}

test("a plan file gives the plan back, and equal plans give equal bytes", () => {
  const plan = samplePlan();
  assert.ok(plan.recoveryPointChanges.length > 0 && plan.diagnostics.length > 0);
  assert.deepEqual(decodePlan(encodePlan(plan), "f"), JSON.parse(JSON.stringify(plan)));
  assert.deepEqual(encodePlan(samplePlan()), encodePlan(plan));
});

test("any edit by hand is refused", () => {
  const text = new TextDecoder().decode(encodePlan(samplePlan()));
  const encode = (edited: string) => new TextEncoder().encode(edited);
  assert.equal(codeOf(encode(text.replace('"daily":10', '"daily":99'))), "PLAN_ALTERED");
  assert.equal(codeOf(encode(text.replace('"format":2', '"format":3'))), "PLAN_NEWER_FORMAT");
  assert.equal(codeOf(encode("{}")), "PLAN_UNREADABLE");
  assert.equal(codeOf(encode("not a plan")), "PLAN_UNREADABLE");
});

test("no damaged byte and no cut gets through", () => {
  const bytes = encodePlan(samplePlan());
  fc.assert(
    fc.property(fc.nat(bytes.length - 2), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const flipped = Uint8Array.from(bytes, (byte, index) =>
        index === at ? byte ^ change : byte,
      );
      assert.notEqual(codeOf(flipped), "read");
      assert.notEqual(codeOf(bytes.subarray(0, at)), "read");
    }),
  );
});

test("a plan holds for one state of one catalog", () => {
  const plan = samplePlan();
  assert.equal(checkFreshness(plan, { lineage: "l", serial: 1 }), undefined);
  assert.equal(checkFreshness(plan, { lineage: "l", serial: 2 })?.code, "PLAN_STALE");
  assert.equal(checkFreshness(plan, { lineage: "x", serial: 1 })?.code, "PLAN_STALE");
});
