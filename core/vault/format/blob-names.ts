import type { Brand } from "../../kit/brand.ts";
import { type BlobName, parseBlobName } from "../../storage/blob-store.ts";

/** Names a pack, an index or a point: 16 random bytes as 32 hexadecimal digits. */
export type BlobId = Brand<string, "BlobId">;

/** Undefined when `text` is not 32 hexadecimal digits in lower case. */
export function tryParseBlobId(text: string): BlobId | undefined {
  return /^[0-9a-f]{32}$/.test(text) ? (text as BlobId) : undefined;
}

/** Throws RangeError unless `bytes` are 16 bytes. */
export function parseBlobId(bytes: Uint8Array): BlobId {
  const id = tryParseBlobId(Buffer.from(bytes).toString("hex"));
  if (id === undefined) throw new RangeError("not a blob id");
  return id;
}

export const CONFIG_NAME = parseBlobName("config");
export const KEY_PREFIX = "keys/";
export const PACK_PREFIX = "packs/";
export const INDEX_PREFIX = "index/";
export const POINT_PREFIX = "points/";

export function packName(id: BlobId): BlobName {
  return parseBlobName(`${PACK_PREFIX}${id.slice(0, 2)}/${id}`);
}

export function indexName(id: BlobId): BlobName {
  return parseBlobName(`${INDEX_PREFIX}${id}`);
}

export function pointName(id: BlobId): BlobName {
  return parseBlobName(`${POINT_PREFIX}${id}`);
}

export function keyName(id: BlobId): BlobName {
  return parseBlobName(`${KEY_PREFIX}${id}`);
}

/** The id at the end of a blob's name; undefined for a name that the vault did not make. */
export function idOfName(name: string): BlobId | undefined {
  return tryParseBlobId(name.slice(name.lastIndexOf("/") + 1));
}
