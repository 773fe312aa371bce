import assert from "node:assert/strict";
import { test } from "node:test";
import { type ChangeFacts, decideChanges } from "../../../../core/backup/cdc/decide-changes.ts";
import { type Instant, toInstant } from "../../../../core/kit/clock.ts";
import type { Milliseconds } from "../../../../core/policy/model/policy-rule.ts";
import type { CaptureState } from "../../../../core/resource/change-capture.ts";
import { samplePoint } from "../../../conformance/catalog.ts";

const DAY = 24 * 60 * 60 * 1000;
const LSN = "00000020000000100001";
const ON: CaptureState = {
  enabled: true,
  tables: 1,
  continuous: true,
  retention: 3 * DAY,
  untrackedTables: [],
  partlyTrackedTables: [],
  oldest: LSN,
  newest: LSN,
  identity: "one",
  sources: "these",
  lastAltered: "",
  foreignInstances: [],
  switchableTables: [],
};
const OFF: CaptureState = {
  enabled: false,
  tables: 1,
  mayEnable: true,
  role: "sysadmin",
  remedy: "",
};
const SCAN_END: Instant = toInstant(5);

function decide(facts: Partial<ChangeFacts>) {
  const decision = decideChanges({
    asked: "cdc",
    state: ON,
    profile: {
      continuous: true,
      retention: (3 * DAY) as Milliseconds,
      allTables: true,
      allColumns: true,
    },
    chain: undefined,
    hadPoints: false,
    enabledByUs: new Set(),
    meantToEnable: false,
    ...facts,
  });
  return decision.action === "run"
    ? [decision.type, decision.reason, decision.enabledBy, ...decision.prepare]
    : [decision.action];
}

function chain(identity: string, enabledBy: "engine" | "human" = "engine") {
  const changes = { identity, enabledBy, after: LSN, reached: LSN, reachedAt: SCAN_END };
  return { tip: { ...samplePoint("a", 1, { method: "cdc" }), changes }, scanEnd: SCAN_END };
}

test("a full that was asked for is no conversion, and a first backup of changes is one", () => {
  assert.deepEqual(decide({ asked: "full", state: OFF }), ["full", null, "engine", "enable"]);
  assert.deepEqual(decide({ state: OFF }), ["full", "first_backup", "engine", "enable"]);
  assert.deepEqual(decide({}), ["full", "first_backup", "human"]);
  assert.deepEqual(decide({ hadPoints: true }), ["full", "no_full_recovery_point", "human"]);
  assert.deepEqual(decide({ chain: chain("one") }), ["cdc", null, "engine"]);
  assert.deepEqual(decide({ asked: "full", chain: chain("one") }), ["full", null, "engine"]);
});

test("capture that a job of ours enabled before it died is ours", () => {
  const enabledByUs = new Set(["one"]);
  assert.deepEqual(decide({ enabledByUs }), ["full", "first_backup", "engine"]);
  const wrong = { ...ON, untrackedTables: ["dbo.t"] };
  assert.deepEqual(decide({ state: wrong }), ["skip"]);
  assert.deepEqual(decide({ state: wrong, enabledByUs }), [
    "full",
    "cdc_config_mismatch",
    "engine",
    "disable",
    "enable",
  ]);
  const bare = { ...wrong, tables: 1 };
  const again = ["full", "cdc_config_mismatch", "engine", "disable", "enable"];
  assert.deepEqual(decide({ state: bare, meantToEnable: true }), again);
  assert.deepEqual(decide({ state: { ...bare, tables: 2 }, meantToEnable: true }), ["skip"]);
  const replaced = ["full", "cdc_history_replaced"];
  assert.deepEqual(decide({ chain: chain("zero"), enabledByUs }), [...replaced, "engine"]);
  assert.deepEqual(decide({ chain: chain("zero") }), [...replaced, "human"]);
});

test("log sequence numbers of decimal digits alone are read as hexadecimal ones", () => {
  const state = { ...ON, oldest: "00000000000000000020", newest: "00000000000000000030" };
  const from = chain("one");
  const reached = "0000000000000000001f";
  const tip = { ...from.tip, changes: { ...from.tip.changes, reached } };
  assert.deepEqual(decide({ state, chain: { ...from, tip } }), ["cdc", null, "engine"]);
});
