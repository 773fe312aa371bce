import { hasCode } from "../diagnostics/caught.ts";
import { type DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import type { BlobStore } from "../storage/blob-store.ts";
import type { Vault } from "./contract/vault-contract.ts";
import { CONFIG_NAME, keyName, parseBlobId } from "./format/blob-names.ts";
import { createVaultConfig } from "./format/vault-config.ts";
import { createKeyBlob } from "./keys/key-ring.ts";
import { isVaultKey, type VaultKeySource } from "./keys/open-key-ring.ts";
import { drawVaultKey, wrapVaultKey } from "./keys/wrapped-vault-key.ts";
import { openVault, type VaultOptions } from "./stored-vault.ts";

/** Makes a vault in an empty place. VAULT_EXISTS when there is one: it stays as it was; KEY_VAULT_*. The config is written last, so a crash leaves no half vault. */
export async function createVault(
  store: BlobStore,
  source: VaultKeySource,
  options: VaultOptions,
): Promise<Vault> {
  if ((await store.head(CONFIG_NAME)) !== undefined) throw vaultExists();
  const id = parseBlobId(options.randomBytes(16));
  const chunkId = options.blake3 === undefined ? "hmac-sha-256" : "blake3";
  const config = createVaultConfig(id, { chunkId, createdAt: options.clock.now() });
  const key = isVaultKey(source) ? source : drawVaultKey(options.randomBytes);
  const blobs = [createKeyBlob(config, key, options.randomBytes)];
  if (!isVaultKey(source)) {
    const { signal } = options;
    const bytes = await wrapVaultKey(key, { config, wrapper: source, replaces: "" }, { signal });
    blobs.push({ id: parseBlobId(options.randomBytes(16)), bytes });
  }
  for (const blob of blobs) await store.put(keyName(blob.id), [blob.bytes]);
  try {
    await store.put(CONFIG_NAME, [config.bytes]);
  } catch (error) {
    if (!hasCode(error, "STORE_EXISTS")) throw error;
    for (const blob of blobs) await store.remove(keyName(blob.id));
    throw vaultExists(error);
  }
  return openVault(store, key, options);
}

function vaultExists(cause?: unknown): DiagnosticError {
  return failure(
    {
      code: "VAULT_EXISTS",
      summary: "Vault exists already",
      detail: "There is a vault at this place already. It was left as it is: open it with its key.",
    },
    cause,
  );
}
