import assert from "node:assert/strict";
import { test } from "node:test";
import type { Catalog } from "../../../core/catalog/catalog.ts";
import { failure } from "../../../core/diagnostics/diagnostic.ts";
import { carryOutPlan } from "../../../core/operations/apply.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { makePlan } from "../../../core/operations/make-plan.ts";
import type { Ports } from "../../../core/operations/ports.ts";
import { DEFAULT_PLAN_OPTIONS, hasChanges } from "../../../core/plan/build-plan.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";
import { createWorld, EXAMPLE } from "../../support/memory-ports.ts";

const IMPORT = 'import {\n  to = vault.main\n  id = "./vault"\n}\n';
const REQUEST = { options: DEFAULT_PLAN_OPTIONS, variables: [] };

/** The catalog of these ports, whose write number `broken` fails and does nothing. */
function withFault(ports: Ports, broken: number): Ports & { readonly writes: () => number } {
  let writes = 0;
  const open = async (path: string): Promise<Catalog> =>
    new Proxy(await ports.catalogs.open(path), {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== "function") return value;
        if (key !== "write")
          return (...given: readonly unknown[]) => Reflect.apply(value, target, given);
        return (...given: readonly unknown[]) => {
          writes += 1;
          if (writes === broken)
            throw failure({ code: "CATALOG_FULL", summary: "full", detail: "" });
          return Reflect.apply(value, target, given);
        };
      },
    });
  return { ...ports, catalogs: { ...ports.catalogs, open }, writes: () => writes };
}

test("an import of a vault that breaks at any write of the catalog is whole after the next apply", async () => {
  const first = await createAppliedWorld();
  await backUp({ backupSet: "orders", trigger: "manual" }, first.ports);
  const ids = (await first.catalog.points()).map(({ id }) => id).sort();
  let broken = 0;
  for (let isBroken = true; isBroken; ) {
    broken += 1;
    const second = createWorld(EXAMPLE + IMPORT);
    second.time = first.time;
    const openFolderStore: Ports["openFolderStore"] = (path) => first.ports.openFolderStore(path);
    const ports = withFault({ ...second.ports, openFolderStore }, broken);
    const planned = await makePlan(REQUEST, ports);
    await carryOutPlan(planned.plan, planned, ports).catch(() => undefined);
    isBroken = ports.writes() >= broken;
    const again = await makePlan(REQUEST, { ...second.ports, openFolderStore });
    await carryOutPlan(again.plan, again, { ...second.ports, openFolderStore });
    const points = await second.catalog.points();
    assert.deepEqual(points.map(({ id }) => id).sort(), ids, `write ${broken}`);
    const last = await makePlan(REQUEST, { ...second.ports, openFolderStore });
    assert.ok(!hasChanges(last.plan), `write ${broken}`);
  }
  assert.ok(broken > 4, `${broken} writes`);
});
