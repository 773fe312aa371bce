import { readOnly } from "../storage/read-only.ts";
import type { Vault } from "../vault/vault.ts";
import { openStore } from "./open-store.ts";
import { named } from "./open-vault.ts";
import type { ReadingPorts } from "./ports.ts";
import type { ResourceLookup } from "./resource-lookup.ts";
import { readVaultKey } from "./vault-key.ts";

/**
 * Opens a vault that cannot be changed through it: STORE_NOT_WRITABLE. Its copies near by are passed over, since reading
 * fills them. VAULT_MISSING, VAULT_WRONG_KEY, KEY_MALFORMED, SECRET_MISSING, KEY_VAULT_*.
 */
export async function openVaultReader(
  address: string,
  resources: ResourceLookup,
  ports: ReadingPorts,
): Promise<Vault> {
  const attributes = resources.get(address, "vault");
  const key = await readVaultKey({ address, attributes, resources }, ports);
  const far = { ...attributes, tiers: { ...attributes.tiers, hot: null } };
  const store = await openStore({ address, attributes: far, resources }, ports);
  const { openVault } = await import("../vault/vault.ts");
  return named(address, () => openVault(readOnly(store), key, ports));
}
