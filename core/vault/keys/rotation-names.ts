import { createHmac, type KeyObject } from "node:crypto";
import type { BlobName } from "../../storage/blob-store.ts";
import { keyName, parseBlobId } from "../format/blob-names.ts";

/** Where the data key of an epoch stands under a key that the vault was given. */
export function wrapNameOf(
  idKey: KeyObject,
  of: { readonly epoch: number; readonly keyId: string },
): BlobName {
  return nameOf(idKey, `holdfast/vault/2/wrap/${of.epoch}/${of.keyId}`);
}

/** Where a rotation first puts the data key of a new epoch, under the old key: of two rotations one makes it. */
export function epochNameOf(idKey: KeyObject, epoch: number): BlobName {
  return nameOf(idKey, `holdfast/vault/2/epoch/${epoch}`);
}

/** Where a rotation puts the new key of the vault, wrapped elsewhere: of two rotations one draws it. */
export function vaultKeyNameOf(
  idKey: KeyObject,
  of: { readonly wrapper: string; readonly replaces: string },
): BlobName {
  return nameOf(idKey, `holdfast/vault/2/vault-key/${of.replaces}/${of.wrapper}`);
}

function nameOf(idKey: KeyObject, text: string): BlobName {
  const mac = createHmac("sha256", idKey).update(text).digest();
  return keyName(parseBlobId(mac.subarray(0, 16)));
}
