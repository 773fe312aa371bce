import { RESOURCES, type ResourceAttributes } from "../../schemas/blocks/resources.ts";
import type { Address } from "../address/address.ts";
import type { CatalogReader } from "../catalog/catalog.ts";
import { isGraced } from "../catalog/graced-point.ts";
import { hasCode } from "../diagnostics/caught.ts";
import { DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import { changedPaths } from "../plan/meaning.ts";
import { replaceReasons } from "../plan/replace-rules.ts";
import type { Vault } from "../vault/vault.ts";
import { openStore } from "./open-store.ts";
import type { ReadingPorts } from "./ports.ts";
import type { ResourceLookup } from "./resource-lookup.ts";
import { readVaultKey } from "./vault-key.ts";

type VaultAttributes = ResourceAttributes<"vault">;

/** Loaded with the first vault: its schemas cost a command without one 50 ms. */
const vaultRoom = () => import("../vault/vault.ts");

/** Opens a vault that must be there: VAULT_MISSING, VAULT_WRONG_KEY, KEY_MALFORMED, SECRET_MISSING, KEY_VAULT_*. */
export async function openVaultAt(
  address: string,
  resources: ResourceLookup,
  ports: ReadingPorts,
): Promise<Vault> {
  const attributes = resources.get(address, "vault");
  const key = await readVaultKey({ address, attributes, resources }, ports);
  const store = await openStore({ address, attributes, resources }, ports);
  const { openVault } = await vaultRoom();
  return named(address, () => openVault(store, key, ports));
}

export interface WantedVault {
  readonly address: Address;
  /** An import says that it is there: none is made [it may be made]. */
  readonly isImported?: boolean | undefined;
  readonly attributes: VaultAttributes;
  /** Holds the credential of its storage. */
  readonly resources: ResourceLookup;
}

/**
 * Opens the vault, or makes it where the store has none. Gives whether it was made. Where the catalog has points in it, an
 * empty place is a disk that is not mounted or a path that is wrong: VAULT_MISSING, and nothing is made.
 */
export async function ensureVault(
  { address, attributes, resources, isImported = false }: WantedVault,
  catalog: CatalogReader,
  ports: ReadingPorts,
): Promise<"created" | "opened"> {
  const key = await readVaultKey({ address, attributes, resources }, ports);
  const store = await openStore({ address, attributes, resources }, ports);
  const { createVault, openVault } = await vaultRoom();
  try {
    await using _vault = await named(address, () => openVault(store, key, ports));
    return "opened";
  } catch (error) {
    const isMissing = hasCode(error, "VAULT_MISSING");
    if (!isMissing || isImported) throw error;
    const kept = await countPoints({ address, attributes }, catalog);
    if (kept > 0) throw vaultLost(address, kept, error);
    await using _vault = await named(address, () => createVault(store, key, ports));
    return "created";
  }
}

/** How many points that can be restored or brought back are in the vault's place. None where the vault is recorded at another one: those stay there. */
async function countPoints(
  { address, attributes }: Omit<WantedVault, "resources">,
  catalog: CatalogReader,
): Promise<number> {
  const recorded = (await catalog.objects()).find((object) => object.address === address);
  const changed = recorded && changedPaths(RESOURCES.vault, recorded.attributes, attributes);
  if (changed !== undefined && replaceReasons("vault", changed).length > 0) return 0;
  const points = await catalog.points();
  const own = points.filter(({ vault }) => vault === address);
  return own.filter((point) => point.state === "listed" || isGraced(point)).length;
}

function vaultLost(address: Address, kept: number, cause: unknown): DiagnosticError {
  return failure(
    {
      code: "VAULT_MISSING",
      summary: "Vault not found",
      detail: `The catalog has ${kept} recovery points in ${address}, but there is no vault at its place. No new one was made, because it would only hide that. Check the path, and that the disk is mounted. If the vault is lost for good, write a vault of another name and let the backup sets use that one.`,
      address,
    },
    cause,
  );
}

/** Errors of a vault carry its address. */
export async function named<T>(address: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DiagnosticError) || error.diagnostic.address !== undefined) throw error;
    throw new DiagnosticError({ ...error.diagnostic, address: address as never }, { cause: error });
  }
}
