import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatAddress } from "../../../core/address/address.ts";
import { lossesOf } from "../../../core/gitops/losses.ts";
import type { JsonObject } from "../../../core/kit/json.ts";
import {
  asAzureHas,
  type RetentionsSeen,
  retentionLosses,
  retentionWith,
} from "../../../core/plan/azure-retention.ts";
import { buildPlan, DEFAULT_PLAN_OPTIONS, hasChanges } from "../../../core/plan/build-plan.ts";
import type { AzureRetention } from "../../../core/resource/azure-sql.ts";
import { isSameRetention } from "../../../core/resource/same-retention.ts";
import { attributesOf } from "../../../schemas/blocks/resources.ts";
import { AT, sample } from "./planning.ts";
import { configurationOf, sampleResources } from "./sample-configuration.ts";

const ADDRESS = formatAddress("azure_retention", "shop");
const SERVER = sampleResources().find(({ type }) => type === "server")?.address;
assert.ok(SERVER);

/** Each of them a spelling of the one before it, or another time. */
const TIMES = ["P4W", "P28D", "P1Y", "P12M", "P5Y", "P10W", "P70D", "P1M"] as const;
const AZURE_TIME = fc.constantFrom(null, ...TIMES);
const WRITTEN = fc.constantFrom(null, "PT0S", ...TIMES);
const WEEK = fc.integer({ min: 1, max: 52 });

const now: fc.Arbitrary<AzureRetention> = fc
  .record({
    days: fc.integer({ min: 1, max: 35 }),
    differentialHours: fc.constantFrom(12, 24),
    weekly: AZURE_TIME,
    monthly: AZURE_TIME,
    yearly: AZURE_TIME,
    weekOfYear: WEEK,
  })
  .map(({ days, differentialHours, weekOfYear, ...longTerm }) => ({
    shortTerm: { days, differentialHours },
    longTerm: { ...longTerm, weekOfYear: longTerm.yearly === null ? null : weekOfYear },
  }));

const written = fc.record({
  server: fc.constant(SERVER as string),
  database: fc.constant("Shop"),
  short_term: fc.option(
    fc.record({
      days: fc.integer({ min: 1, max: 35 }),
      differential_hours: fc.constantFrom(null, 12, 24),
    }),
  ),
  long_term: fc.option(
    fc.record({
      weekly: WRITTEN,
      monthly: WRITTEN,
      yearly: WRITTEN,
      week_of_year: fc.option(WEEK),
    }),
  ),
});

function managedOf(attributes: JsonObject) {
  const managed = attributesOf({ type: "azure_retention", attributes }, "azure_retention");
  assert.ok(managed);
  return managed;
}

function planOf(wanted: JsonObject, recorded: JsonObject | null, azure: AzureRetention) {
  const dependsOn = [SERVER].flatMap((each) => each ?? []);
  const block = { ...sample(SERVER ?? ""), address: ADDRESS, name: "shop", dependsOn };
  const resources = sampleResources();
  const objects = resources.map(({ address, type, attributes, dependsOn: needs }) => ({
    address,
    type,
    attributes,
    dependsOn: needs,
    appliedAt: AT,
  }));
  const type = "azure_retention";
  const own =
    recorded === null
      ? []
      : [{ address: ADDRESS, type, attributes: recorded, dependsOn, appliedAt: AT }];
  const retentions: RetentionsSeen = new Map([[ADDRESS, { status: "observed", retention: azure }]]);
  const { plan, diagnostics } = buildPlan({
    configuration: configurationOf([...resources, { ...block, type, attributes: wanted }]),
    recorded: {
      version: { serial: 1, lineage: "l" } as never,
      objects: [...objects, ...own],
      points: [],
    },
    observed: new Map(),
    retentions,
    options: { ...DEFAULT_PLAN_OPTIONS, refresh: true },
    at: AT,
  });
  assert.ok(plan, JSON.stringify(diagnostics));
  const change = plan.changes.find(({ address }) => address === ADDRESS);
  return { plan, change };
}

test("whatever Azure has and a block says, once it is set a plan finds nothing to do, and does so after any spelling of it", () => {
  fc.assert(
    fc.property(written, fc.option(written), now, (wanted, recorded, azure) => {
      const managed = managedOf(wanted);
      const set = retentionWith(managed, azure);
      const { plan } = planOf(wanted, wanted, set);
      assert.equal(hasChanges(plan), false);
      assert.deepEqual(plan.drift, []);
      const { change } = planOf(wanted, recorded, azure);
      const isEqual = isSameRetention(azure, set);
      if (!isEqual) assert.notEqual(change?.action, "no-op");
      const has = managedOf({ ...asAzureHas(managed, azure) } as unknown as JsonObject);
      assert.ok(isSameRetention(retentionWith(has, azure), azure));
    }),
    { numRuns: 300 },
  );
});

const AZURE: AzureRetention = {
  shortTerm: { days: 21, differentialHours: 12 },
  longTerm: { weekly: "P28D", monthly: null, yearly: "P5Y", weekOfYear: 3 },
};

const BLOCK = {
  server: SERVER as string,
  database: "Shop",
  short_term: { days: 14, differential_hours: null },
  long_term: { weekly: "P4W", monthly: "P1Y", yearly: null, week_of_year: null },
};

test("what somebody changed in Azure is drift and an update with Azure's values, and what is lost by setting it back is a warning and a loss", () => {
  const { plan, change } = planOf(BLOCK, BLOCK, AZURE);
  assert.equal(change?.action, "update");
  assert.deepEqual(change.changed, [
    ["short_term", "days"],
    ["long_term", "monthly"],
  ]);
  assert.deepEqual(change.before?.["short_term"], { days: 21, differential_hours: null });
  const [drift, ...more] = plan.drift;
  assert.deepEqual(more, []);
  assert.equal(drift?.kind, "azure_retention_changed");
  assert.match(drift.what, /short_term\.days, long_term\.monthly/);
  const [warning] = plan.diagnostics.filter(({ code }) => code === "AZURE_RETENTION_LOWERED");
  assert.match(warning?.detail ?? "", /reaches back 14 days and not 21/);
  assert.deepEqual(
    lossesOf(plan).map(({ kind }) => kind),
    ["retention"],
  );
});

test("a block that raises what Azure keeps loses nothing, and one that turns a kind off says that no more are kept", () => {
  const more = { ...BLOCK, short_term: { days: 30, differential_hours: null } };
  const { plan } = planOf(more, null, AZURE);
  assert.deepEqual(
    plan.diagnostics.filter(({ code }) => code.startsWith("AZURE_")),
    [],
  );
  const off = managedOf({ ...more, long_term: { ...BLOCK.long_term, weekly: "PT0S" } });
  assert.deepEqual(retentionLosses(AZURE, retentionWith(off, AZURE)), [
    "Its weekly backups, kept for P28D until now: no more are kept. Those that Azure has keep the end that they have.",
  ]);
});
