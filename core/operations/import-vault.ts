import type { Address } from "../address/address.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { Renames } from "../plan/moves.ts";
import type { Importing } from "../plan/plan.ts";
import { renamePoint } from "../plan/rename.ts";
import { readOnly } from "../storage/read-only.ts";
import type { Vault } from "../vault/vault.ts";
import { tellDamagedPoints } from "./damaged-points.ts";
import { openStore } from "./open-store.ts";
import { named, openVaultAt } from "./open-vault.ts";
import type { ReadingPorts } from "./ports.ts";
import { pointRecordOf } from "./rebuild-catalog.ts";
import type { ResourceLookup } from "./resource-lookup.ts";
import { readVaultKey } from "./vault-key.ts";
import { isNamedStream } from "./vault-streams.ts";

interface VaultToList {
  readonly address: Address;
  readonly resources: ResourceLookup;
}

/** The points that a vault holds, as the catalog would list them, under the addresses of their manifests. Changes nothing. */
export async function pointsInVault(
  { address, resources }: VaultToList,
  ports: ReadingPorts,
): Promise<readonly RecoveryPoint[]> {
  const attributes = resources.get(address, "vault");
  const key = await readVaultKey({ address, attributes, resources }, ports);
  const store = readOnly(await openStore({ address, attributes, resources }, ports));
  const { openVault } = await import("../vault/vault.ts");
  await using vault = await named(address, () => openVault(store, key, ports));
  return await recordsOf(vault, address, ports);
}

/** Lists in the catalog what an imported vault holds and the catalog does not; the vault must be there: VAULT_MISSING. */
export async function listImportedVault(
  { address, resources, importing }: VaultToList & { readonly importing: Importing },
  catalog: Catalog,
  ports: ReadingPorts,
): Promise<void> {
  await using vault = await openVaultAt(address, resources, ports);
  const known = new Set((await catalog.points()).map(({ id }) => id));
  const renames: Renames = new Map(importing.renames);
  const points = (await recordsOf(vault, address, ports)).filter(({ id }) => !known.has(id));
  const changes = points.map((point) => ({
    kind: "put_point" as const,
    point: { ...renamePoint(point, renames), vault: address },
  }));
  if (changes.length > 0) await catalog.write(changes);
}

async function recordsOf(
  vault: Vault,
  address: Address,
  ports: ReadingPorts,
): Promise<readonly RecoveryPoint[]> {
  const { points, damaged } = await vault.points({ signal: ports.signal });
  tellDamagedPoints(damaged, address, ports);
  return points
    .filter((point) => !isNamedStream(point))
    .map((point) => pointRecordOf(point, address));
}
