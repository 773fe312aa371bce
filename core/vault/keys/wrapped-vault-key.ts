import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import { type DiagnosticError, failure } from "../../diagnostics/diagnostic.ts";
import type { Abortable, BlobName } from "../../storage/blob-store.ts";
import { encodeCheckedText } from "../format/checked-text.ts";
import { Damage } from "../format/damage.ts";
import type { VaultConfig } from "../format/vault-config.ts";
import type { KeyWrapper, WrappedKey } from "./key-wrapper.ts";
import type { VaultKey } from "./vault-key.ts";

const KEY_SIZE = 32;

/** A key of this vault as a key elsewhere wrapped it. */
export interface WrappedVaultKey {
  readonly name: BlobName;
  /** Of the key of the vault that is inside. */
  readonly keyId: string;
  /** The key that wrapped it, without its version. */
  readonly wrapper: string;
  /** The id of the vault's key in whose place a rotation puts this one; empty in a new vault. */
  readonly replaces: string;
  readonly wrapped: WrappedKey;
}

/** A new key for a vault, which nobody sees: only what a wrapper makes of it is kept. */
export function drawVaultKey(randomBytes: (length: number) => Uint8Array): VaultKey {
  return createSecretKey(randomBytes(KEY_SIZE)) as KeyObject as VaultKey;
}

/** Tells a wrong key from a damaged blob, and nothing else: a keyed hash of the vault's id. */
export function keyId(config: VaultConfig, key: VaultKey): string {
  const mac = createHmac("sha256", key).update(`holdfast/vault/1/key-id/${config.id}`);
  return mac.digest("hex").slice(0, 32);
}

/** The blob for a wrapped key of the vault. Made only once the wrapper gave back what it had wrapped: KEY_VAULT_*. */
export async function wrapVaultKey(
  key: VaultKey,
  by: { readonly config: VaultConfig; readonly wrapper: KeyWrapper; readonly replaces: string },
  options: Abortable,
): Promise<Uint8Array> {
  const { config, wrapper, replaces } = by;
  const secret = key.export();
  try {
    const wrapped = await wrapper.wrap(secret, options);
    const again = Buffer.from(await wrapper.unwrap(wrapped, options));
    const isSame = again.equals(secret);
    again.fill(0);
    if (!isSame) throw unfaithful(wrapper);
    return encodeCheckedText({
      format: 1,
      vault: config.id,
      key_id: keyId(config, key),
      wrapper: wrapper.keyName,
      wrapped_by: wrapped.keyId,
      algorithm: wrapped.algorithm,
      wrapped_key: Buffer.from(wrapped.bytes).toString("hex"),
      replaces,
    });
  } finally {
    secret.fill(0);
  }
}

/** What a key blob says; undefined when it is one of an epoch. */
export function tryParseWrappedVaultKey(
  name: BlobName,
  value: Readonly<Record<string, unknown>>,
): WrappedVaultKey | undefined {
  if (value["wrapped_by"] === undefined) return undefined;
  const text = (member: string): string => {
    const found = value[member];
    return typeof found === "string" ? found : "";
  };
  return {
    name,
    keyId: text("key_id"),
    wrapper: text("wrapper"),
    replaces: text("replaces"),
    wrapped: {
      keyId: text("wrapped_by"),
      algorithm: text("algorithm"),
      bytes: Buffer.from(text("wrapped_key"), "hex"),
    },
  };
}

/** KEY_VAULT_*; throws Damage when the service opens it and something else is inside. */
export async function unwrapVaultKey(
  { name, keyId: wanted, wrapped }: WrappedVaultKey,
  { config, wrapper }: { readonly config: VaultConfig; readonly wrapper: KeyWrapper },
  options: Abortable,
): Promise<VaultKey> {
  const secret = Buffer.from(await wrapper.unwrap(wrapped, options));
  try {
    if (secret.length === KEY_SIZE) {
      const key = createSecretKey(secret) as KeyObject as VaultKey;
      if (keyId(config, key) === wanted) return key;
    }
  } finally {
    secret.fill(0);
  }
  throw new Damage(name, "holds another key than it says");
}

function unfaithful({ keyName }: KeyWrapper): DiagnosticError {
  return failure({
    code: "KEY_VAULT_KEY_UNUSABLE",
    summary: "Key of Azure Key Vault not usable",
    detail: `${keyName} did not give back what it had wrapped, so a vault under it could not be opened. Nothing was changed. Look whether the address leads to Azure Key Vault itself.`,
  });
}
