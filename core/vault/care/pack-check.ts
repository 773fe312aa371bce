import type { Abortable } from "../../storage/blob-store.ts";
import { type BlobId, packName } from "../format/blob-names.ts";
import { areEqualIds } from "../format/chunk-id.ts";
import { Damage } from "../format/damage.ts";
import { decodeDirectory, decodeEntries, type SegmentEntry } from "../format/pack-directory.ts";
import { inWindows, type ReadSpan, readPackEntry } from "../format/pack-file.ts";
import { BlobCipher, openSegment } from "../format/sealed-blob.ts";
import type { SegmentPlace } from "../index/pack-index.ts";
import { fetchBlob } from "../stored-blobs.ts";
import type { VaultAccess } from "../vault-access.ts";

export interface PackToCheck {
  readonly id: BlobId;
  readonly size: number;
  /** What the index says; undefined for a pack that no index names. */
  readonly indexed:
    | { readonly epoch: number; readonly places: readonly SegmentPlace[] }
    | undefined;
}

export interface PackCheck {
  readonly bytesRead: number;
  readonly damages: readonly Damage[];
  /** Damage of segments, by where they begin in the pack. */
  readonly segments: ReadonlyMap<number, Damage>;
}

/** A segment to open; `chunks` are the ids to check. */
interface SegmentToCheck {
  readonly offset: number;
  readonly storedLength: number;
  readonly rawLength: number;
  readonly chunks: Uint8Array | undefined;
}

/** Reads every byte of a pack where it is, not of a copy near by, and checks it against itself, its chunk ids and the index. Memory: 4 MiB and a segment. */
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
  const blob = packName(pack.id);
  let bytesRead = 0;
  const { signal } = options;
  const counted: ReadSpan = async (offset, length) => {
    const span = { offset, length };
    const bytes = await fetchBlob(access.store, blob, { signal, span, original: true });
    bytesRead += bytes.length;
    return bytes;
  };
  let epoch = pack.indexed?.epoch ?? access.ring.epoch;
  let toCheck = (pack.indexed?.places ?? []).map(withoutIds);
  try {
    // Its three pieces lie far from each other: a window for each would be read in vain.
    const directory = await readDirectory(access, pack, counted);
    ({ epoch, toCheck } = directory);
  } catch (error) {
    note(error);
  }
  const head = { kind: "pack", id: pack.id, epoch, rawLength: 0 } as const;
  const cipher = new BlobCipher(access.ring, head, blob);
  const last = toCheck.at(-1);
  const end = last === undefined ? 0 : last.offset + last.storedLength;
  const read = inWindows(counted, Math.min(end, pack.size));
  for (const segment of toCheck) {
    options.signal?.throwIfAborted();
    try {
      const sealed = await read(segment.offset, segment.storedLength);
      const raw = await openSegment(cipher, { ...segment, blob }, sealed);
      if (segment.chunks !== undefined) checkIds(access, { blob, chunks: segment.chunks }, raw);
    } catch (error) {
      segments.set(segment.offset, note(error));
    }
  }
  return { bytesRead, damages, segments };
}

function withoutIds(place: SegmentPlace): SegmentToCheck {
  return { ...place, chunks: undefined };
}

function areSame(directory: readonly SegmentEntry[], places: readonly SegmentPlace[]): boolean {
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

/** What the pack's own directory says, once it says the same as the index. Throws Damage. */
async function readDirectory(
  access: VaultAccess,
  pack: PackToCheck,
  read: ReadSpan,
): Promise<{ readonly epoch: number; readonly toCheck: SegmentToCheck[] }> {
  const blob = packName(pack.id);
  const entry = await readPackEntry(access, pack, read);
  const directory = [...decodeDirectory(blob, entry.directory)];
  const { indexed } = pack;
  const isSame =
    indexed === undefined || (indexed.epoch === entry.epoch && areSame(directory, indexed.places));
  if (!isSame) {
    throw new Damage(blob, "has another directory than the index says");
  }
  return { epoch: entry.epoch, toCheck: directory };
}

function checkIds(
  access: VaultAccess,
  { blob, chunks }: { readonly blob: string; readonly chunks: Uint8Array },
  raw: Uint8Array,
): void {
  let at = 0;
  for (const { id, length } of decodeEntries(chunks)) {
    const chunk = raw.subarray(at, at + length);
    at += length;
    if (!areEqualIds(access.hash(chunk), id)) {
      throw new Damage(blob, "holds a chunk that does not match its id");
    }
  }
  if (at !== raw.length) throw new Damage(blob, "holds bytes that belong to no chunk");
}
