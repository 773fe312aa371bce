import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Address, formatAddress } from "../../../core/address/address.ts";
import type { CatalogChange } from "../../../core/catalog/catalog.ts";
import type { ServerObservation } from "../../../core/catalog/observation.ts";
import { readObservation } from "../../../core/drift/read-observation.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { observationChanges } from "../../../core/operations/record-observations.ts";
import { buildPlan, DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import type { Plan, ResourceChange } from "../../../core/plan/plan.ts";
import type { DatabaseFacts } from "../../../core/resource/database-server.ts";
import {
  configurationOf,
  database,
  SERVER_FACTS,
  sampleResources,
} from "../plan/sample-configuration.ts";

const SERVER = formatAddress("server", "orders");
const OTHER = formatAddress("server", "sales");

function observation(server: Address, at: number, version = "16"): ServerObservation {
  return { server, at: toInstant(at), facts: { version } };
}

type Planned = Pick<Plan, "changes" | "databaseRenames" | "observations" | "options">;

function planned(facts: Partial<Planned> & { readonly refreshOnly?: boolean }): Planned {
  const { refreshOnly = false, ...rest } = facts;
  return {
    changes: [],
    databaseRenames: [],
    observations: [],
    options: { ...DEFAULT_PLAN_OPTIONS, refreshOnly },
    ...rest,
  };
}

function change(facts: Partial<ResourceChange>): ResourceChange {
  return {
    address: SERVER,
    previousAddress: null,
    type: "server",
    name: "orders",
    action: "no-op",
    before: {},
    after: {},
    changed: [],
    replaceReasons: [],
    sensitive: [],
    sensitiveAfter: [],
    preventDestroy: false,
    createBeforeDestroy: false,
    dependsOn: [],
    runFull: false,
    ...facts,
  };
}

const UPDATE = change({
  address: formatAddress("retention", "r"),
  type: "retention",
  action: "update",
});

function after(changes: readonly CatalogChange[], recorded: readonly ServerObservation[]) {
  const kept = new Map(recorded.map((each) => [each.server, each]));
  for (const each of changes) {
    if (each.kind === "remove_observation") kept.delete(each.server);
    if (each.kind === "put_observation") kept.set(each.observation.server, each.observation);
  }
  return [...kept.values()];
}

test("an apply that gives points the new name of a database accepts the rename", () => {
  const seen = observation(SERVER, 20, "17");
  const recorded = [observation(SERVER, 10)];
  const rename = { server: formatAddress("server", "a"), from: "Shop", to: "Mall", points: 1 };
  const plan = planned({ observations: [seen], databaseRenames: [rename] });
  assert.deepEqual(after(observationChanges(plan, recorded), recorded), [seen]);
});

test("an apply that does something accepts what its plan saw", () => {
  const seen = observation(SERVER, 20, "17");
  const recorded = [observation(SERVER, 10)];
  const plan = planned({ observations: [seen], changes: [UPDATE] });
  assert.deepEqual(after(observationChanges(plan, recorded), recorded), [seen]);
});

test("an apply without changes accepts nothing, and begins with servers that are new", () => {
  const [seen, fresh] = [observation(SERVER, 20, "17"), observation(OTHER, 20)];
  const recorded = [observation(SERVER, 10)];
  const plan = planned({ observations: [seen, fresh], changes: [change({})] });
  assert.deepEqual(after(observationChanges(plan, recorded), recorded), [...recorded, fresh]);
});

test("refresh-only accepts and does nothing else", () => {
  const seen = observation(SERVER, 20, "17");
  const plan = planned({ observations: [seen], refreshOnly: true });
  assert.deepEqual(observationChanges(plan, [observation(SERVER, 10)]), [
    { kind: "put_observation", observation: seen },
  ]);
});

test("a plan that is older than what was accepted meanwhile does not bring the past back", () => {
  const recorded = [observation(SERVER, 30, "17")];
  const plan = planned({ observations: [observation(SERVER, 20)], changes: [UPDATE] });
  assert.deepEqual(observationChanges(plan, recorded), []);
});

test("what is the same is not written again", () => {
  const plan = planned({ observations: [observation(SERVER, 20)], changes: [UPDATE] });
  assert.deepEqual(observationChanges(plan, [observation(SERVER, 10)]), []);
});

test("an observation goes where its server goes", () => {
  const recorded = [observation(SERVER, 10)];
  const moved = planned({ changes: [change({ address: OTHER, previousAddress: SERVER })] });
  assert.deepEqual(after(observationChanges(moved, recorded), recorded), [observation(OTHER, 10)]);
  const removed = planned({ changes: [change({ action: "delete", after: null })] });
  assert.deepEqual(after(observationChanges(removed, recorded), recorded), []);
});

test("two servers that change places keep their own", () => {
  const recorded = [observation(SERVER, 10, "a"), observation(OTHER, 10, "b")];
  const plan = planned({
    changes: [
      change({ address: OTHER, previousAddress: SERVER }),
      change({ address: SERVER, previousAddress: OTHER }),
    ],
  });
  const found = after(observationChanges(plan, recorded), recorded);
  assert.deepEqual(
    new Map(found.map(({ server, facts }) => [server, facts["version"]])),
    new Map([
      [SERVER, "b"],
      [OTHER, "a"],
    ]),
  );
});

const someDatabase: fc.Arbitrary<DatabaseFacts> = fc
  .record({
    name: fc.constantFrom("shop", "web", "crm", "o'neil [x]"),
    databaseId: fc.nat({ max: 9 }),
    state: fc.constantFrom("online", "offline", "suspect"),
    recoveryModel: fc.constantFrom("full", "simple", "bulk_logged"),
    snapshotIsolation: fc.constantFrom("on", "off"),
    familyGuid: fc.option(fc.constantFrom("a", "b"), { nil: null }),
    createdAt: fc.constantFrom("2017-02-01T00:00:00", "2017-02-02T00:00:00"),
  } as const)
  .map((facts) => database(facts.name, facts));
const someDatabases = fc
  .uniqueArray(someDatabase, { selector: ({ name }) => name, maxLength: 4 })
  .map((all) => [...new Map(all.map((each) => [each.databaseId, each])).values()]);

test("a plan right after an apply shows no drift, whatever the servers said before and say now", () => {
  const configuration = configurationOf(sampleResources());
  const planOf = (
    databases: readonly DatabaseFacts[],
    observations: readonly ServerObservation[],
    at: number,
  ) => {
    const { plan } = buildPlan({
      configuration,
      recorded: {
        version: { lineage: "l", serial: 1 },
        objects: [],
        points: [],
        accepted: new Map(observations.map((each) => [each.server, readObservation(each)])),
      },
      observed: new Map([[SERVER, { status: "observed", facts: SERVER_FACTS, databases }]]),
      options: DEFAULT_PLAN_OPTIONS,
      at: toInstant(at),
    });
    assert.ok(plan !== undefined);
    return plan;
  };
  fc.assert(
    fc.property(someDatabases, someDatabases, (before, now) => {
      const first = planOf(before, [], 1);
      const accepted = after(observationChanges(first, []), []);
      const second = planOf(now, accepted, 2);
      const recorded = after(observationChanges(second, accepted), accepted);
      assert.deepEqual(planOf(now, recorded, 3).drift, []);
    }),
  );
});
