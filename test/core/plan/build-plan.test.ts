import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../../../core/address/address.ts";
import type { CatalogObject } from "../../../core/catalog/catalog.ts";
import type { RecoveryPoint } from "../../../core/catalog/recovery-point.ts";
import type { DesiredResource } from "../../../core/config/configuration.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import {
  buildPlan,
  DEFAULT_PLAN_OPTIONS,
  hasChanges,
  type PlanInput,
  serversToObserve,
} from "../../../core/plan/build-plan.ts";
import type { Observations } from "../../../core/plan/observed.ts";
import type { PlanOptions } from "../../../core/plan/plan.ts";
import { prepareSides } from "../../../core/plan/prepare.ts";
import type { DatabaseFacts } from "../../../core/resource/database-server.ts";
import { samplePoint } from "../../conformance/catalog.ts";
import {
  configurationOf,
  database,
  SERVER_FACTS,
  sampleResources,
} from "./sample-configuration.ts";

const AT = toInstant(Date.UTC(2017, 1, 12, 19));
const SERVER = formatAddress("server", "orders");
const SET = formatAddress("backup_set", "orders");

function observedAs(databases: readonly DatabaseFacts[]): Observations {
  return new Map([[SERVER, { status: "observed", facts: SERVER_FACTS, databases }]]);
}

function recordedAs(resources: readonly DesiredResource[]): readonly CatalogObject[] {
  return resources.map(({ address, type, attributes, dependsOn }) => ({
    address,
    type,
    attributes,
    dependsOn,
    appliedAt: AT,
  }));
}

interface Given {
  readonly desired?: readonly DesiredResource[];
  readonly recorded?: readonly DesiredResource[];
  readonly points?: readonly RecoveryPoint[];
  readonly databases?: readonly DatabaseFacts[];
  readonly options?: Partial<PlanOptions>;
}

function inputOf(given: Given): PlanInput {
  return {
    configuration: configurationOf(given.desired ?? sampleResources()),
    recorded: {
      version: { lineage: "l", serial: 7 },
      objects: recordedAs(given.recorded ?? []),
      points: given.points ?? [],
    },
    observed: observedAs(given.databases ?? [database("shop")]),
    options: { ...DEFAULT_PLAN_OPTIONS, ...given.options },
    at: AT,
  };
}

function planOf(given: Given) {
  const { plan, diagnostics } = buildPlan(inputOf(given));
  assert.ok(plan, JSON.stringify(diagnostics));
  return plan;
}

function actionsOf(given: Given): Readonly<Record<string, string>> {
  const changes = planOf(given).changes.filter(({ action }) => action !== "no-op");
  return Object.fromEntries(changes.map(({ address, action }) => [address, action]));
}

test("against an empty catalog everything is created", () => {
  const plan = planOf({});
  assert.deepEqual(plan.summary, { add: 6, change: 0, destroy: 0, forget: 0, import: 0 });
  assert.ok(plan.changes.every(({ action }) => action === "create"));
  assert.deepEqual(plan.catalog, { lineage: "l", serial: 7 });
  assert.ok(hasChanges(plan));
});

test("what a catalog of an earlier version lacks means its default, so an upgrade changes nothing", () => {
  const retention = formatAddress("retention", "standard");
  const having = (word: string) =>
    sampleResources().map((each) =>
      each.address === retention
        ? { ...each, attributes: { ...each.attributes, dead_logs: word } }
        : each,
    );
  const lacking = sampleResources().map((each) => {
    const { dead_logs: _, ...attributes } = each.attributes;
    return { ...each, attributes };
  });
  assert.deepEqual(actionsOf({ desired: having("purge"), recorded: lacking }), {});
  assert.deepEqual(actionsOf({ desired: having("keep"), recorded: lacking }), {
    "retention.standard": "update",
  });
});

test("against itself there is no change", () => {
  const plan = planOf({ recorded: sampleResources() });
  assert.deepEqual(plan.summary, { add: 0, change: 0, destroy: 0, forget: 0, import: 0 });
  assert.ok(!hasChanges(plan));
  assert.deepEqual(plan.recoveryPointChanges, []);
});

test("values that mean the same are no change", () => {
  const desired = sampleResources({
    "policy.gold": {
      timezone: "america/los_angeles",
      full: { schedule: "00  12 ? jan-dec 3" },
      log: { every: "90m" },
      bandwidth_limit: "1GiB",
    },
    "server.orders": { host: "Orders.Contoso.example" },
    "vault.main": { storage: { type: "local", path: ".//vault/./" } },
    "backup_set.orders": { databases: { include: ["b", "a", "a"], exclude: [], system: false } },
  });
  const recorded = sampleResources({
    "policy.gold": { log: { every: "1h30m" }, bandwidth_limit: "1024MiB" },
    "backup_set.orders": { databases: { include: ["a", "b"], exclude: [], system: false } },
  });
  assert.deepEqual(actionsOf({ desired, recorded }), {});
});

const CHANGES = [
  ["retention.standard", { daily: 5 }, "update", [["daily"]]],
  ["policy.gold", { method: "native" }, "update", [["method"]]],
  ["policy.gold", { log: { every: "5m" } }, "update", [["log"]]],
  [
    "server.orders",
    { tls: { ca_file: "ca.pem", server_name: null, trust_server_certificate: false } },
    "update",
    [["tls", "ca_file"]],
  ],
  ["server.orders", { host: "other.example" }, "replace", [["host"]]],
  ["server.orders", { port: 1434 }, "replace", [["port"]]],
  ["vault.main", { storage: { type: "local", path: "./other" } }, "replace", [["storage", "path"]]],
  ["backup_set.orders", { vault: "vault.other" }, "replace", [["vault"]]],
  [
    "vault.main",
    { encryption: { key_env: null, key_file: "k", key_vault_key: null } },
    "update",
    [
      ["encryption", "key_env"],
      ["encryption", "key_file"],
    ],
  ],
] as const;

for (const [address, change, action, changed] of CHANGES) {
  test(`${address} with other ${changed.map((path) => path.join(".")).join(", ")} is ${action}d`, () => {
    const desired = sampleResources({ [address]: change });
    const plan = planOf({ desired, recorded: sampleResources() });
    const found = plan.changes.filter((each) => each.action !== "no-op");
    assert.deepEqual(
      found.map((each) => [each.address, each.action]),
      [[address, action]],
    );
    assert.deepEqual(found[0]?.changed, changed);
    assert.equal(
      found.some(({ replaceReasons }) => replaceReasons.length > 0),
      action === "replace",
    );
  });
}

test("a block that left the configuration is deleted, and its points become orphans", () => {
  const desired = sampleResources().filter(({ type }) => type !== "backup_set");
  const points = [samplePoint("a", AT - 1000), samplePoint("b", AT - 500, { state: "pending" })];
  const plan = planOf({ desired, recorded: sampleResources(), points });
  assert.deepEqual(plan.summary, { add: 0, change: 0, destroy: 1, forget: 0, import: 0 });
  assert.deepEqual(
    plan.recoveryPointChanges.map(({ id, change, expiresAfter }) => [id, change, expiresAfter]),
    [["a", "orphan", null]],
  );
});

test("a block that comes back takes its orphans under its retention, and the plan says when they expire", () => {
  const day = 86_400_000;
  const recorded = sampleResources().filter(({ type }) => type !== "backup_set");
  const desired = sampleResources({ "retention.standard": { daily: 2 } });
  const points = [4, 1].map((age) => samplePoint(`p${age}`, AT - age * day));
  const { recoveryPointChanges } = planOf({ desired, recorded, points });
  assert.deepEqual(
    recoveryPointChanges.map(({ id, change, expiresBefore }) => [id, change, expiresBefore]),
    [
      ["p4", "purge", null],
      ["p1", "return", null],
    ],
  );
  const [gone, left] = recoveryPointChanges.map(({ expiresAfter }) => expiresAfter ?? 0);
  assert.ok(gone && gone <= AT && left && left > AT);
});

test("a shorter retention lists the points that expire earlier, and says which is the newest", () => {
  const day = 86_400_000;
  const points = [1, 3, 5].map((age) => samplePoint(`p${age}`, AT - age * day));
  const desired = sampleResources({ "retention.standard": { daily: 2 } });
  const plan = planOf({ desired, recorded: sampleResources(), points });
  assert.deepEqual(
    plan.recoveryPointChanges.map(({ id, isNewest }) => [id, isNewest]),
    [
      ["p5", false],
      ["p3", false],
      ["p1", true],
    ],
  );
  for (const { expiresBefore, expiresAfter } of plan.recoveryPointChanges) {
    assert.equal((expiresBefore ?? 0) - (expiresAfter ?? 0), 8 * day);
  }
});

test("the newest that stays is the newest that can be restored: no log, nothing whose base is gone", () => {
  const points = [
    samplePoint("full", AT - 5000),
    samplePoint("lost", AT - 4000, { type: "differential", base: "gone" }),
    samplePoint("log", AT - 3000, { type: "log", base: "full" }),
  ];
  const desired = sampleResources({ "retention.standard": { daily: 2 } });
  const plan = planOf({ desired, recorded: sampleResources(), points });
  assert.deepEqual(
    plan.recoveryPointChanges.filter(({ isNewest }) => isNewest).map(({ id }) => id),
    ["full"],
  );
});

test("coverage tells which databases have a listed point of this set and server", () => {
  const points = [
    samplePoint("a", 5),
    samplePoint("b", 9, { database: "crm", state: "tombstoned" }),
    samplePoint("c", 9, { database: "hr", server: formatAddress("server", "old") }),
  ];
  const databases = [
    database("shop"),
    database("crm"),
    database("hr"),
    database("master", { isSystem: true }),
    database("tempdb", { isSystem: true }),
  ];
  const [coverage] = planOf({ points, databases }).coverage;
  assert.ok(coverage);
  assert.equal(coverage.protection, "partly");
  assert.deepEqual(
    coverage.databases.map(({ name, protection, newestPointAt }) => [
      name,
      protection,
      newestPointAt,
    ]),
    [
      ["crm", "unprotected", null],
      ["hr", "unprotected", null],
      ["shop", "protected", 15],
    ],
  );
});

test("what stands between a set and its protection is warned of", () => {
  const desired = sampleResources({
    "backup_set.orders": {
      databases: { include: ["sh*", "cr]m", "gone"], exclude: [], system: false },
    },
    "policy.gold": { log: { every: "5m" } },
  });
  const databases = [
    database("shop", { snapshotIsolation: "off", recoveryModel: "simple" }),
    database("cr]m", { state: "offline" }),
  ];
  const { diagnostics } = planOf({ desired, databases });
  assert.deepEqual(diagnostics.map(({ code, severity }) => `${severity} ${code}`).toSorted(), [
    "warning DATABASE_NOT_READY",
    "warning PLAN_LOG_NEEDS_FULL_RECOVERY",
    "warning PLAN_PATTERN_MATCHES_NOTHING",
    "warning SNAPSHOT_ISOLATION_OFF",
  ]);
  const isolation = diagnostics.find(({ code }) => code === "SNAPSHOT_ISOLATION_OFF");
  assert.match(
    isolation?.detail ?? "",
    /\n {4}ALTER DATABASE \[shop\] SET ALLOW_SNAPSHOT_ISOLATION ON;/,
  );
});

function serversOf(input: PlanInput) {
  return serversToObserve(prepareSides(input), input.options);
}

test("a server that cannot be asked makes no plan, and none is asked without refresh", () => {
  const diagnostic = {
    severity: "error",
    code: "SERVER_UNREACHABLE",
    summary: "s",
    detail: "d",
  } as const;
  const input = inputOf({});
  assert.deepEqual(serversOf(input), [SERVER]);
  const failed = buildPlan({
    ...input,
    observed: new Map([[SERVER, { status: "failed", diagnostic }]]),
  });
  assert.equal(failed.plan, undefined);
  assert.deepEqual(failed.diagnostics, [diagnostic]);
  const blind = { ...input, observed: new Map(), options: { ...input.options, refresh: false } };
  assert.deepEqual(serversOf(blind), []);
  const { plan } = buildPlan(blind);
  assert.equal(plan?.observedDigest, null);
  assert.deepEqual(plan.coverage, [
    { backupSet: SET, server: SERVER, observed: false, protection: "unprotected", databases: [] },
  ]);
});

test("-destroy deletes what is recorded and asks no server", () => {
  const given = { recorded: sampleResources(), options: { destroy: true } };
  assert.deepEqual(serversOf(inputOf(given)), []);
  assert.deepEqual(planOf(given).summary, { add: 0, change: 0, destroy: 6, forget: 0, import: 0 });
  assert.deepEqual(planOf({ ...given, recorded: [] }).summary, {
    add: 0,
    change: 0,
    destroy: 0,
    forget: 0,
    import: 0,
  });
});

test("-target takes what the target needs, and for what goes away what needs it", () => {
  const policy = { options: { targets: [formatAddress("policy", "gold")] } };
  assert.deepEqual(actionsOf(policy), { "policy.gold": "create", "retention.standard": "create" });
  assert.deepEqual(
    planOf(policy).diagnostics.map(({ code }) => code),
    ["PLAN_TARGETED"],
  );
  const destroy = {
    recorded: sampleResources(),
    options: { targets: [SERVER], destroy: true },
  };
  assert.deepEqual(actionsOf(destroy), {
    "backup_set.orders": "delete",
    "server.orders": "delete",
  });
});

test("addresses that are not there, and -replace of anything but a set, are refused", () => {
  const options = { targets: [formatAddress("server", "nope")], replace: [SERVER] };
  const { plan, diagnostics } = buildPlan(inputOf({ options }));
  assert.equal(plan, undefined);
  assert.deepEqual(
    diagnostics.map(({ code }) => code),
    ["PLAN_TARGET_NOT_FOUND", "PLAN_REPLACE_NOT_POSSIBLE"],
  );
});

test("-replace marks a full backup and is a change even where nothing differs", () => {
  const plan = planOf({ recorded: sampleResources(), options: { replace: [SET] } });
  assert.ok(hasChanges(plan));
  assert.deepEqual(
    plan.changes.filter(({ runFull }) => runFull).map(({ address }) => address),
    [SET],
  );
});

test("a vault that gets another place warns of the points that stay in the old one", () => {
  const vault = formatAddress("vault", "main");
  const desired = sampleResources({
    [vault]: { storage: { type: "local", path: "./other" } },
  });
  const points = [
    samplePoint("a", 1, { vault }),
    samplePoint("b", 2, { vault, state: "pending" }),
    samplePoint("c", 3, { vault: formatAddress("vault", "else") }),
  ];
  const movesOf = (given: Given) =>
    planOf({ recorded: sampleResources(), ...given }).diagnostics.filter(
      ({ code }) => code === "PLAN_VAULT_MOVED",
    );
  const [warning, ...more] = movesOf({ desired, points });
  assert.match(warning?.detail ?? "", /^vault\.main .* its 1 listed recovery points/);
  assert.deepEqual(more, []);
  assert.deepEqual(movesOf({ desired, points: [] }), []);
  assert.deepEqual(movesOf({ points }), []);
});
