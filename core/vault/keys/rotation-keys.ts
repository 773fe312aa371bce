import { hasCode } from "../../diagnostics/caught.ts";
import type { Abortable, BlobStore } from "../../storage/blob-store.ts";
import { Damage } from "../format/damage.ts";
import type { VaultConfig } from "../format/vault-config.ts";
import { type KeyBlobs, listKeyBlobs } from "./key-blobs.ts";
import { incompleteKey, wrongKey, wrongWrapper } from "./key-failure.ts";
import { isComplete, type RandomBytes } from "./key-ring.ts";
import type { KeyWrapper } from "./key-wrapper.ts";
import { findKey, isVaultKey, ringUnder, type VaultKeySource } from "./open-key-ring.ts";
import { vaultKeyNameOf } from "./rotation-names.ts";
import type { VaultKey } from "./vault-key.ts";
import {
  drawVaultKey,
  keyId,
  unwrapVaultKey,
  type WrappedVaultKey,
  wrapVaultKey,
} from "./wrapped-vault-key.ts";

interface Context extends Abortable {
  readonly config: VaultConfig;
  readonly randomBytes: RandomBytes;
}

/** The key that the vault has, where `from` says so; undefined when a wrapper wraps none of its keys any more. KEY_VAULT_* */
export async function resolveOldKey(
  blobs: KeyBlobs,
  { from, to }: { readonly from: VaultKeySource; readonly to: VaultKeySource },
  context: Context,
): Promise<VaultKey | undefined> {
  if (isVaultKey(from)) return from;
  const by = { config: context.config, wrapper: from };
  const begun = !isVaultKey(to) && to.keyName === from.keyName ? findBegun(blobs, from) : undefined;
  if (begun !== undefined) return unwrapVaultKey(begun, by, context);
  return (await findKey(blobs, by, context))?.key;
}

/** Of a rotation between two keys of one wrapper that was stopped: the blob of the key that goes. */
function findBegun({ vaultKeys }: KeyBlobs, { keyName }: KeyWrapper): WrappedVaultKey | undefined {
  const own = vaultKeys.filter(({ wrapper }) => wrapper === keyName);
  return own.find((old) => own.some(({ replaces }) => replaces === old.keyId));
}

/** The new key: what `to` is, or what it wrapped when this rotation was begun before, or one that is drawn and put now. */
export async function resolveNewKey(
  store: BlobStore,
  wanted: {
    readonly blobs: KeyBlobs;
    readonly to: VaultKeySource;
    readonly old: VaultKey | undefined;
  },
  context: Context,
): Promise<VaultKey> {
  const { blobs, to, old } = wanted;
  if (isVaultKey(to)) return to;
  const by = { config: context.config, wrapper: to };
  if (old === undefined) {
    const found = await findKey(blobs, by, context);
    if (found === undefined) throw wrongWrapper(to.keyName, wrappersOf(blobs));
    return found.key;
  }
  const replaces = keyId(context.config, old);
  const begun = blobs.vaultKeys.find(
    (each) => each.wrapper === to.keyName && each.replaces === replaces,
  );
  if (begun !== undefined) return unwrapVaultKey(begun, by, context);
  const ring = ringUnder(blobs, context.config, old);
  if (ring === undefined) throw wrongKey(wrappersOf(blobs));
  if (!isComplete(ring)) throw incompleteKey();
  const name = vaultKeyNameOf(ring.idKey, { wrapper: to.keyName, replaces });
  const key = drawVaultKey(context.randomBytes);
  const bytes = await wrapVaultKey(key, { ...by, replaces }, context);
  try {
    await store.put(name, [bytes], context);
    return key;
  } catch (error) {
    if (!hasCode(error, "STORE_EXISTS")) throw error;
  }
  const { vaultKeys } = await listKeyBlobs(store, context.config, context);
  const other = vaultKeys.find((each) => each.name === name);
  if (other === undefined) throw new Damage(name, "holds no wrapped key of the vault");
  return unwrapVaultKey(other, by, context);
}

function wrappersOf({ vaultKeys }: KeyBlobs): readonly string[] {
  return [...new Set(vaultKeys.map(({ wrapper }) => wrapper))];
}
