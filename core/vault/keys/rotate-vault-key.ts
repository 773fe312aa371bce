import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import { failure } from "../../diagnostics/diagnostic.ts";
import type { Abortable, BlobName, BlobStore } from "../../storage/blob-store.ts";
import { keyName, parseBlobId } from "../format/blob-names.ts";
import { Damage, hasCode } from "../format/damage.ts";
import type { VaultConfig } from "../format/vault-config.ts";
import { explained, readConfig } from "../stored-vault.ts";
import {
  type EpochSecrets,
  incompleteKey,
  isComplete,
  type KeyBlob,
  type KeyRing,
  keyId,
  listKeyBlobs,
  openKeyBlob,
  type RandomBytes,
  ringOf,
  type WrappedBy,
  wrapSecrets,
  wrongKey,
} from "./key-ring.ts";
import type { VaultKey } from "./vault-key.ts";

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
  readonly from: VaultKey;
  readonly to: VaultKey;
  readonly randomBytes: RandomBytes;
}

/**
 * Gives the vault another key, and a new data key for what is written from now on. Stopped at any call, the vault opens with
 * the old key or the new one, and the same call again goes on. The steps: a new data key under the old key; all data keys
 * under the new key, the newest first; all of that read back; the wraps of the old key removed, the first epoch first. Names
 * of key blobs follow from what they hold, so that a second rotation at the same time puts the same and never another data
 * key of that epoch. VAULT_WRONG_KEY, VAULT_KEY_INCOMPLETE, VAULT_KEY_UNCHANGED, VAULT_MISSING, VAULT_CORRUPTED.
 */
export function rotateVaultKey(store: BlobStore, rotation: Rotation): Promise<KeyRotation> {
  return explained(async () => {
    const config = await readConfig(store);
    return new KeyRotator(store, config, rotation).run();
  });
}

class KeyRotator {
  readonly #store: BlobStore;
  readonly #config: VaultConfig;
  readonly #rotation: Rotation;
  readonly #old: WrappedBy;
  readonly #new: WrappedBy;

  constructor(store: BlobStore, config: VaultConfig, rotation: Rotation) {
    this.#store = store;
    this.#config = config;
    this.#rotation = rotation;
    this.#old = { config, key: rotation.from };
    this.#new = { config, key: rotation.to };
  }

  async run(): Promise<KeyRotation> {
    const { from, to } = this.#rotation;
    if (from.equals(to)) throw unchanged();
    const blobs = await listKeyBlobs(this.#store, this.#config, this.#rotation);
    const old = this.#ring(blobs, this.#old);
    const fresh = this.#ring(blobs, this.#new);
    const otherWraps =
      blobs.length - this.#of(blobs, this.#old).length - this.#of(blobs, this.#new).length;
    if (old !== undefined && isComplete(old)) {
      const { epoch, dataKeys } = await this.#withNewEpoch(old, blobs);
      for (let each = epoch; each > 0; each -= 1) {
        const dataKey = dataKeys.get(each);
        if (dataKey === undefined) throw incompleteKey();
        await this.#put(wrapNameOf(old.idKey, { epoch: each, keyId: this.#id(this.#new) }), {
          secrets: { epoch: each, dataKey, idKey: old.idKey },
          by: this.#new,
        });
      }
      await this.#requireWritten({ epoch, dataKeys, idKey: old.idKey });
      return { epoch, outcome: "rotated", removedWraps: await this.#removeOld(), otherWraps };
    }
    if (fresh !== undefined && isComplete(fresh)) {
      const removedWraps = await this.#removeOld();
      return { epoch: fresh.epoch, outcome: "finished", removedWraps, otherWraps };
    }
    throw old === undefined && fresh === undefined ? wrongKey() : incompleteKey();
  }

  /** The ring with a new data key, or with that of a rotation that was interrupted. */
  async #withNewEpoch(ring: KeyRing, blobs: readonly KeyBlob[]): Promise<KeyRing> {
    const isNew = blobs.some(({ name }) => name === epochNameOf(ring.idKey, ring.epoch));
    if (isNew) return ring;
    const epoch = ring.epoch + 1;
    const dataKey = createSecretKey(this.#rotation.randomBytes(32));
    const secrets = { epoch, dataKey, idKey: ring.idKey };
    const name = epochNameOf(ring.idKey, epoch);
    const stored = await this.#put(name, { secrets, by: this.#old });
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
    const there = this.#of(blobs, by).find((blob) => blob.name === name);
    const opened = there === undefined ? undefined : openKeyBlob(there, by);
    if (opened?.epoch === secrets.epoch && opened.idKey.equals(secrets.idKey)) return opened;
    throw new Damage(name, "holds another key than its name says");
  }

  /** Reads back what the new key opens, before anything is removed. */
  async #requireWritten(wanted: KeyRing): Promise<void> {
    const blobs = await listKeyBlobs(this.#store, this.#config, this.#rotation);
    const ring = this.#ring(blobs, this.#new);
    const isSame =
      ring !== undefined &&
      isComplete(ring) &&
      ring.epoch === wanted.epoch &&
      ring.idKey.equals(wanted.idKey) &&
      [...wanted.dataKeys].every(([epoch, key]) => ring.dataKeys.get(epoch)?.equals(key) === true);
    if (!isSame) throw incompleteKey();
  }

  /** From the first epoch up, so that what is left of the old key when this stops opens nothing. */
  async #removeOld(): Promise<number> {
    const blobs = await listKeyBlobs(this.#store, this.#config, this.#rotation);
    const own = this.#of(blobs, this.#old).map((blob) => ({
      name: blob.name,
      epoch: openKeyBlob(blob, this.#old).epoch,
    }));
    for (const { name } of own.toSorted((one, other) => one.epoch - other.epoch))
      await this.#store.remove(name, this.#rotation);
    return own.length;
  }

  #ring(blobs: readonly KeyBlob[], by: WrappedBy): KeyRing | undefined {
    return ringOf(this.#of(blobs, by).map((blob) => openKeyBlob(blob, by)));
  }

  #of(blobs: readonly KeyBlob[], by: WrappedBy): readonly KeyBlob[] {
    return blobs.filter((blob) => blob.keyId === this.#id(by));
  }

  #id({ config, key }: WrappedBy): string {
    return keyId(config, key);
  }
}

/** Where the data key of an epoch stands under a key that the vault was given. */
function wrapNameOf(
  idKey: KeyObject,
  of: { readonly epoch: number; readonly keyId: string },
): BlobName {
  return nameOf(idKey, `holdfast/vault/2/wrap/${of.epoch}/${of.keyId}`);
}

/** Where a rotation first puts the data key of a new epoch, under the old key: of two rotations one makes it. */
function epochNameOf(idKey: KeyObject, epoch: number): BlobName {
  return nameOf(idKey, `holdfast/vault/2/epoch/${epoch}`);
}

function nameOf(idKey: KeyObject, text: string): BlobName {
  const mac = createHmac("sha256", idKey).update(text).digest();
  return keyName(parseBlobId(mac.subarray(0, 16)));
}

function unchanged() {
  return failure({
    code: "VAULT_KEY_UNCHANGED",
    summary: "Same vault key",
    detail:
      "The new key is the one that the vault has, so nothing was changed. Make another one:\n\n    openssl rand -hex 32",
  });
}
