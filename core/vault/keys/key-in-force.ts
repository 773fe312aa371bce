import type { Abortable } from "../../storage/blob-store.ts";
import type { VaultConfig } from "../format/vault-config.ts";
import type { KeyBlobs } from "./key-blobs.ts";
import { outdatedKey } from "./key-failure.ts";
import { isComplete, type KeyRing } from "./key-ring.ts";
import { isNewest, outlookOf } from "./newest-epoch.ts";
import { findKey, isVaultKey, ringUnder, type VaultKeySource } from "./open-key-ring.ts";
import type { VaultKey } from "./vault-key.ts";

/**
 * A key that was replaced stays where a policy keeps its blobs, and opens everything up to its own newest data key. Where
 * the vault has a newer one, gives the key that `to` is if that opens it, so that what is left of the old one goes; else
 * VAULT_KEY_OUTDATED. Undefined where the old key is in force.
 */
export async function findInForce(
  blobs: KeyBlobs,
  { old, to }: { readonly old: VaultKey | undefined; readonly to: VaultKeySource },
  { config, signal }: Abortable & { readonly config: VaultConfig },
): Promise<VaultKey | undefined> {
  const ring = old && ringUnder(blobs, config, old);
  if (ring === undefined || !isComplete(ring) || isNewest(blobs, ring)) return undefined;
  const key = isVaultKey(to)
    ? to
    : (await findKey(blobs, { config, wrapper: to }, { signal }))?.key;
  const fresh = key && ringUnder(blobs, config, key);
  if (fresh === undefined || !isComplete(fresh) || !isNewest(blobs, fresh))
    throw outdatedKey(ring.epoch, outlookOf(blobs));
  return key;
}

/** VAULT_KEY_OUTDATED unless the key opens the newest data key. */
export function requireInForce(blobs: KeyBlobs, ring: KeyRing): void {
  if (!isNewest(blobs, ring)) throw outdatedKey(ring.epoch, outlookOf(blobs));
}
