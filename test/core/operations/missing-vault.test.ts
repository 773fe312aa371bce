import assert from "node:assert/strict";
import { test } from "node:test";
import { carryOutPlan } from "../../../core/operations/apply.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { runInit } from "../../../core/operations/init.ts";
import { makePlan } from "../../../core/operations/make-plan.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import { applyAll, createAppliedWorld } from "../../support/applied-world.ts";
import type { MemoryWorld } from "../../support/memory-ports.ts";
import { withCode } from "../../support/with-code.ts";

async function unmount({ store }: MemoryWorld): Promise<void> {
  for await (const { name } of store.list("")) await store.remove(name);
}

async function namesOf({ store }: MemoryWorld): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name } of store.list("")) names.push(name);
  return names;
}

test("init makes no new vault where recovery points should be", async () => {
  const world = await createAppliedWorld();
  await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
  await unmount(world);
  await assert.rejects(
    runInit(world.ports),
    withCode("VAULT_MISSING", "2 recovery points", "mounted"),
  );
  assert.deepEqual(await namesOf(world), []);
});

test("apply after destroy makes no new vault in place of the one that holds points", async () => {
  const world = await createAppliedWorld();
  await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
  await applyAll(world.ports, true);
  await unmount(world);
  const options = DEFAULT_PLAN_OPTIONS;
  const planned = await makePlan({ options, variables: [] }, world.ports);
  const result = await carryOutPlan(planned.plan, planned, world.ports);
  assert.equal(result.status, "failed");
  assert.equal(
    result.changes.find(({ address }) => address === "vault.main")?.diagnostic?.code,
    "VAULT_MISSING",
  );
  assert.deepEqual(await namesOf(world), []);
});

test("init makes a vault that lost nothing yet", async () => {
  const world = await createAppliedWorld();
  await unmount(world);
  const { vaults } = await runInit(world.ports);
  assert.deepEqual(vaults, [{ address: "vault.main", state: "created" }]);
});
