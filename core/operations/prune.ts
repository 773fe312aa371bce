import type { Address } from "../address/address.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import type { Instant } from "../kit/clock.ts";
import type { CollectionReport, Vault } from "../vault/vault.ts";
import { expiredPoints } from "./expired-points.ts";
import { openVaultAt } from "./open-vault.ts";
import type { Ports } from "./ports.ts";
import { openProjectCatalog } from "./project.ts";
import { ResourceLookup } from "./resource-lookup.ts";

/** What pruning a vault took, or would take. */
export interface PrunedVault {
  readonly vault: Address;
  /** Points that their retention gives up, oldest first. */
  readonly points: readonly RecoveryPoint[];
  readonly collection: CollectionReport;
}

/** What `prune` would do now: exact to the byte as long as no backup runs. Changes nothing. */
export function planPrune(ports: Ports): Promise<readonly PrunedVault[]> {
  return eachVault(ports, async ({ vault, expired, left }) => {
    const points = [...expired, ...left];
    const held = await vault.points({ signal: ports.signal });
    const stored = new Set([...held.points, ...held.damaged].map(({ id }) => id));
    const ids = points.map(({ id }) => id).filter((id) => stored.has(id));
    return { points, collection: await vault.planCollection(ids, { signal: ports.signal }) };
  });
}

/**
 * Removes the points that their retention gives up, then what no point needs, from every vault of the catalog. The catalog
 * hides a point before the vault does, so a stop in between leaves no point that is listed and gone; the next prune goes on.
 */
export function prune(ports: Ports): Promise<readonly PrunedVault[]> {
  return eachVault(ports, async ({ vault, catalog, expired, left }) => {
    const { signal } = ports;
    const points = [...expired, ...left];
    for (const point of expired) {
      signal.throwIfAborted();
      await catalog.write([{ kind: "put_point", point: { ...point, state: "tombstoned" } }]);
    }
    for (const point of points) {
      signal.throwIfAborted();
      await removeIfThere(vault, point.id, ports);
      await catalog.write([{ kind: "put_point", point: { ...point, state: "purged" } }]);
    }
    return { points, collection: await vault.collect({ signal }) };
  });
}

interface PruneTurn {
  readonly vault: Vault;
  readonly catalog: Catalog;
  readonly expired: readonly RecoveryPoint[];
  /** Points that an earlier prune hid and did not come to remove. */
  readonly left: readonly RecoveryPoint[];
}

async function eachVault(
  ports: Ports,
  work: (turn: PruneTurn) => Promise<Omit<PrunedVault, "vault">>,
): Promise<readonly PrunedVault[]> {
  await using catalog = await openProjectCatalog(ports);
  const resources = new ResourceLookup(await catalog.objects());
  const vaults = resources.all("vault");
  if (vaults.length === 0) throw noVault();
  const pruned: PrunedVault[] = [];
  for (const address of vaults) {
    await using vault = await openVaultAt(address, resources, ports);
    const at = earlier(ports.clock.now(), await vault.storeTime({ signal: ports.signal }));
    const points = await catalog.points();
    const own = (point: RecoveryPoint): boolean => point.vault === address;
    const expired = expiredPoints(points, resources, at).filter(own);
    const left = points.filter(({ state }) => state === "tombstoned").filter(own);
    pruned.push({ vault: address, ...(await work({ vault, catalog, expired, left })) });
  }
  return pruned;
}

/** A clock of this machine that is fast must not end a point early. */
function earlier(one: Instant, other: Instant): Instant {
  return one < other ? one : other;
}

async function removeIfThere(vault: Vault, id: string, { signal }: Ports): Promise<void> {
  try {
    await vault.removePoint(id, { signal });
  } catch (error) {
    const isGone = error instanceof DiagnosticError && error.diagnostic.code === "POINT_NOT_FOUND";
    if (!isGone) throw error;
  }
}

function noVault() {
  return failure({
    code: "BACKUP_NOT_CONFIGURED",
    summary: "No vault",
    detail: "The catalog has no vault to prune. Write one, then run:\n\n    holdfast apply",
  });
}
