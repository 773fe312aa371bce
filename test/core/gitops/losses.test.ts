import assert from "node:assert/strict";
import { test } from "node:test";
import type { Address } from "../../../core/address/address.ts";
import { lossesOf } from "../../../core/gitops/losses.ts";
import type { JsonObject } from "../../../core/kit/json.ts";
import { changedPaths } from "../../../core/plan/meaning.ts";
import type { Plan, ResourceChange } from "../../../core/plan/plan.ts";
import { recordedSchema } from "../../../schemas/blocks/recorded.ts";

type Facts = Pick<ResourceChange, "type" | "action" | "before" | "after"> & Partial<ResourceChange>;

function textsOf(change: Facts, points: Plan["recoveryPointChanges"] = []): readonly string[] {
  const { type, before, after } = change;
  const changed = before && after ? changedPaths(recordedSchema(type), before, after) : [];
  // The cast holds: of a plan nothing else is looked at.
  const plan = {
    changes: [{ address: `${type}.x` as Address, sensitive: [], changed, ...change }],
    recoveryPointChanges: points,
  } as unknown as Plan;
  return lossesOf(plan).map(({ kind, text }) => `${kind}: ${text}`);
}

const update = (type: string, before: JsonObject, after: JsonObject) =>
  textsOf({ type, action: "update", before, after });

const databases = (include: string[], exclude: string[] = [], system = false) => ({
  databases: { include, exclude, system },
});

const KEPT = { daily: 10, weekly: 4, monthly: 0, yearly: 0, legal_hold: false };

const WINDOW = { start: "22:00", duration: "6h" };
const POLICY = {
  method: "native",
  retention: "retention.a",
  timezone: "UTC",
  jitter: "10m",
  bandwidth_limit: null,
  full: { schedule: "0 12 * * *" },
  differential: null,
  log: { every: "30m" },
  cdc: null,
  window: null,
};

test("what adds, or reaches the same in another way, loses nothing", () => {
  assert.deepEqual(textsOf({ type: "vault", action: "create", before: null, after: {} }), []);
  assert.deepEqual(update("server", { bridge: null }, { bridge: "bridge.near" }), []);
  const secret = { type: "sql_password", username: "backup", password_env: "A" };
  assert.deepEqual(update("credential", secret, { ...secret, password_env: "B" }), []);
  const often = { ...POLICY, log: { every: "15m" }, bandwidth_limit: "60MB", jitter: "5m" };
  assert.deepEqual(update("policy", { ...POLICY, bandwidth_limit: "50MB" }, often), []);
  assert.deepEqual(update("policy", { ...POLICY, window: WINDOW }, POLICY), []);
  assert.deepEqual(update("policy", POLICY, { ...POLICY, log: { every: "1800s" } }), []);
  assert.deepEqual(update("retention", KEPT, { ...KEPT, daily: 11, legal_hold: true }), []);
  assert.deepEqual(update("backup_set", databases(["a"], ["b"]), databases(["a", "c"])), []);
  assert.deepEqual(update("policy", { ...POLICY, log: null, full: null }, POLICY), []);
});

test("an object that goes, or is made anew, is a loss", () => {
  for (const [action, what] of [
    ["delete", "removed"],
    ["forget", "forgotten"],
    ["replace", "replaced"],
  ] as const) {
    const texts = textsOf({ type: "server", action, before: {}, after: null });
    assert.deepEqual(texts, [`removal: server.x is ${what}`]);
  }
});

test("an object that may be removed from then on is a loss", () => {
  const drill = {
    type: "drill",
    action: "update",
    before: {},
    after: {},
    wasProtected: true,
  } as const;
  assert.deepEqual(textsOf({ ...drill, preventDestroy: true }), []);
  assert.deepEqual(textsOf({ ...drill, preventDestroy: false }), [
    "protection: drill.x may be removed from then on",
  ]);
});

test("databases that are left out are a loss, and named unless their names are hidden", () => {
  const [before, after] = [databases(["a", "b"]), databases(["a"], ["c_*"])];
  assert.deepEqual(update("backup_set", before, after), [
    "coverage: backup_set.x leaves out b, c_*",
  ]);
  const hidden = { sensitive: [["databases", "include"]] };
  assert.deepEqual(textsOf({ type: "backup_set", action: "update", before, after, ...hidden }), [
    "coverage: backup_set.x leaves out databases",
  ]);
  assert.deepEqual(update("backup_set", databases(["a"], [], true), databases(["a"])), [
    "coverage: backup_set.x leaves out system databases",
  ]);
});

test("means of a policy that go are a loss", () => {
  assert.deepEqual(update("policy", POLICY, { ...POLICY, log: null }), [
    "coverage: policy.x makes no log backups any more",
  ]);
});

test("backups that are made by other means, less often or at other times are a loss", () => {
  const losses: readonly (readonly [JsonObject, string])[] = [
    [{ method: "snapshot" }, "coverage: policy.x reads data by another method"],
    [{ retention: "retention.b" }, "retention: policy.x keeps points by another retention"],
    [{ full: { schedule: "0 12 1 1 *" } }, "coverage: policy.x makes full backups at other times"],
    [{ log: { every: "6h" } }, "coverage: policy.x makes log backups less often"],
    [{ window: WINDOW }, "coverage: policy.x may begin backups at other times only"],
    [{ jitter: "12h" }, "coverage: policy.x begins backups later"],
    [{ bandwidth_limit: "1KB" }, "coverage: policy.x lets backups take longer"],
    [
      { timezone: "Asia/Tokyo" },
      "coverage: policy.x has its schedules and days in another time zone",
    ],
  ];
  for (const [change, loss] of losses)
    assert.deepEqual(update("policy", POLICY, { ...POLICY, ...change }), [loss]);
  const short = { ...POLICY, window: { ...WINDOW, duration: "1m" } };
  assert.equal(update("policy", { ...POLICY, window: WINDOW }, short).length, 1);
  const cdc = (profile: JsonObject) => ({ ...POLICY, cdc: { every: "1h", cdc_profile: profile } });
  assert.deepEqual(update("policy", cdc({ all_tables: true }), cdc({ all_tables: false })), [
    "coverage: policy.x asks for another capture of changes",
  ]);
  const set = (policy: string) => ({ ...databases(["a"]), policy });
  assert.deepEqual(update("backup_set", set("policy.a"), set("policy.b")), [
    "coverage: backup_set.x is backed up by another policy",
  ]);
});

test("who reads, where the key is found and what is trusted are part of the protection", () => {
  const server = { kind: "sql_server", credential: "credential.a", when_agent_down: "queue" };
  const losses: readonly (readonly [JsonObject, string])[] = [
    [
      { credential: "credential.b" },
      "coverage: server.x signs in as somebody else, who may see fewer databases",
    ],
    [
      { tls: { trust_server_certificate: true } },
      "protection: server.x checks the certificate in another way",
    ],
    [{ when_agent_down: "skip" }, "coverage: server.x drops backups while its agent is down"],
  ];
  const tls = { tls: { trust_server_certificate: false } };
  for (const [change, loss] of losses)
    assert.deepEqual(update("server", { ...server, ...tls }, { ...server, ...tls, ...change }), [
      loss,
    ]);
  const vault = (more: JsonObject) => ({
    storage: { type: "local", path: "/v" },
    encryption: { key_env: "A" },
    ...more,
  });
  assert.deepEqual(update("vault", vault({}), vault({ encryption: { key_env: "B" } })), [
    "protection: vault.x finds its key elsewhere",
  ]);
  const tiers = (warm_days: number, cold: string) =>
    vault({ tiers: { warm_days, cold, hot: null } });
  assert.deepEqual(update("vault", tiers(90, "cool"), tiers(30, "archive")), [
    "protection: vault.x moves points to the cold tier sooner",
    "protection: vault.x moves old points to another tier, from which a restore may take hours",
  ]);
  const drill = { backup_set: "backup_set.a", schedule: "0 3 * * SUN" };
  assert.deepEqual(update("drill", drill, { ...drill, schedule: "@yearly" }), [
    "protection: drill.x changes schedule",
  ]);
});

test("less that is kept is a loss", () => {
  assert.deepEqual(update("retention", KEPT, { ...KEPT, daily: 5, weekly: 0, monthly: 12 }), [
    "retention: retention.x keeps daily 5 and not 10",
    "retention: retention.x keeps weekly 0 and not 4",
  ]);
  for (const change of [
    { timezone: "Asia/Tokyo" },
    { week_starts: "sunday" },
    { representative: "oldest" },
  ])
    assert.deepEqual(update("retention", KEPT, { ...KEPT, ...change }), [
      "retention: retention.x counts its days, weeks, months and years in another way",
    ]);
  assert.deepEqual(update("retention", { ...KEPT, dead_logs: "keep" }, KEPT), [
    "retention: retention.x gives dead logs up",
  ]);
  const hidden = { type: "retention", action: "update", sensitive: [["daily"]] } as const;
  assert.deepEqual(textsOf({ ...hidden, before: KEPT, after: { ...KEPT, daily: 5 } }), [
    "retention: retention.x changes daily",
  ]);
  assert.deepEqual(update("retention", { ...KEPT, legal_hold: true }, KEPT), [
    "protection: retention.x ends its legal hold",
  ]);
  const immutable = (days: number) => ({ immutability: { days } });
  assert.deepEqual(update("vault", immutable(30), immutable(7)), [
    "protection: vault.x is immutable for 7 days and not 30",
  ]);
  assert.deepEqual(update("vault", immutable(30), {}), [
    "protection: vault.x is immutable for 0 days and not 30",
  ]);
});

test("another rule of who must approve is a loss; the first one is not", () => {
  const rule = { purge: 1, keys: [] };
  assert.deepEqual(update("holdfast", rule, { ...rule, purge: 0 }), [
    "protection: who must approve purges changes",
  ]);
  assert.deepEqual(textsOf({ type: "holdfast", action: "create", before: null, after: rule }), []);
});

test("points that are purged, out of reach or kept for less time are a loss, counted by set", () => {
  const change = (kind: string, before: number | null, after: number | null) => ({
    backupSet: "backup_set.a" as Address,
    change: kind,
    pinnedBy: [],
    expiresBefore: before,
    expiresAfter: after,
  });
  const points = [
    change("purge", 5, null),
    change("purge", 6, null),
    change("strand", 5, 5),
    change("expiry", 9, 4),
    change("expiry", null, 4),
    change("expiry", 4, 9),
    change("expiry", 4, null),
    change("return", null, 9),
    change("pin", 9, 4),
    change("pin", 9, null),
    { ...change("pin", 9, null), pinnedBy: [{ by: "legal_hold", points: [], count: 0 }] },
    change("orphan", 4, null),
  ] as unknown as Plan["recoveryPointChanges"];
  const change0: Facts = { type: "retention", action: "no-op", before: KEPT, after: KEPT };
  assert.deepEqual(textsOf(change0, points), [
    "purge: 2 recovery points are purged",
    "removal: 1 recovery point is out of reach, because their vault leaves",
    "expiry: 5 recovery points are kept for less time",
  ]);
});
