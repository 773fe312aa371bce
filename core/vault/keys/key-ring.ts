import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from "node:crypto";
import { type DiagnosticError, failure } from "../../diagnostics/diagnostic.ts";
import type { BlobStore } from "../../storage/blob-store.ts";
import { type BlobId, KEY_PREFIX, parseBlobId } from "../format/blob-names.ts";
import { decodeCheckedText, encodeCheckedText } from "../format/checked-text.ts";
import { Damage } from "../format/damage.ts";
import type { VaultConfig } from "../format/vault-config.ts";
import type { VaultKey } from "./vault-key.ts";

const TAG_SIZE = 16;
const FIRST_EPOCH = 1;

/** The secrets of a vault, unwrapped. */
export interface KeyRing {
  /** Encrypts what is written now. */
  readonly epoch: number;
  readonly dataKeys: ReadonlyMap<number, KeyObject>;
  /** Makes chunk ids; the same for every epoch, so that chunks of all epochs are found again. */
  readonly idKey: KeyObject;
}

export type RandomBytes = (length: number) => Uint8Array;

/** A new epoch's key blob: 32 random bytes for data and 32 for chunk ids, wrapped by the vault's key. */
export function createKeyBlob(
  config: VaultConfig,
  key: VaultKey,
  randomBytes: RandomBytes,
): { readonly id: BlobId; readonly bytes: Uint8Array } {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", wrappingKey(config, key), nonce);
  cipher.setAAD(wrapAad(config, FIRST_EPOCH));
  const sealed = Buffer.concat([cipher.update(randomBytes(64)), cipher.final()]);
  const bytes = encodeCheckedText({
    format: 1,
    vault: config.id,
    epoch: FIRST_EPOCH,
    key_id: keyId(config, key),
    wrapped: Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString("hex"),
  });
  return { id: parseBlobId(randomBytes(16)), bytes };
}

/** Reads every key blob of the vault. VAULT_WRONG_KEY when none is wrapped by `key`. */
export async function loadKeyRing(
  store: BlobStore,
  config: VaultConfig,
  key: VaultKey,
): Promise<KeyRing> {
  const dataKeys = new Map<number, KeyObject>();
  let epoch = 0;
  let idKey: KeyObject | undefined;
  const wanted = keyId(config, key);
  for await (const { name } of store.list(KEY_PREFIX)) {
    const wrapped = decodeCheckedText(name, await store.get(name));
    if (wrapped["vault"] !== config.id || wrapped["key_id"] !== wanted) continue;
    const secrets = unwrap(name, wrapped, { config, key });
    dataKeys.set(secrets.epoch, secrets.dataKey);
    if (secrets.epoch < epoch) continue;
    epoch = secrets.epoch;
    idKey = secrets.idKey;
  }
  if (idKey === undefined) throw wrongKey();
  return { epoch, dataKeys, idKey };
}

function unwrap(
  name: string,
  blob: Readonly<Record<string, unknown>>,
  by: { readonly config: VaultConfig; readonly key: VaultKey },
): { readonly epoch: number; readonly dataKey: KeyObject; readonly idKey: KeyObject } {
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
  return derive(key, Buffer.from(config.id, "hex"), "holdfast/vault/1/wrap");
}

function wrapAad(config: VaultConfig, epoch: number): Uint8Array {
  return Buffer.concat([Buffer.from(`epoch ${epoch}\n`), config.bytes]);
}

/** Tells a wrong key from a damaged blob, and nothing else: a keyed hash of the vault's id. */
function keyId(config: VaultConfig, key: VaultKey): string {
  const mac = createHmac("sha256", key).update(`holdfast/vault/1/key-id/${config.id}`);
  return mac.digest("hex").slice(0, 32);
}

/** HKDF-SHA-256 to 32 bytes. */
export function derive(key: KeyObject, salt: Uint8Array, info: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", key, salt, info, 32));
}

function wrongKey(): DiagnosticError {
  return failure({
    code: "VAULT_WRONG_KEY",
    summary: "Wrong vault key",
    detail:
      "The key that was given is well formed but does not open this vault, which was made with another one. " +
      "Nothing was read or changed. Look for the right key where the vault's `encryption` block points; without it the vault cannot be read by anyone.",
  });
}
