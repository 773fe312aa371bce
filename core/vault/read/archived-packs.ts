import { createLimiter } from "../../kit/limiter.ts";
import type { Abortable, BlobName, RehydratePriority } from "../../storage/blob-store.ts";
import { walkNeeds } from "../collect/needs.ts";
import type { ArchivedPacks } from "../contract/tiering.ts";
import { type BlobId, idOfName, PACK_PREFIX } from "../format/blob-names.ts";
import type { ChunkId } from "../format/chunk-id.ts";
import { ENTRY_SIZE } from "../format/pack-directory.ts";
import type { ChunkIndex } from "../index/chunk-index.ts";
import type { ChunkPlace, PackState } from "../index/pack-index.ts";
import type { VaultAccess } from "../vault-access.ts";

export const NOTHING_ARCHIVED: ArchivedPacks = {
  packs: 0,
  bytes: 0,
  rehydratingPacks: 0,
  rehydratingBytes: 0,
};
const ID_SIZE = ENTRY_SIZE - 4;
const CALLS_AT_ONCE = 8;
/** A store that has no tiers tells none. One that has them may call some by names that are not known here. */
const ENOUGH_UNTOLD = 100;

interface ArchivedPack {
  readonly name: BlobName;
  readonly size: number;
  readonly isRehydrating: boolean;
}

/** Whether any pack of the vault is in the archive. */
export async function hasArchivedPacks(
  { store }: VaultAccess,
  { signal }: Abortable,
): Promise<boolean> {
  let seen = 0;
  let hasTiers = false;
  for await (const { tier } of store.list(PACK_PREFIX, { signal })) {
    if (tier === "archive") return true;
    hasTiers ||= tier !== undefined;
    seen += 1;
    if (!hasTiers && seen === ENOUGH_UNTOLD) return false;
  }
  return false;
}

/** Counts what of a point is archived, and has no copy near by. Costs a walk over its listings if the vault has an archived pack. */
export async function countArchived(
  access: VaultAccess,
  index: ChunkIndex,
  wanted: Abortable & { readonly point: BlobId },
): Promise<ArchivedPacks> {
  return sumOf(await findArchived(access, index, wanted));
}

/** Asks the store to bring back what of a point is archived. Asking again is no error. Gives what is on its way then. */
export async function rehydratePacks(
  access: VaultAccess,
  index: ChunkIndex,
  wanted: Abortable & { readonly point: BlobId; readonly priority: RehydratePriority },
): Promise<ArchivedPacks> {
  const { priority, signal } = wanted;
  const limit = createLimiter(CALLS_AT_ONCE);
  const found = await findArchived(access, index, wanted);
  const asked = found.map((pack) =>
    limit(async () => {
      signal?.throwIfAborted();
      if (pack.isRehydrating) return;
      await access.store.setTier(pack.name, "hot", { priority, signal });
    }),
  );
  await Promise.all(asked);
  return sumOf(found.map((pack) => ({ ...pack, isRehydrating: true })));
}

/** The packs in which lies what a point needs. Costs a walk over its listings. */
export async function findPacks(
  access: VaultAccess,
  index: ChunkIndex,
  { point, signal }: Abortable & { readonly point: BlobId },
): Promise<ReadonlyMap<BlobId, PackState>> {
  const packs = new Map<BlobId, PackState>();
  const note = (place: ChunkPlace | undefined): void => {
    if (place !== undefined) packs.set(place.segment.pack.id, place.segment.pack.state);
  };
  // What is not in memory is asked for in turn, so that the last answer is the last to come.
  let last: Promise<void> = Promise.resolve();
  const need = (bytes: Uint8Array, at: number): void => {
    const found = index.find(bytes.subarray(at, at + ID_SIZE) as ChunkId);
    if (!(found instanceof Promise)) return note(found);
    const noted = found.then(note);
    noted.catch(() => undefined);
    last = last.then(() => noted);
    last.catch(() => undefined);
  };
  await walkNeeds(access, [point], { source: { listings: index }, need, signal });
  await last;
  return packs;
}

async function findArchived(
  access: VaultAccess,
  index: ChunkIndex,
  wanted: Abortable & { readonly point: BlobId },
): Promise<readonly ArchivedPack[]> {
  const { signal } = wanted;
  if (!(await hasArchivedPacks(access, { signal }))) return [];
  const needed = await findPacks(access, index, wanted);
  const found: ArchivedPack[] = [];
  for await (const { name, size, tier, rehydratingTo } of access.store.list(PACK_PREFIX, {
    signal,
  })) {
    const id = idOfName(name);
    if (id === undefined || needed.get(id) !== "archived" || tier !== "archive") continue;
    if ((await access.store.hasCopy?.(name, { signal })) === true) continue;
    found.push({ name, size, isRehydrating: rehydratingTo !== undefined });
  }
  return found;
}

function sumOf(packs: readonly ArchivedPack[]): ArchivedPacks {
  return packs.reduce(
    (sum, { size, isRehydrating }) =>
      isRehydrating
        ? {
            ...sum,
            rehydratingPacks: sum.rehydratingPacks + 1,
            rehydratingBytes: sum.rehydratingBytes + size,
          }
        : { ...sum, packs: sum.packs + 1, bytes: sum.bytes + size },
    NOTHING_ARCHIVED,
  );
}
