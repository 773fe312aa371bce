import { createRepeat } from "../../core/storage/retrying.ts";
import type { KeyVaultPlace, KeyWrapper } from "../../core/vault/vault.ts";
import { AZURE_RETRY } from "./azure-retry.ts";

/** A key of Azure Key Vault, asked patiently. Loads the SDKs, which take 0.2 s. */
export async function openKeyVaultKey(place: KeyVaultPlace): Promise<KeyWrapper> {
  const azure = await import("../../providers/azure/key-vault/open-key-vault-key.ts");
  return azure.openKeyVaultKey(place, { repeat: createRepeat(AZURE_RETRY) });
}
