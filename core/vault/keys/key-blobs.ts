import type { Abortable, BlobName, BlobStore } from "../../storage/blob-store.ts";
import { KEY_PREFIX } from "../format/blob-names.ts";
import { decodeCheckedText } from "../format/checked-text.ts";
import type { VaultConfig } from "../format/vault-config.ts";
import { tryGet } from "../stored-blobs.ts";
import { tryParseWrappedVaultKey, type WrappedVaultKey } from "./wrapped-vault-key.ts";

/** The data key of an epoch, wrapped by a key of this vault. */
export interface KeyBlob {
  readonly name: BlobName;
  /** The key that wraps it. */
  readonly keyId: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** What lies below `keys/` and belongs to this vault. */
export interface KeyBlobs {
  readonly epochs: readonly KeyBlob[];
  /** Keys of the vault that keys elsewhere wrap. */
  readonly vaultKeys: readonly WrappedVaultKey[];
}

/** Every key blob of the vault, whatever key wraps it. One that a rotation takes away meanwhile is passed over. Throws Damage. */
export async function listKeyBlobs(
  store: BlobStore,
  config: VaultConfig,
  options: Abortable = {},
): Promise<KeyBlobs> {
  const epochs: KeyBlob[] = [];
  const vaultKeys: WrappedVaultKey[] = [];
  for await (const { name } of store.list(KEY_PREFIX, options)) {
    const bytes = await tryGet(store, name, options);
    if (bytes === undefined) continue;
    const value = decodeCheckedText(name, bytes);
    if (value["vault"] !== config.id) continue;
    const wrapped = tryParseWrappedVaultKey(name, value);
    if (wrapped === undefined) epochs.push({ name, keyId: String(value["key_id"]), value });
    else vaultKeys.push(wrapped);
  }
  return { epochs, vaultKeys };
}
