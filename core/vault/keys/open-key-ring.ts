import { KeyObject } from "node:crypto";
import { DiagnosticError } from "../../diagnostics/diagnostic.ts";
import type { Abortable, BlobStore } from "../../storage/blob-store.ts";
import { Damage } from "../format/damage.ts";
import type { VaultConfig } from "../format/vault-config.ts";
import { type KeyBlobs, listKeyBlobs } from "./key-blobs.ts";
import { incompleteKey, lostKeys, replacedKey, wrongKey, wrongWrapper } from "./key-failure.ts";
import { isComplete, type KeyRing, openKeyBlob, ringOf } from "./key-ring.ts";
import type { KeyWrapper } from "./key-wrapper.ts";
import { isNewest, outlookOf } from "./newest-epoch.ts";
import type { VaultKey } from "./vault-key.ts";
import { keyId, unwrapVaultKey } from "./wrapped-vault-key.ts";

/** What opens a vault: its key, or a key elsewhere that wraps it. */
export type VaultKeySource = VaultKey | KeyWrapper;

export function isVaultKey(source: VaultKeySource): source is VaultKey {
  return source instanceof KeyObject;
}

/** Reads every key blob of the vault. VAULT_KEY_LOST when there is none, VAULT_WRONG_KEY when nothing is wrapped by `source`, VAULT_KEY_INCOMPLETE when only some epochs are, KEY_VAULT_*. The signal stops the waiting for a key elsewhere. */
export async function loadKeyRing(
  store: BlobStore,
  { config, source }: { readonly config: VaultConfig; readonly source: VaultKeySource },
  { signal }: Abortable,
): Promise<KeyRing> {
  const blobs = await listKeyBlobs(store, config);
  if (blobs.epochs.length === 0) throw lostKeys();
  const wrappers = [...new Set(blobs.vaultKeys.map(({ wrapper }) => wrapper))];
  if (isVaultKey(source)) {
    const ring = ringUnder(blobs, config, source);
    if (ring === undefined) throw wrongKey(wrappers);
    if (!isComplete(ring)) throw incompleteKey();
    return judged(ring, blobs);
  }
  const found = await findKey(blobs, { config, wrapper: source }, { signal });
  if (found?.ring !== undefined) return judged(found.ring, blobs);
  throw found === undefined ? wrongWrapper(source.keyName, wrappers) : incompleteKey();
}

/** Where a policy keeps a key that was replaced, it still reads what it opened. */
function judged(ring: KeyRing, blobs: KeyBlobs): KeyRing {
  if (isNewest(blobs, ring)) return ring;
  return { ...ring, outdated: replacedKey(ring.epoch, outlookOf(blobs)) };
}

/**
 * The key that the wrapper wraps and that opens the vault. While a rotation changes it, or where a policy keeps the one
 * before, there may be two: the one with the newest data key is given, and where none opens everything, the first without a ring. Undefined where there is none at all. KEY_VAULT_*. Throws Damage when two
 * open different data: whoever may write to the store can have anything wrapped, because wrapping takes no secret.
 */
export async function findKey(
  blobs: KeyBlobs,
  by: { readonly config: VaultConfig; readonly wrapper: KeyWrapper },
  options: Abortable,
): Promise<{ readonly key: VaultKey; readonly ring: KeyRing | undefined } | undefined> {
  const own = blobs.vaultKeys.filter(({ wrapper }) => wrapper === by.wrapper.keyName);
  const found: { readonly key: VaultKey; readonly ring: KeyRing | undefined }[] = [];
  let refusal: DiagnosticError | undefined;
  for (const wrapped of own) {
    try {
      const key = await unwrapVaultKey(wrapped, by, options);
      const ring = ringUnder(blobs, by.config, key);
      if (found.some((other) => areStrange(other.ring, ring)))
        throw new Damage(wrapped.name, "holds a key that is not of this vault");
      found.push({ key, ring });
    } catch (error) {
      // A version may be disabled by which only a leftover is wrapped.
      if (!(error instanceof DiagnosticError) || !isUnusable(error)) throw error;
      refusal ??= error;
    }
  }
  const whole = found
    .filter(({ ring }) => ring !== undefined && isComplete(ring))
    .toSorted((one, other) => epochOf(other) - epochOf(one));
  if (whole[0] !== undefined) return whole[0];
  if (refusal !== undefined) throw refusal;
  const [first] = found;
  return first && { key: first.key, ring: undefined };
}

function epochOf({ ring }: { readonly ring: KeyRing | undefined }): number {
  return ring?.epoch ?? 0;
}

function areStrange(one: KeyRing | undefined, other: KeyRing | undefined): boolean {
  return one !== undefined && other !== undefined && !one.idKey.equals(other.idKey);
}

function isUnusable({ diagnostic }: DiagnosticError): boolean {
  return diagnostic.code === "KEY_VAULT_KEY_UNUSABLE";
}

/** What one key opens; undefined where that is nothing. Throws Damage. */
export function ringUnder(
  { epochs }: KeyBlobs,
  config: VaultConfig,
  key: VaultKey,
): KeyRing | undefined {
  const wanted = keyId(config, key);
  const own = epochs.filter((blob) => blob.keyId === wanted);
  return ringOf(own.map((blob) => openKeyBlob(blob, { config, key })));
}
