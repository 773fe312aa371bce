import type { Abortable } from "../../storage/blob-store.ts";
import { type BlobId, indexName } from "../format/blob-names.ts";
import { INDEX_SIZE } from "../index/index-loader.ts";
import type { VaultAccess } from "../vault-access.ts";
import { readIndexIfThere } from "./index-walk.ts";
import { IndexPutter } from "./put-indexes.ts";

/** Fewer small index blobs are let be. */
const MANY = 8;

export interface IndexesToMerge extends Abortable {
  readonly indexes: readonly BlobId[];
  /** Whether the pack is gone for good and no point needs it. */
  readonly isDead: (pack: BlobId) => boolean;
}

/**
 * Puts new index blobs in place of those that name dead packs and of many small ones; then removes the old ones. What is
 * lost but needed stays named, so that its loss can be seen. Gives how many were removed.
 */
export async function mergeIndexes(
  access: VaultAccess,
  { indexes, isDead, signal }: IndexesToMerge,
): Promise<number> {
  const stale: BlobId[] = [];
  const small: BlobId[] = [];
  for (const id of indexes) {
    let size = 0;
    let dead = 0;
    for (const pack of await readIndexIfThere(access, id, { signal })) {
      size += pack.directory.length;
      if (isDead(pack.id)) dead += 1;
    }
    if (dead > 0) stale.push(id);
    else if (size < INDEX_SIZE / 2) small.push(id);
  }
  const old = small.length >= MANY ? [...stale, ...small] : stale;
  const putter = new IndexPutter(access, { signal });
  const named = new Set<BlobId>();
  for (const id of old) {
    for (const pack of await readIndexIfThere(access, id, { signal })) {
      if (named.has(pack.id) || isDead(pack.id)) continue;
      named.add(pack.id);
      await putter.add(pack);
    }
  }
  await putter.flush();
  for (const id of old) await access.store.remove(indexName(id), { signal });
  return old.length;
}
