import type { Abortable, BlobInfo, BlobName, BlobStore } from "./blob-store.ts";

/** Bounds the memory of a comparison. */
const SPAN = 4 * 1024 * 1024;

/** The blob under that name if its bytes are the parts, one after the other; else undefined. Reads it in spans of 4 MiB. */
export async function findSameBlob(
  store: BlobStore,
  { name, parts }: { readonly name: BlobName; readonly parts: readonly Uint8Array[] },
  options: Abortable = {},
): Promise<BlobInfo | undefined> {
  const info = await store.head(name, options);
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  if (info?.size !== size) return undefined;
  let offset = 0;
  for (const piece of parts.flatMap(cutPart)) {
    const span = { offset, length: piece.length };
    const there = await store.get(name, { ...options, span });
    if (Buffer.compare(there, piece) !== 0) return undefined;
    offset += piece.length;
  }
  return info;
}

function cutPart(part: Uint8Array): readonly Uint8Array[] {
  const count = Math.ceil(part.length / SPAN);
  return Array.from({ length: count }, (_, at) => part.subarray(at * SPAN, (at + 1) * SPAN));
}
