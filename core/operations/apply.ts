import { attributesOf } from "../../schemas/blocks/resources.ts";
import { applyPlan, incompleteDiagnostic } from "../apply/apply-plan.ts";
import type { ApplyResult } from "../apply/apply-result.ts";
import type { CatalogReader } from "../catalog/catalog.ts";
import type { Plan } from "../plan/plan.ts";
import { ensureVault } from "./open-vault.ts";
import type { Ports } from "./ports.ts";
import { recordObservations } from "./record-observations.ts";
import { ResourceLookup } from "./resource-lookup.ts";
import { sweepLeftCopies } from "./sweep-left-copies.ts";
import { whoAsks } from "./who-asks.ts";

/** Where a plan is from. */
interface PlanPlace {
  readonly catalogPath: string;
  /** Of a plan that was read from a file. */
  readonly planDigest?: string | null | undefined;
}

/** Carries a plan out and tells through events what happened; the last one of a partial failure says what is left. */
export async function carryOutPlan(
  plan: Plan,
  { catalogPath, planDigest }: PlanPlace,
  ports: Ports,
): Promise<ApplyResult> {
  await using catalog = await ports.catalogs.open(catalogPath);
  const losesServers = plan.changes.some(({ type, after }) => type === "server" && after === null);
  if (losesServers) await sweepLeftCopies(catalog, ports);
  const result = await applyPlan(plan, {
    catalog,
    host: ports.host,
    clock: ports.clock,
    signal: ports.signal,
    isAlive: (worker) => ports.isAlive(worker),
    by: whoAsks(ports),
    worker: { ...ports.worker, startedAt: ports.clock.now(), endedAt: null },
    planDigest,
    carryOut: async (change) => {
      const { action, after, address, type, importing } = change;
      if (change.captures !== undefined) {
        const { disableCaptures } = await import("./disable-captures.ts");
        return disableCaptures(change, new ResourceLookup(await catalog.objects()), ports);
      }
      if (after === null || action === "delete") return;
      if (type === "azure_retention") {
        const { setAzureRetention } = await import("./set-azure-retention.ts");
        return setAzureRetention(change, await resourcesAfter(plan, catalog), ports);
      }
      const attributes = attributesOf({ type, attributes: after }, "vault");
      if (attributes === undefined) return;
      const resources = await resourcesAfter(plan, catalog);
      if (importing !== undefined) {
        const { listImportedVault } = await import("./import-vault.ts");
        return listImportedVault({ address, resources, importing }, catalog, ports);
      }
      await ensureVault({ address, attributes, resources }, catalog, ports);
    },
  });
  await recordObservations(plan, result, catalog);
  if (!losesServers && result.status !== "cancelled") await sweepLeftCopies(catalog, ports);
  const diagnostic = incompleteDiagnostic(result);
  if (diagnostic !== undefined) ports.host.emit({ type: "diagnostic", diagnostic });
  return result;
}

/** What is recorded, as the plan will leave it. */
async function resourcesAfter(plan: Plan, catalog: CatalogReader): Promise<ResourceLookup> {
  const planned = plan.changes.flatMap(({ address, type, after }) =>
    after === null ? [] : [{ address, type, attributes: after }],
  );
  return new ResourceLookup([...(await catalog.objects()), ...planned]);
}
