import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyPlan } from "../../../core/apply/apply-plan.ts";
import { silentHost } from "../../../core/events/host.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { hasChanges } from "../../../core/plan/build-plan.ts";
import { createCatalog, openCatalog } from "../../../providers/local/sqlite-catalog.ts";
import { applyUntil, planOver } from "../../support/killed-apply.ts";
import { sampleResources } from "../plan/sample-configuration.ts";

async function applyRest(path: string, destroy: boolean): Promise<void> {
  const plan = await planOver(path, destroy);
  await using catalog = await openCatalog(path);
  const clock = { now: () => toInstant(1_000) };
  const { status } = await applyPlan(plan, { catalog, host: silentHost, clock });
  assert.equal(status, "successful");
}

/**
 * Kills an apply at a step: what it told as finished is recorded, whatever is recorded has all that it needs, and a new
 * plan and apply complete it. Gives false where the apply had ended before that step.
 */
export async function checkKill(step: number, destroy: boolean): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-kill-"));
  const path = join(folder, "catalog.db");
  try {
    await (await createCatalog(path))[Symbol.asyncDispose]();
    if (destroy) await applyRest(path, false);
    const { finished, isKilled } = await applyUntil(step, { path, destroy });
    await checkRecorded(path, new Set(finished), destroy);
    await applyRest(path, destroy);
    if (!destroy) assert.ok(!hasChanges(await planOver(path, false)));
    await using catalog = await openCatalog(path);
    const left = (await catalog.objects()).map(({ address }) => address);
    const wanted = destroy ? [] : sampleResources().map(({ address }) => address);
    assert.deepEqual(left, wanted.toSorted());
    return isKilled;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function checkRecorded(
  path: string,
  finished: ReadonlySet<string>,
  destroy: boolean,
): Promise<void> {
  await using catalog = await openCatalog(path);
  const objects = await catalog.objects();
  const recorded = new Set<string>(objects.map(({ address }) => address));
  for (const address of finished) assert.equal(recorded.has(address), !destroy, address);
  for (const { address, dependsOn } of objects)
    for (const needed of dependsOn) assert.ok(recorded.has(needed), `${address} has ${needed}`);
}
