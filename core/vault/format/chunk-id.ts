import { createHmac, type KeyObject } from "node:crypto";
import type { Brand } from "../../kit/brand.ts";

export const CHUNK_ID_SIZE = 32;
export const MAX_CHUNK_SIZE = 8 * 1024 * 1024;

/** Names a chunk by its content: 32 bytes that tell nothing to who lacks the vault's key. */
export type ChunkId = Brand<Uint8Array, "ChunkId">;

export type ChunkHasher = (chunk: Uint8Array) => ChunkId;

/** HMAC-SHA-256 under the vault's id key. */
export function createChunkHasher(idKey: KeyObject): ChunkHasher {
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
