import { createHmac, type KeyObject } from "node:crypto";
import type { Brand } from "../../kit/brand.ts";
import { createBlake3 } from "./blake3.ts";

export const CHUNK_ID_SIZE = 32;
export const MAX_CHUNK_SIZE = 8 * 1024 * 1024;

/** Names a chunk by its content: 32 bytes that tell nothing to who lacks the vault's key. */
export type ChunkId = Brand<Uint8Array, "ChunkId">;

export type ChunkHasher = (chunk: Uint8Array) => ChunkId;

/** How a vault makes chunk ids, as its config names it. */
export const CHUNK_ID_KINDS = ["hmac-sha-256", "blake3"] as const;
export type ChunkIdKind = (typeof CHUNK_ID_KINDS)[number];

/** Makes a function that hashes bytes to 32 bytes under a key of 32 bytes. */
export type KeyedHash = (key: Uint8Array) => (bytes: Uint8Array) => Uint8Array;

/** Hashes under the vault's id key; by `blake3` where that is the vault's kind, or else by our own BLAKE3, which is slower. */
export function createChunkHasher(
  idKey: KeyObject,
  {
    kind,
    blake3 = createBlake3,
  }: { readonly kind: ChunkIdKind; readonly blake3?: KeyedHash | undefined },
): ChunkHasher {
  if (kind === "blake3") return blake3(idKey.export()) as (chunk: Uint8Array) => ChunkId;
  return (chunk) => createHmac("sha256", idKey).update(chunk).digest() as Uint8Array as ChunkId;
}

/** Throws RangeError unless `bytes` are 32 bytes. */
export function parseChunkId(bytes: Uint8Array): ChunkId {
  if (bytes.length !== CHUNK_ID_SIZE) throw new RangeError("not a chunk id");
  return bytes as ChunkId;
}

export function formatChunkId(id: ChunkId): string {
  return Buffer.from(id).toString("hex");
}

export function areEqualIds(one: ChunkId, other: ChunkId): boolean {
  return Buffer.compare(one, other) === 0;
}
