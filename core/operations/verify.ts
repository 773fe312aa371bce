import type { Address } from "../address/address.ts";
import { isGraced } from "../catalog/graced-point.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { failure, warningDiagnostic } from "../diagnostics/diagnostic.ts";
import { TaskProgress } from "../events/task-progress.ts";
import type { VerifyReport } from "../vault/vault.ts";
import { openVaultAt } from "./open-vault.ts";
import type { Ports } from "./ports.ts";
import { openProjectReader } from "./project.ts";
import { ResourceLookup } from "./resource-lookup.ts";

export interface VaultVerdict {
  readonly vault: Address;
  readonly report: VerifyReport;
  /** Listed in the catalog, but without a manifest in the vault. */
  readonly missingPoints: readonly string[];
}

/** Checks every vault of the catalog, and that each listed point is in its vault. Warns of points whose vault is not recorded any more. `readData` is the share of data to read; none where absent. */
export async function verifyVaults(
  options: { readonly readData?: number | undefined },
  ports: Ports,
): Promise<readonly VaultVerdict[]> {
  await using catalog = await openProjectReader(ports);
  const resources = new ResourceLookup(await catalog.objects());
  const vaults = resources.all("vault");
  if (vaults.length === 0) throw noVault();
  const points = await catalog.points();
  tellUnverified(points, resources, ports);
  const verdicts: VaultVerdict[] = [];
  for (const address of vaults) {
    await using vault = await openVaultAt(address, resources, ports);
    const watch = new TaskProgress({ task: "verify", subject: address }, ports);
    const report = await vault.verify({ ...options, signal: ports.signal, watch });
    const missingPoints = missingFrom(new Set(report.pointIds), points, address);
    verdicts.push({ vault: address, report, missingPoints });
  }
  return verdicts;
}

function tellUnverified(
  points: readonly RecoveryPoint[],
  resources: ResourceLookup,
  ports: Ports,
): void {
  const lost = points.filter(
    ({ state, vault }) => state === "listed" && resources.tryGet(vault, "vault") === undefined,
  );
  for (const [address, own] of Map.groupBy(lost, ({ vault }) => vault)) {
    const diagnostic = warningDiagnostic({
      code: "POINT_NOT_VERIFIED",
      summary: "Recovery points not verified",
      detail: `${own.length} recovery points are kept in ${address}, which is no longer in the catalog, so nobody knows whether they can be restored. Write ${address} into the configuration again as it was, apply, and run verify again.`,
      address,
    });
    ports.host.emit({ type: "diagnostic", diagnostic });
  }
}

function missingFrom(
  stored: ReadonlySet<string>,
  points: readonly RecoveryPoint[],
  vault: Address,
): readonly string[] {
  return points
    .filter((point) => point.vault === vault && !stored.has(point.id))
    .filter((point) => point.state === "listed" || isGraced(point))
    .map(({ id }) => id);
}

function noVault() {
  return failure({
    code: "BACKUP_NOT_CONFIGURED",
    summary: "No vault",
    detail: "The catalog has no vault to verify. Write one, then run:\n\n    holdfast apply",
  });
}
