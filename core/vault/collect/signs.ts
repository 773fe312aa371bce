import { hasCode } from "../../diagnostics/caught.ts";
import {
  type Abortable,
  type BlobInfo,
  type BlobName,
  parseBlobName,
} from "../../storage/blob-store.ts";
import { type BlobId, idOfName, parseBlobId, pointName } from "../format/blob-names.ts";
import { Damage } from "../format/damage.ts";
import { openBlob, sealBlob } from "../format/sealed-blob.ts";
import { fetchBlob, tryGet } from "../stored-blobs.ts";
import type { VaultAccess } from "../vault-access.ts";
import { isAlmostEmptySign, openSign } from "./worn-sign.ts";

export const LEASE_PREFIX = "leases/";
export const MARK_PREFIX = "garbage/";
export const NOTE_PREFIX = "removed/";

/** A manifest is longer than this and a tombstone shorter. */
export const MAX_TOMBSTONE_SIZE = 96;

export function markName(id: BlobId): BlobName {
  return parseBlobName(`${MARK_PREFIX}${id}`);
}

export function noteName(point: BlobId): BlobName {
  return parseBlobName(`${NOTE_PREFIX}${point}`);
}

/** Puts a small sealed blob under the name that its new id makes. */
export async function putSign(
  access: VaultAccess,
  sign: {
    readonly kind: "lease" | "mark";
    readonly content: Uint8Array;
    readonly name: (id: BlobId) => BlobName;
  },
  options: Abortable,
): Promise<BlobInfo> {
  const id = parseBlobId(access.randomBytes(16));
  const parts = await sealBlob(access.ring, { kind: sign.kind, id }, sign.content);
  return access.store.put(sign.name(id), parts, options);
}

/** The content of a lease or mark; undefined when it is gone. Throws Damage. */
export async function readSign(
  access: VaultAccess,
  kind: "lease" | "mark",
  { name, signal }: Abortable & { readonly name: BlobName },
): Promise<Uint8Array | undefined> {
  const id = idOfName(name);
  if (id === undefined) return undefined;
  const bytes = await tryGet(access.store, name, { signal });
  return bytes === undefined ? undefined : openSign(access.ring, { kind, id, name }, bytes);
}

/** Takes the name of a point for ever. `taken` when the name has a manifest or a tombstone already. */
export async function putTombstone(
  access: VaultAccess,
  point: BlobId,
  options: Abortable,
): Promise<"put" | "taken"> {
  return putOnce(access, { kind: "tombstone", id: point, name: pointName(point) }, options);
}

/** Hides a point. `taken` when it is hidden already. */
export async function putNote(
  access: VaultAccess,
  point: BlobId,
  options: Abortable,
): Promise<"put" | "taken"> {
  return putOnce(access, { kind: "note", id: point, name: noteName(point) }, options);
}

async function putOnce(
  access: VaultAccess,
  {
    name,
    ...head
  }: { readonly kind: "tombstone" | "note"; readonly id: BlobId; readonly name: BlobName },
  options: Abortable,
): Promise<"put" | "taken"> {
  // Who puts the same sign twice puts the same bytes: one key and nonce never seal two contents.
  const parts = await sealBlob(access.ring, head, new Uint8Array());
  try {
    await access.store.put(name, parts, options);
    return "put";
  } catch (error) {
    if (hasCode(error, "STORE_EXISTS")) return "taken";
    throw error;
  }
}

/** Whether the blob of a point is a tombstone, if only for one byte. */
export async function isTombstone(
  access: VaultAccess,
  { name, size }: Pick<BlobInfo, "name" | "size">,
  options: Abortable,
): Promise<boolean> {
  const id = idOfName(name);
  if (size > MAX_TOMBSTONE_SIZE || id === undefined) return false;
  try {
    const bytes = await fetchBlob(access.store, name, options);
    if (await isAlmostEmptySign(access.ring, { kind: "tombstone", id }, bytes)) return true;
    await openBlob(access.ring, { kind: "tombstone", id, name }, bytes);
    return true;
  } catch (error) {
    if (error instanceof Damage) return false;
    throw error;
  }
}
