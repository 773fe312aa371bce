import { createSecretKey } from "node:crypto";
import { hasCode } from "../../diagnostics/caught.ts";
import type { Abortable, BlobName, BlobStore } from "../../storage/blob-store.ts";
import { Damage, explained } from "../format/damage.ts";
import type { VaultConfig } from "../format/vault-config.ts";
import { readConfig } from "../stored-config.ts";
import { type KeyBlobs, listKeyBlobs } from "./key-blobs.ts";
import { incompleteKey, lostKeys, unchangedKey, wrongKey } from "./key-failure.ts";
import { findInForce, requireInForce } from "./key-in-force.ts";
import {
  type EpochSecrets,
  isComplete,
  type KeyRing,
  openKeyBlob,
  type RandomBytes,
  type WrappedBy,
  wrapSecrets,
} from "./key-ring.ts";
import { isVaultKey, ringUnder, type VaultKeySource } from "./open-key-ring.ts";
import { resolveNewKey, resolveOldKey } from "./rotation-keys.ts";
import { epochNameOf, wrapNameOf } from "./rotation-names.ts";
import type { VaultKey } from "./vault-key.ts";
import { keyId } from "./wrapped-vault-key.ts";

export interface KeyRotation {
  /** The data key that encrypts from now on. */
  readonly epoch: number;
  /** `finished`: an earlier rotation had written everything; only old wraps were left. */
  readonly outcome: "rotated" | "finished";
  readonly removedWraps: number;
  /** Key blobs of keys that are neither the old nor the new one; they were left alone. */
  readonly otherWraps: number;
}

interface Rotation extends Abortable {
  readonly from: VaultKeySource;
  readonly to: VaultKeySource;
  readonly randomBytes: RandomBytes;
}

/**
 * Gives the vault another key, and a new data key for what is written from now on. Stopped at any call, the vault opens with
 * the old key or the new one, and the same call again goes on. The steps: where a key elsewhere wraps the new one, that is
 * drawn and its blob put; a new data key under the old key; all data keys under the new key, the newest first; all of that
 * read back; the wraps of the old key removed, the first epoch first, and last the blob of the old key, if it has one. Names
 * of key blobs follow from what they hold, so that a second rotation at the same time puts the same and never another data
 * key of that epoch. From one wrapped key to another of the same wrapper, each call that is not the rest of one before makes
 * another rotation. From a key that was replaced since, and that a policy keeps, it only goes on to the key that replaced it:
 * VAULT_KEY_OUTDATED for any other. VAULT_WRONG_KEY, VAULT_KEY_INCOMPLETE, VAULT_KEY_LOST, VAULT_KEY_UNCHANGED, VAULT_MISSING, VAULT_CORRUPTED, KEY_VAULT_*.
 */
export function rotateVaultKey(store: BlobStore, rotation: Rotation): Promise<KeyRotation> {
  return explained(async () => {
    const { from, to, randomBytes, signal } = rotation;
    if (isVaultKey(from) && isVaultKey(to) && from.equals(to)) throw unchangedKey();
    const config = await readConfig(store);
    const blobs = await listKeyBlobs(store, config, { signal });
    if (blobs.epochs.length === 0) throw lostKeys();
    const options = { config, randomBytes, signal };
    const old = await resolveOldKey(blobs, { from, to }, options);
    const given = await findInForce(blobs, { old, to }, options);
    const fresh = given ?? (await resolveNewKey(store, { blobs, to, old }, options));
    return new KeyRotator(store, { config, from: old, to: fresh, randomBytes, signal }).run();
  });
}

interface KeyPair extends Abortable {
  readonly config: VaultConfig;
  /** Undefined when a rotation that was stopped late left nothing of it. */
  readonly from: VaultKey | undefined;
  readonly to: VaultKey;
  readonly randomBytes: RandomBytes;
}

function epochOf(ring: KeyRing | undefined): number {
  return ring?.epoch ?? 0;
}

class KeyRotator {
  readonly #store: BlobStore;
  readonly #config: VaultConfig;
  readonly #rotation: KeyPair;
  readonly #old: WrappedBy | undefined;
  readonly #new: WrappedBy;

  constructor(store: BlobStore, rotation: KeyPair) {
    const { config, from, to } = rotation;
    this.#store = store;
    this.#config = config;
    this.#rotation = rotation;
    this.#old = from === undefined ? undefined : { config, key: from };
    this.#new = { config, key: to };
  }

  async run(): Promise<KeyRotation> {
    const blobs = await listKeyBlobs(this.#store, this.#config, this.#rotation);
    const old = this.#old && ringUnder(blobs, this.#config, this.#old.key);
    const fresh = ringUnder(blobs, this.#config, this.#new.key);
    const otherWraps = this.#countOthers(blobs);
    const isFinished = fresh !== undefined && isComplete(fresh);
    const isReplaced = isFinished && fresh.epoch > epochOf(old);
    if (this.#old !== undefined && old !== undefined && isComplete(old) && !isReplaced) {
      const ring = await this.#withNewEpoch(old, blobs, this.#old);
      await this.#requireOpens(this.#old.key, ring);
      const epoch = await this.#wrapAll(ring);
      return { epoch, outcome: "rotated", removedWraps: await this.#removeOld(), otherWraps };
    }
    if (isFinished) {
      const removedWraps = await this.#removeOld();
      return { epoch: fresh.epoch, outcome: "finished", removedWraps, otherWraps };
    }
    if (old !== undefined || fresh !== undefined) throw incompleteKey();
    throw wrongKey(blobs.vaultKeys.map(({ wrapper }) => wrapper));
  }

  /** Puts every data key under the new key, the newest first, and gives the newest epoch. */
  async #wrapAll(ring: KeyRing): Promise<number> {
    const { epoch, dataKeys, idKey } = ring;
    for (let each = epoch; each > 0; each -= 1) {
      const dataKey = dataKeys.get(each);
      if (dataKey === undefined) throw incompleteKey();
      await this.#put(wrapNameOf(idKey, { epoch: each, keyId: this.#id(this.#new) }), {
        secrets: { epoch: each, dataKey, idKey },
        by: this.#new,
      });
    }
    await this.#requireWritten(ring);
    return epoch;
  }

  /** The ring with a new data key, or with that of a rotation that was interrupted. What a policy keeps of an earlier one is under another key. */
  async #withNewEpoch(ring: KeyRing, blobs: KeyBlobs, by: WrappedBy): Promise<KeyRing> {
    const newest = epochNameOf(ring.idKey, ring.epoch);
    const own = this.#id(by);
    if (blobs.epochs.some(({ name, keyId: id }) => name === newest && id === own)) return ring;
    const epoch = ring.epoch + 1;
    const dataKey = createSecretKey(this.#rotation.randomBytes(32));
    const secrets = { epoch, dataKey, idKey: ring.idKey };
    const name = epochNameOf(ring.idKey, epoch);
    const stored = await this.#put(name, { secrets, by });
    return { ...ring, epoch, dataKeys: new Map([...ring.dataKeys, [epoch, stored.dataKey]]) };
  }

  /** Puts a key blob, or takes the one of the same name that another rotation put. Throws Damage when that holds anything else. */
  async #put(
    name: BlobName,
    { secrets, by }: { readonly secrets: EpochSecrets; readonly by: WrappedBy },
  ): Promise<EpochSecrets> {
    const bytes = wrapSecrets(secrets, by, this.#rotation.randomBytes);
    try {
      await this.#store.put(name, [bytes], this.#rotation);
      return secrets;
    } catch (error) {
      if (!hasCode(error, "STORE_EXISTS")) throw error;
    }
    const blobs = await listKeyBlobs(this.#store, this.#config, this.#rotation);
    const there = blobs.epochs.find((blob) => blob.name === name && blob.keyId === this.#id(by));
    const opened = there === undefined ? undefined : openKeyBlob(there, by);
    if (opened?.epoch === secrets.epoch && opened.idKey.equals(secrets.idKey)) return opened;
    throw new Damage(name, "holds another key than its name says");
  }

  /** Reads back what the new key opens, before anything is removed. */
  async #requireWritten(wanted: KeyRing): Promise<void> {
    const blobs = await this.#requireOpens(this.#new.key, wanted);
    requireInForce(blobs, wanted);
  }

  /**
   * Of the old key before anything is put under the new one: another rotation may have come to its end since the old key was
   * read, and the name of the new epoch be free again, so that it would get two data keys. The first epoch goes first.
   */
  async #requireOpens(key: VaultKey, wanted: KeyRing): Promise<KeyBlobs> {
    const blobs = await listKeyBlobs(this.#store, this.#config, this.#rotation);
    const ring = ringUnder(blobs, this.#config, key);
    const isSame =
      ring !== undefined &&
      isComplete(ring) &&
      ring.epoch === wanted.epoch &&
      ring.idKey.equals(wanted.idKey) &&
      [...wanted.dataKeys].every(([epoch, key]) => ring.dataKeys.get(epoch)?.equals(key) === true);
    if (!isSame) throw incompleteKey();
    return blobs;
  }

  /** From the first epoch up, so that what is left of the old key when this stops opens nothing. Its own blob goes last: without it nobody knows which are left. */
  async #removeOld(): Promise<number> {
    const old = this.#old;
    if (old === undefined) return 0;
    const { epochs, vaultKeys } = await listKeyBlobs(this.#store, this.#config, this.#rotation);
    const id = this.#id(old);
    const wraps = epochs
      .filter((blob) => blob.keyId === id)
      .map((blob) => ({ name: blob.name, epoch: openKeyBlob(blob, old).epoch }))
      .toSorted((one, other) => one.epoch - other.epoch);
    const own = vaultKeys.filter((blob) => blob.keyId === id);
    for (const { name } of [...wraps, ...own]) await this.#store.remove(name, this.#rotation);
    return wraps.length + own.length;
  }

  #countOthers({ epochs, vaultKeys }: KeyBlobs): number {
    const known = [this.#old, this.#new].flatMap((by) => (by === undefined ? [] : this.#id(by)));
    return [...epochs, ...vaultKeys].filter((blob) => !known.includes(blob.keyId)).length;
  }

  #id({ config, key }: WrappedBy): string {
    return keyId(config, key);
  }
}
