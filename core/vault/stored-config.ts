import { hasCode } from "../diagnostics/caught.ts";
import { type DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import type { BlobStore } from "../storage/blob-store.ts";
import { CONFIG_NAME } from "./format/blob-names.ts";
import { parseVaultConfig, type VaultConfig } from "./format/vault-config.ts";

/** VAULT_MISSING */
export async function readConfig(store: BlobStore): Promise<VaultConfig> {
  try {
    return parseVaultConfig(await store.get(CONFIG_NAME));
  } catch (error) {
    if (hasCode(error, "STORE_NOT_FOUND")) throw vaultMissing(error);
    throw error;
  }
}

function vaultMissing(cause: unknown): DiagnosticError {
  return failure(
    {
      code: "VAULT_MISSING",
      summary: "Vault not found",
      detail:
        "There is no vault at that place: it has no config. Check the path or the address, and that the disk is mounted. " +
        "A new vault is made with holdfast init, where a configuration names it, else with:\n\n    holdfast vault init DIR",
    },
    cause,
  );
}
