import assert from "node:assert/strict";
import { test } from "node:test";
import type { RecoveryPoint } from "../../../core/catalog/recovery-point.ts";
import { hasChanges } from "../../../core/plan/build-plan.ts";
import type { Plan } from "../../../core/plan/plan.ts";
import { samplePoint } from "../../conformance/catalog.ts";
import { AT, address, type Given, planOf, removal } from "./planning.ts";
import { sampleResources } from "./sample-configuration.ts";

const DAY = 86_400_000;

/** A full and two differentials of it, the newest of yesterday. */
const POINTS: readonly RecoveryPoint[] = [
  samplePoint("full", AT - 3 * DAY),
  samplePoint("diff 1", AT - 2 * DAY, { type: "differential", base: "full" }),
  samplePoint("diff 2", AT - DAY, { type: "differential", base: "full" }),
];

const WITHOUT_SET = sampleResources().filter(({ type }) => type !== "backup_set");

function changesOf({ recoveryPointChanges }: Plan): readonly string[] {
  return recoveryPointChanges.map(({ id, change, pinnedBy }) => {
    const pins = pinnedBy.map(({ by, points }) => ` ${[by, ...points].join(" ")}`);
    return `${id} ${change}${pins.join(",")}`;
  });
}

function planned(given: Partial<Given>): Plan {
  return planOf({
    desired: WITHOUT_SET,
    recorded: sampleResources(),
    points: POINTS,
    ...given,
  });
}

const PURGED = { configuration: { removals: [removal("backup_set.orders", { purge: true })] } };

test("points of a block that is deleted become orphans, and can still be restored", () => {
  const plan = planned({});
  assert.deepEqual(changesOf(plan), ["full orphan", "diff 1 orphan", "diff 2 orphan"]);
  assert.deepEqual(plan.points.coverage, []);
  assert.equal(plan.points.noReturnAfter, null);
});

test("a removed block with purge gives up all points of its set, the newest too, and says what is left", () => {
  const plan = planned(PURGED);
  assert.deepEqual(changesOf(plan), ["full purge", "diff 1 purge", "diff 2 purge"]);
  assert.ok(plan.recoveryPointChanges.every(({ reason }) => reason === "removed"));
  const [coverage] = plan.points.coverage;
  assert.equal(coverage?.lost.count, 3);
  assert.equal(coverage.oldestAfter, null);
  assert.equal(plan.points.databases[0]?.kept, 0);
});

test("orphans of a set that left before are purged by a removed block alone, which is a change", () => {
  const plan = planned({ ...PURGED, recorded: WITHOUT_SET });
  assert.equal(plan.points.counts.purge, 3);
  assert.ok(plan.changes.every(({ action }) => action === "no-op"));
  assert.ok(hasChanges(plan));
});

test("a plan of something else, and one that destroys all, purge no orphans", () => {
  const targets = ["server.orders"];
  assert.equal(planned({ ...PURGED, options: { targets } }).points.counts.purge, 0);
  assert.equal(planned({ ...PURGED, options: { destroy: true } }).points.counts.purge, 0);
});

test("a legal hold stands above a removed block", () => {
  const recorded = sampleResources({ "retention.standard": { legal_hold: true } });
  assert.deepEqual(changesOf(planned({ ...PURGED, recorded })), [
    "full pin legal_hold",
    "diff 1 pin legal_hold",
    "diff 2 pin legal_hold",
  ]);
});

test("what a backup under way builds on is purged by nothing", () => {
  const building = samplePoint("next", AT - 1000, {
    state: "pending",
    createdAt: null,
    type: "differential",
    base: "full",
  });
  const points = [...POINTS, building];
  assert.deepEqual(changesOf(planned({ ...PURGED, points })), [
    "full pin backup next",
    "diff 1 purge",
    "diff 2 purge",
  ]);
});

test("a point of another set keeps the full that it needs", () => {
  const other = samplePoint("other", AT - 1000, {
    backupSet: address("backup_set.other"),
    type: "differential",
    base: "full",
  });
  assert.deepEqual(changesOf(planned({ ...PURGED, points: [...POINTS, other] })).slice(0, 2), [
    "full pin dependency",
    "diff 1 purge",
  ]);
});

test("an orphan that comes under a rule again is told, and what that rule gives up gets a grace", () => {
  const desired = sampleResources({ "retention.standard": { daily: 1 } });
  const plan = planned({ desired, recorded: WITHOUT_SET });
  assert.deepEqual(changesOf(plan), [
    "full pin dependency diff 2",
    "diff 1 purge",
    "diff 2 return",
  ]);
});

test("points of a vault that leaves, or gets another place, are out of reach, and none of them is purged", () => {
  const moved = { storage: { type: "local", path: "./other" } };
  for (const desired of [
    sampleResources({ "vault.main": moved, "retention.standard": { daily: 1 } }),
    sampleResources().filter(({ type }) => type !== "vault" && type !== "backup_set"),
  ]) {
    const plan = planned({ desired });
    assert.deepEqual(changesOf(plan), ["full strand", "diff 1 strand", "diff 2 strand"]);
    assert.equal(plan.points.coverage[0]?.lost.count, 3);
  }
});

test("what one set gives up another still has, so no instant is lost", () => {
  const twin = address("backup_set.twin");
  const set = sampleResources().find(({ type }) => type === "backup_set");
  assert.ok(set);
  const kept = { ...set, address: twin, name: "twin" };
  const copies = POINTS.map((point) => ({
    ...point,
    id: `${point.id} of twin`,
    base: point.base === null ? null : `${point.base} of twin`,
    backupSet: twin,
  }));
  const plan = planned({
    ...PURGED,
    desired: [...WITHOUT_SET, kept],
    recorded: [...sampleResources(), kept],
    points: [...POINTS, ...copies],
  });
  assert.equal(plan.points.counts.purge, 3);
  assert.deepEqual(plan.points.coverage, []);
});

test("a suspect point freezes what a shorter retention would purge", () => {
  const measured = (id: string, age: number, stored: number): RecoveryPoint =>
    samplePoint(id, AT - age * DAY, {
      bytesRead: 64 * 2 ** 20,
      added: { raw: 32 * 2 ** 20, stored },
    });
  const usual = [9, 8, 7, 6, 5, 4, 3].map((age) => measured(`p${age}`, age, 4 * 2 ** 20));
  const points = [...usual, measured("suspect", 1, 32 * 2 ** 20)];
  const desired = sampleResources({ "retention.standard": { daily: 2 } });
  const plan = planned({ desired, points });
  assert.equal(plan.points.counts.purge, 0);
  assert.equal(changesOf(plan)[0], "p9 pin frozen suspect");
});
