import assert from "node:assert/strict";
import { test } from "node:test";
import { backUp } from "../../../core/operations/backup.ts";
import { listPoints } from "../../../core/operations/list-points.ts";
import { makePlan } from "../../../core/operations/make-plan.ts";
import { previewRestore, restorePoint } from "../../../core/operations/restore.ts";
import { verifyVaults } from "../../../core/operations/verify.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import { applyAll, createAppliedWorld } from "../../support/applied-world.ts";
import { EXAMPLE } from "../../support/memory-ports.ts";
import { withCode } from "../../support/with-code.ts";

const NOW = { backupSet: "orders", trigger: "manual" } as const;
const DAY = 86_400_000;

test("points under a legal hold are listed as long as it lasts", async () => {
  const held = EXAMPLE.replace("daily    = 10", "daily = 10\n  legal_hold = true");
  const world = await createAppliedWorld(held);
  await backUp(NOW, world.ports);
  world.time += 400 * DAY;
  const later = await backUp(NOW, world.ports);
  assert.equal(later.status, "successful");
  const { recovery_points } = await listPoints({}, world.ports);
  assert.equal(recovery_points.length, 4);
  assert.ok(recovery_points.every(({ expires_at }) => expires_at === null));
});

test("a plan and the listing agree on expiries where only the policy names a time zone", async () => {
  const zoned = EXAMPLE.replace('timezone = "America/Los_Angeles"', "").replace(
    'method    = "snapshot"',
    'method = "snapshot"\n  timezone = "America/Los_Angeles"',
  );
  const world = await createAppliedWorld(zoned);
  await backUp(NOW, world.ports);
  const { recovery_points } = await listPoints({}, world.ports);
  const options = { ...DEFAULT_PLAN_OPTIONS, destroy: true };
  const { plan } = await makePlan({ options, variables: [] }, world.ports);
  assert.deepEqual(
    plan.recoveryPointChanges.map(({ expiresBefore }) => expiresBefore),
    recovery_points.map(({ expires_at }) => Date.parse(expires_at ?? "")),
  );
});

test("destroy keeps points: they are listed as not restorable, restore says how to get them back, and after apply it works", async () => {
  const world = await createAppliedWorld();
  await backUp(NOW, world.ports);
  await applyAll(world.ports, true);
  const { recovery_points } = await listPoints({}, world.ports);
  assert.deepEqual(
    recovery_points.map(({ retained_by, restorable }) => [retained_by, restorable]),
    [
      [["orphan"], false],
      [["orphan"], false],
    ],
  );
  const command = { point: recovery_points[0]?.id ?? "", to: "orders", as: "copy" };
  const isExplained = withCode("BACKUP_NOT_CONFIGURED", "vault.main", "apply", "not lost");
  await assert.rejects(restorePoint(command, world.ports), isExplained);
  await assert.rejects(previewRestore(command, world.ports), isExplained);
  await applyAll(world.ports);
  const { job } = await restorePoint(command, world.ports);
  assert.equal(job.status, "successful");
  assert.ok(
    (await listPoints({}, world.ports)).recovery_points.every(({ restorable }) => restorable),
  );
});

test("a point that its vault does not hold any more is refused by what may have happened to the vault", async () => {
  const world = await createAppliedWorld();
  await backUp(NOW, world.ports);
  const [point] = await world.catalog.points();
  for await (const { name } of world.store.list("points/")) await world.store.remove(name);
  const command = { point: point?.id ?? "", to: "orders", as: "copy" };
  await assert.rejects(
    previewRestore(command, world.ports),
    withCode("POINT_NOT_FOUND", "vault.main", "another folder"),
  );
});

test("verify tells of points whose vault is not recorded, because nobody checked them", async () => {
  const world = await createAppliedWorld();
  await backUp(NOW, world.ports);
  const other = EXAMPLE.replaceAll("vault.main", "vault.second").replace('"main"', '"second"');
  const moved = await createAppliedWorld(other);
  await moved.catalog.write(
    (await world.catalog.points()).map((point) => ({ kind: "put_point", point })),
  );
  await verifyVaults({}, moved.ports);
  const told = moved.events.flatMap((event) =>
    event.type === "diagnostic" && event.diagnostic.code === "POINT_NOT_VERIFIED"
      ? [event.diagnostic.detail]
      : [],
  );
  assert.equal(told.length, 1);
  assert.match(told[0] ?? "", /2 recovery points.*vault\.main/);
});

test("verify names the points that are missing also where other blobs are damaged", async () => {
  const world = await createAppliedWorld();
  await backUp(NOW, world.ports);
  const [gone] = await world.catalog.points();
  for await (const { name } of world.store.list("")) {
    const isManifest = name.startsWith("points/") && name.includes(gone?.id ?? "?");
    if (isManifest || name.startsWith("packs/")) await world.store.remove(name);
  }
  const [verdict] = await verifyVaults({}, world.ports);
  assert.deepEqual(verdict?.missingPoints, [gone?.id]);
  assert.ok(verdict.report.problems.length > 0);
});
