import { tryParseAddress } from "../address/address.ts";
import { failure } from "../diagnostics/diagnostic.ts";
import { TaskProgress } from "../events/task-progress.ts";
import type { Vault, VaultStats, VerifyReport } from "../vault/vault.ts";
import { openVaultAt } from "./open-vault.ts";
import type { Ports } from "./ports.ts";
import { openProjectReader } from "./project.ts";
import { ResourceLookup } from "./resource-lookup.ts";
import { openStreamVault } from "./vault-streams.ts";

/** What a command said of one vault: its address, or its folder as the user wrote it. */
export interface OfVault<T> {
  readonly name: string;
  readonly result: T;
}

/** Whether the text means a vault of the catalog and no folder: `vault.main`. A folder of that name is `./vault.main`. */
export function isVaultAddress(place: string): boolean {
  return /(?:^|\.)vault\.[^./\\]+$/.test(place) && tryParseAddress(place) !== undefined;
}

/** Opens one vault after the other: all of the catalog, the one of an address, or that of a folder. */
export async function eachVault<T>(
  place: string | undefined,
  work: (vault: Vault, name: string) => Promise<T>,
  ports: Ports,
): Promise<readonly OfVault<T>[]> {
  if (place !== undefined && !isVaultAddress(place)) {
    await using vault = await openStreamVault(place, ports);
    return [{ name: place, result: await work(vault, place) }];
  }
  await using catalog = await openProjectReader(ports);
  const resources = new ResourceLookup(await catalog.objects());
  const addresses = place === undefined ? resources.all("vault") : [resources.find(place, "vault")];
  if (addresses.length === 0) throw noVault();
  const results: OfVault<T>[] = [];
  for (const address of addresses) {
    ports.signal.throwIfAborted();
    await using vault = await openVaultAt(address, resources, ports);
    results.push({ name: address, result: await work(vault, address) });
  }
  return results;
}

/** Counts what vaults hold, and what each database comes to. */
export function countVaults(
  place: string | undefined,
  ports: Ports,
): Promise<readonly OfVault<VaultStats>[]> {
  return eachVault(place, (vault) => vault.stats({ signal: ports.signal }), ports);
}

/** Verifies without holding the points against a catalog. */
export function verifyPlace(
  place: string,
  { readData }: { readonly readData: number | undefined },
  ports: Ports,
): Promise<readonly OfVault<VerifyReport>[]> {
  const { signal } = ports;
  const verify = (vault: Vault, subject: string): Promise<VerifyReport> => {
    const watch = new TaskProgress({ task: "verify", subject }, ports);
    return vault.verify({ readData, signal, watch });
  };
  return eachVault(place, verify, ports);
}

function noVault() {
  return failure({
    code: "BACKUP_NOT_CONFIGURED",
    summary: "No vault",
    detail: "The catalog has no vault. Write one, then run:\n\n    holdfast apply",
  });
}
