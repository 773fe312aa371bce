import assert from "node:assert/strict";
import { test } from "node:test";
import { makePlan } from "../../../core/operations/make-plan.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import type { Plan, PlanOptions } from "../../../core/plan/plan.ts";
import { openVault } from "../../../core/vault/vault.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";
import { EXAMPLE, type MemoryWorld } from "../../support/memory-ports.ts";
import { recordBackups } from "../../support/recorded-backups.ts";
import { TEST_KEY } from "../../support/vault.ts";

const DAY = 24 * 60 * 60 * 1000;
const START = Date.parse("2017-02-01T12:00:00-08:00");

function keeping(days: number): string {
  return EXAMPLE.replace("daily    = 10", `daily    = ${days}`);
}

/** Three fulls on three days, three weeks ago, and a configuration that keeps them no more. */
async function cutWorld() {
  const world = await createAppliedWorld(keeping(30));
  const points = await recordBackups(
    world,
    [0, 1, 2].map((day) => {
      return { database: "db1", type: "full", at: START + day * DAY, contents: [`own ${day}`] };
    }),
  );
  world.time = START + 21 * DAY;
  world.configuration = keeping(1);
  return { world, ids: points.map(({ id }) => id) };
}

async function planIn(world: MemoryWorld, options: Partial<PlanOptions> = {}): Promise<Plan> {
  const request = { options: { ...DEFAULT_PLAN_OPTIONS, ...options }, variables: [] };
  return (await makePlan(request, world.ports)).plan;
}

function idsOf({ recoveryPointChanges }: Plan, kind: string): readonly string[] {
  return recoveryPointChanges.flatMap(({ change, id }) => (change === kind ? [id] : []));
}

test("bytes are not known where the vaults are not asked, and no secret is read", async () => {
  const { world, ids } = await cutWorld();
  const ports = { ...world.ports, environment: () => undefined };
  const request = { options: { ...DEFAULT_PLAN_OPTIONS, refresh: false }, variables: [] };
  const { plan } = await makePlan(request, ports);
  assert.deepEqual(idsOf(plan, "purge"), ids.slice(0, 2));
  const [vault] = plan.points.vaults;
  assert.deepEqual([vault?.freedBytes, vault?.unknown], [null, "not_asked"]);
});

test("a vault that does not answer leaves the bytes unknown, and stops no plan", async () => {
  const { world, ids } = await cutWorld();
  for await (const { name } of world.store.list("")) await world.store.remove(name);
  const plan = await planIn(world);
  assert.deepEqual(idsOf(plan, "purge"), ids.slice(0, 2));
  const [vault] = plan.points.vaults;
  assert.deepEqual([vault?.freedBytes, vault?.unknown], [null, "unreachable"]);
  const unknown = plan.diagnostics.filter(({ code }) => code === "PLAN_BYTES_UNKNOWN");
  assert.deepEqual(
    unknown.map(({ address }) => address),
    ["vault.main"],
  );
});

test("the newest point that its vault holds whole is pinned, and not what the catalog takes for it", async () => {
  const { world, ids } = await cutWorld();
  const [oldest = "", whole = "", broken = ""] = ids;
  await breakPoint(world, broken);
  const plan = await planIn(world);
  assert.deepEqual(idsOf(plan, "purge"), [oldest]);
  const pinned = plan.recoveryPointChanges.find(({ id }) => id === whole);
  assert.deepEqual(
    pinned?.pinnedBy.map(({ by }) => by),
    ["floor"],
  );
});

async function breakPoint({ store, ports }: MemoryWorld, id: string): Promise<void> {
  await using vault = await openVault(store, TEST_KEY, ports);
  const packs = await vault.packsOf(id);
  for await (const { name } of store.list("packs/")) {
    if (packs.some((pack) => name.endsWith(pack))) await store.remove(name);
  }
}
