import assert from "node:assert/strict";
import { carryOutPlan } from "../../core/operations/apply.ts";
import { backUp } from "../../core/operations/backup.ts";
import { runInit } from "../../core/operations/init.ts";
import { listPoints } from "../../core/operations/list-points.ts";
import { makePlan } from "../../core/operations/make-plan.ts";
import { verifyVaults } from "../../core/operations/verify.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../core/plan/build-plan.ts";
import { makeProject, type ProjectOptions, type TestProject } from "./test-project.ts";

/** A project that is applied and, where asked for, has a point of each database. Made in this process, which is quick. */
export async function prepareProject(
  options: ProjectOptions,
  { withPoints }: { readonly withPoints: boolean },
): Promise<TestProject> {
  const project = await makeProject(options);
  try {
    const ports = await project.ports();
    await runInit(ports);
    await applyNow(project);
    if (!withPoints) return project;
    const { status } = await backUp({ backupSet: "data", trigger: "manual" }, ports);
    assert.equal(status, "successful");
    return project;
  } catch (error) {
    await project[Symbol.asyncDispose]();
    throw error;
  }
}

/** Applies the configuration as it stands now, without asking a server. */
export async function applyNow(project: TestProject): Promise<void> {
  const ports = await project.ports();
  const options = { ...DEFAULT_PLAN_OPTIONS, refresh: false };
  const { plan, catalogPath } = await makePlan({ options, variables: [] }, ports);
  const result = await carryOutPlan(plan, { catalogPath }, ports);
  assert.equal(result.status, "successful");
}

/** The ids of the points that are listed, oldest first. */
export async function pointIds(project: TestProject): Promise<readonly string[]> {
  const { recovery_points: rows } = await listPoints({}, await project.ports());
  return rows.map(({ id }) => id);
}

/** What must hold whatever failed: these points and no others, every byte of them readable, none half made. */
export async function assertNothingLost(
  project: TestProject,
  points: readonly string[],
): Promise<void> {
  const ports = await project.ports();
  assert.deepEqual(await pointIds(project), points);
  for (const { report, missingPoints } of await verifyVaults({ readData: 1 }, ports))
    assert.deepEqual([report.problems, missingPoints], [[], []]);
  await using catalog = await ports.catalogs.openReader(
    ports.files.resolve(".holdfast/catalog.db"),
  );
  const pending = (await catalog.points()).filter(({ state }) => state === "pending");
  assert.deepEqual(pending, []);
}
