import assert from "node:assert/strict";
import { test } from "node:test";
import type { Address } from "../../../core/address/address.ts";
import { lossesOf } from "../../../core/gitops/losses.ts";
import type { JsonObject } from "../../../core/kit/json.ts";
import type { Plan, ResourceChange } from "../../../core/plan/plan.ts";

type Facts = Pick<ResourceChange, "type" | "action" | "before" | "after"> & Partial<ResourceChange>;

function textsOf(change: Facts, points: Plan["recoveryPointChanges"] = []): readonly string[] {
  // The cast holds: of a plan nothing else is looked at.
  const plan = {
    changes: [{ address: `${change.type}.x` as Address, sensitive: [], ...change }],
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

test("what adds, or reaches the same in another way, loses nothing", () => {
  assert.deepEqual(textsOf({ type: "vault", action: "create", before: null, after: {} }), []);
  assert.deepEqual(update("server", { host: "a" }, { host: "b" }), []);
  assert.deepEqual(update("retention", KEPT, { ...KEPT, daily: 11, legal_hold: true }), []);
  assert.deepEqual(update("backup_set", databases(["a"], ["b"]), databases(["a", "c"])), []);
  assert.deepEqual(update("policy", { full: null, log: null }, { full: {}, log: {} }), []);
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
  const before = { full: {}, differential: null, log: { every: "30m" }, cdc: null };
  assert.deepEqual(update("policy", before, { ...before, log: null }), [
    "coverage: policy.x makes no log backups any more",
  ]);
});

test("less that is kept is a loss", () => {
  assert.deepEqual(update("retention", KEPT, { ...KEPT, daily: 5, weekly: 0, monthly: 12 }), [
    "retention: retention.x keeps daily 5 and not 10",
    "retention: retention.x keeps weekly 0 and not 4",
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
    change("orphan", 4, null),
  ] as unknown as Plan["recoveryPointChanges"];
  const change0: Facts = { type: "retention", action: "no-op", before: KEPT, after: KEPT };
  assert.deepEqual(textsOf(change0, points), [
    "purge: 2 recovery points are purged",
    "removal: 1 recovery point is out of reach, because their vault leaves",
    "expiry: 2 recovery points are kept for less time",
  ]);
});
