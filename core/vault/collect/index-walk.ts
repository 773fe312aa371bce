import type { Abortable, BlobInfo } from "../../storage/blob-store.ts";
import { type BlobId, INDEX_PREFIX, idOfName } from "../format/blob-names.ts";
import type { PackEntry } from "../format/pack-directory.ts";
import { readIndexBlob } from "../index/index-loader.ts";
import { isMissing } from "../stored-blobs.ts";
import type { VaultAccess } from "../vault-access.ts";

/** The index blobs of a vault as of one moment, in order of their ids. */
export async function listIndexes(
  access: VaultAccess,
  options: Abortable,
): Promise<readonly BlobId[]> {
  const ids: BlobId[] = [];
  for await (const { name } of access.store.list(INDEX_PREFIX, options)) {
    const id = idOfName(name);
    if (id !== undefined) ids.push(id);
  }
  return ids.toSorted();
}

/** The packs that one index blob names; nothing of one that another collector has merged meanwhile. */
export async function readIndexIfThere(
  access: VaultAccess,
  id: BlobId,
  options: Abortable,
): Promise<Iterable<PackEntry>> {
  try {
    return await readIndexBlob(access, id, options);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Every pack that the index blobs name, each once. Memory: one index blob. Throws Damage. */
export async function* walkIndexes(
  access: VaultAccess,
  indexes: readonly BlobId[],
  options: Abortable,
): AsyncGenerator<PackEntry> {
  const seen = new Set<BlobId>();
  for (const id of indexes) {
    options.signal?.throwIfAborted();
    for (const entry of await readIndexBlob(access, id, options)) {
      if (seen.has(entry.id)) continue;
      seen.add(entry.id);
      yield entry;
    }
  }
}

export type StoredBlob = Omit<BlobInfo, "name">;
