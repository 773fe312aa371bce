import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from "node:crypto";
import type { DiagnosticError } from "../../diagnostics/diagnostic.ts";
import { deriveKey } from "../derive-key.ts";
import { type BlobId, parseBlobId } from "../format/blob-names.ts";
import { encodeCheckedText } from "../format/checked-text.ts";
import { Damage } from "../format/damage.ts";
import type { VaultConfig } from "../format/vault-config.ts";
import type { KeyBlob } from "./key-blobs.ts";
import type { VaultKey } from "./vault-key.ts";
import { keyId } from "./wrapped-vault-key.ts";

const TAG_SIZE = 16;
const FIRST_EPOCH = 1;

/** The secrets of a vault, unwrapped. */
export interface KeyRing {
  /** Encrypts what is written now. */
  readonly epoch: number;
  readonly dataKeys: ReadonlyMap<number, KeyObject>;
  /** Makes chunk ids; the same for every epoch, so that chunks of all epochs are found again. */
  readonly idKey: KeyObject;
  /** Why nobody should write by it: it lacks the newest data key. */
  readonly outdated?: DiagnosticError | undefined;
}

export type RandomBytes = (length: number) => Uint8Array;

/** What an epoch has: both keys are 32 random bytes. */
export interface EpochSecrets {
  readonly epoch: number;
  readonly dataKey: KeyObject;
  readonly idKey: KeyObject;
}

/** The key blob of a new vault's first epoch. */
export function createKeyBlob(
  config: VaultConfig,
  key: VaultKey,
  randomBytes: RandomBytes,
): { readonly id: BlobId; readonly bytes: Uint8Array } {
  const secrets = {
    epoch: FIRST_EPOCH,
    dataKey: createSecretKey(randomBytes(32)),
    idKey: createSecretKey(randomBytes(32)),
  };
  const bytes = wrapSecrets(secrets, { config, key }, randomBytes);
  return { id: parseBlobId(randomBytes(16)), bytes };
}

/** A key blob: the secrets of an epoch, wrapped by the vault's key. */
export function wrapSecrets(
  { epoch, dataKey, idKey }: EpochSecrets,
  { config, key }: WrappedBy,
  randomBytes: RandomBytes,
): Uint8Array {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", wrappingKey(config, key), nonce);
  cipher.setAAD(wrapAad(config, epoch));
  const secrets = Buffer.concat([dataKey.export(), idKey.export()]);
  const sealed = Buffer.concat([cipher.update(secrets), cipher.final()]);
  return encodeCheckedText({
    format: 1,
    vault: config.id,
    epoch,
    key_id: keyId(config, key),
    wrapped: Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString("hex"),
  });
}

export interface WrappedBy {
  readonly config: VaultConfig;
  readonly key: VaultKey;
}

/** The ring of what one key opens; undefined where that is nothing. */
export function ringOf(secrets: readonly EpochSecrets[]): KeyRing | undefined {
  const sorted = secrets.toSorted((one, other) => one.epoch - other.epoch);
  const newest = sorted.at(-1);
  if (newest === undefined) return undefined;
  const dataKeys = new Map(sorted.map(({ epoch, dataKey }) => [epoch, dataKey]));
  return { epoch: newest.epoch, dataKeys, idKey: newest.idKey };
}

/** Whether it has every epoch from the first to its newest. A rotation writes them from the newest down and removes them from the first up, so half a ring is never complete. */
export function isComplete({ epoch, dataKeys }: KeyRing): boolean {
  return epoch >= FIRST_EPOCH && dataKeys.size === epoch && dataKeys.has(FIRST_EPOCH);
}

/** Throws Damage. */
export function openKeyBlob({ name, value }: KeyBlob, by: WrappedBy): EpochSecrets {
  return unwrap(name, value, by);
}

function unwrap(
  name: string,
  blob: Readonly<Record<string, unknown>>,
  by: WrappedBy,
): EpochSecrets {
  const epoch = Number(blob["epoch"]);
  const sealed = Buffer.from(String(blob["wrapped"]), "hex");
  if (sealed.length !== 12 + 64 + TAG_SIZE) throw new Damage(name, "holds no wrapped key");
  try {
    const wrapping = wrappingKey(by.config, by.key);
    const cipher = createDecipheriv("aes-256-gcm", wrapping, sealed.subarray(0, 12), {
      authTagLength: TAG_SIZE,
    });
    cipher.setAAD(wrapAad(by.config, epoch));
    cipher.setAuthTag(sealed.subarray(-TAG_SIZE));
    const secrets = Buffer.concat([cipher.update(sealed.subarray(12, -TAG_SIZE)), cipher.final()]);
    return {
      epoch,
      dataKey: createSecretKey(secrets.subarray(0, 32)),
      idKey: createSecretKey(secrets.subarray(32)),
    };
  } catch (cause) {
    const problem = "does not belong to this config, or one of the two was changed";
    throw new Damage(name, problem, { cause });
  }
}

function wrappingKey(config: VaultConfig, key: VaultKey): Uint8Array {
  return deriveKey(key, Buffer.from(config.id, "hex"), "holdfast/vault/1/wrap");
}

function wrapAad(config: VaultConfig, epoch: number): Uint8Array {
  return Buffer.concat([Buffer.from(`epoch ${epoch}\n`), config.bytes]);
}
