import type { Abortable } from "../storage/blob-store.ts";
import { type BlobId, packName } from "./blob-names.ts";
import { areEqualIds } from "./chunk-id.ts";
import { Damage } from "./damage.ts";
import { decodeDirectory, type SegmentEntry } from "./pack-directory.ts";
import { readPackEntry } from "./pack-file.ts";
import { decodeEntries, type SegmentPlace } from "./pack-index.ts";
import { BlobCipher, openSegment } from "./sealed-blob.ts";
import { fetchBlob, type VaultAccess } from "./vault-access.ts";

export interface PackToCheck {
  readonly id: BlobId;
  readonly size: number;
  /** As the index has them; undefined for a pack that no index names. */
  readonly places: readonly SegmentPlace[] | undefined;
}

export interface PackCheck {
  readonly bytesRead: number;
  readonly damages: readonly Damage[];
  /** Damage of segments that the index names, by their number. */
  readonly segments: ReadonlyMap<number, Damage>;
}

/** Reads every byte of a pack and checks it against itself, its chunk ids and the index. Memory: the pack. */
export async function checkPack(
  access: VaultAccess,
  pack: PackToCheck,
  options: Abortable,
): Promise<PackCheck> {
  const damages: Damage[] = [];
  const segments = new Map<number, Damage>();
  const note = (error: unknown): Damage => {
    if (!(error instanceof Damage)) throw error;
    damages.push(error);
    return error;
  };
  let bytes: Uint8Array = new Uint8Array();
  try {
    bytes = await fetchBlob(access.store, packName(pack.id), { signal: options.signal });
    await checkDirectory(access, pack, bytes);
  } catch (error) {
    note(error);
  }
  for (const place of pack.places ?? []) {
    options.signal?.throwIfAborted();
    try {
      await openPlace(access, place, bytes);
    } catch (error) {
      segments.set(place.number, note(error));
    }
  }
  return { bytesRead: bytes.length, damages: dropRepeated(damages), segments };
}

/** Checks header, footer, directory, and each segment with the ids of its chunks; then that the index says the same. */
async function checkDirectory(
  access: VaultAccess,
  pack: PackToCheck,
  bytes: Uint8Array,
): Promise<void> {
  const blob = packName(pack.id);
  if (bytes.length !== pack.size) throw new Damage(blob, "is not as long as it was written");
  const read = async (offset: number, length: number): Promise<Uint8Array> =>
    bytes.subarray(offset, offset + length);
  const entry = await readPackEntry(access, pack, read);
  const head = { kind: "pack", id: pack.id, epoch: entry.epoch, rawLength: 0 } as const;
  const cipher = new BlobCipher(access.ring, head, blob);
  const directory = [...decodeDirectory(blob, entry.directory)];
  const isIndexed = pack.places === undefined || isSame(directory, pack.places);
  if (!isIndexed) throw new Damage(blob, "has another directory than the index says");
  for (const segment of directory) {
    const sealed = await read(segment.offset, segment.storedLength);
    checkIds(access, { blob, segment }, await openSegment(cipher, { ...segment, blob }, sealed));
  }
}

function isSame(directory: readonly SegmentEntry[], places: readonly SegmentPlace[]): boolean {
  return (
    directory.length === places.length &&
    directory.every(({ offset, storedLength, rawLength }, at) => {
      const place = places[at];
      return (
        place?.offset === offset &&
        place.storedLength === storedLength &&
        place.rawLength === rawLength
      );
    })
  );
}

function checkIds(
  access: VaultAccess,
  { blob, segment }: { readonly blob: string; readonly segment: SegmentEntry },
  raw: Uint8Array,
): void {
  let at = 0;
  for (const { id, length } of decodeEntries(segment.chunks)) {
    const chunk = raw.subarray(at, at + length);
    at += length;
    if (!areEqualIds(access.hash(chunk), id)) {
      throw new Damage(blob, "holds a chunk that does not match its id");
    }
  }
  if (at !== raw.length) throw new Damage(blob, "holds bytes that belong to no chunk");
}

async function openPlace(
  access: VaultAccess,
  place: SegmentPlace,
  bytes: Uint8Array,
): Promise<void> {
  const blob = packName(place.pack.id);
  const head = { kind: "pack", id: place.pack.id, epoch: place.pack.epoch, rawLength: 0 } as const;
  const sealed = bytes.subarray(place.offset, place.offset + place.storedLength);
  await openSegment(new BlobCipher(access.ring, head, blob), { ...place, blob }, sealed);
}

function dropRepeated(damages: readonly Damage[]): readonly Damage[] {
  return [...new Map(damages.map((damage) => [damage.message, damage])).values()];
}
