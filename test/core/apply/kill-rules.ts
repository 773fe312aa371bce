import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyPlan } from "../../../core/apply/apply-plan.ts";
import type { Catalog } from "../../../core/catalog/catalog.ts";
import { silentHost } from "../../../core/events/host.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { expiredPoints } from "../../../core/operations/expired-points.ts";
import { ResourceLookup } from "../../../core/operations/resource-lookup.ts";
import { hasChanges } from "../../../core/plan/build-plan.ts";
import { createCatalog, openCatalog } from "../../../providers/local/sqlite-catalog.ts";
import { samplePoint } from "../../conformance/catalog.ts";
import { applyUntil, KILLED_AT, type KilledMode, planOver } from "../../support/killed-apply.ts";
import { sampleResources } from "../plan/sample-configuration.ts";

async function applyRest(path: string, mode: KilledMode): Promise<void> {
  const plan = await planOver(path, mode);
  await using catalog = await openCatalog(path);
  const clock = { now: () => KILLED_AT };
  const { status } = await applyPlan(plan, { catalog, host: silentHost, clock });
  assert.equal(status, "successful");
}

/** What there is before the apply that is killed. */
async function prepare(path: string, mode: KilledMode): Promise<void> {
  await (await createCatalog(path))[Symbol.asyncDispose]();
  if (mode === "apply") return;
  await applyRest(path, "apply");
  await using catalog = await openCatalog(path);
  const points = [6, 4, 2, 0].map((days) => {
    const began = KILLED_AT - days * 86_400_000 - 1000;
    return samplePoint(`p${days}`, began, { storedAt: toInstant(began + 10) });
  });
  if (mode === "cut") await catalog.write(points.map((point) => ({ kind: "put_point", point })));
}

/**
 * Kills an apply at a step: what it told as finished is recorded, whatever is recorded has all that it needs, no point goes
 * without a grace, and a new plan and apply complete it. Gives false where the apply had ended before that step.
 */
export async function checkKill(step: number, mode: KilledMode): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-kill-"));
  const path = join(folder, "catalog.db");
  try {
    await prepare(path, mode);
    const { finished, isKilled } = await applyUntil(step, { path, mode });
    await checkRecorded(path, new Set(finished), mode);
    await applyRest(path, mode);
    if (mode !== "destroy") assert.ok(!hasChanges(await planOver(path, mode)));
    await using catalog = await openCatalog(path);
    const left = (await catalog.objects()).map(({ address }) => address);
    const wanted = mode === "destroy" ? [] : sampleResources().map(({ address }) => address);
    assert.deepEqual(left, wanted.toSorted());
    if (mode === "cut") await checkGivenUp(catalog);
    return isKilled;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function checkGivenUp(catalog: Catalog): Promise<void> {
  const points = await catalog.points();
  const hidden = points.filter((point) => point.state === "tombstoned");
  assert.deepEqual([points.length, hidden.map(({ id }) => id)], [4, ["p6", "p4", "p2"]]);
  for (const { purge } of hidden) assert.ok(await catalog.apply(purge?.apply ?? ""));
}

async function checkRecorded(
  path: string,
  finished: ReadonlySet<string>,
  mode: KilledMode,
): Promise<void> {
  await using catalog = await openCatalog(path);
  const objects = await catalog.objects();
  const recorded = new Set<string>(objects.map(({ address }) => address));
  for (const address of finished) assert.equal(recorded.has(address), mode !== "destroy", address);
  for (const { address, dependsOn } of objects)
    for (const needed of dependsOn) assert.ok(recorded.has(needed), `${address} has ${needed}`);
  if (mode !== "cut") return;
  const facts = { at: KILLED_AT, isWhole: () => true };
  const { expired } = expiredPoints(await catalog.points(), new ResourceLookup(objects), facts);
  assert.deepEqual(expired, []);
}
