import type { Abortable } from "../../storage/blob-store.ts";
import { listIndexes, readIndexIfThere } from "../collect/index-walk.ts";
import { type BlobId, packName } from "../format/blob-names.ts";
import { areEqualIds } from "../format/chunk-id.ts";
import { Damage } from "../format/damage.ts";
import {
  decodeDirectory,
  decodeEntries,
  type PackEntry,
  type SegmentEntry,
} from "../format/pack-directory.ts";
import { packSpans } from "../format/pack-file.ts";
import { BlobCipher, openSegment } from "../format/sealed-blob.ts";
import type { LoadedIndex } from "../index/index-loader.ts";
import { PackIndex } from "../index/pack-index.ts";
import type { PackSet } from "../index/stored-packs.ts";
import type { VaultAccess } from "../vault-access.ts";
import { ChunkWriter } from "../write/chunk-writer.ts";
import { LeftoverPacks } from "../write/leftover-packs.ts";

interface DamagedPacks {
  readonly bad: ReadonlySet<BlobId>;
  /** Packs that a collection may take away once the damaged ones are no longer counted on. */
  readonly marked: PackSet;
  readonly loaded: LoadedIndex;
  readonly unindexed: readonly PackEntry[];
}

/** Stores again what can still be read of damaged packs and lies nowhere else. Durable and indexed when it resolves. Gives the number of chunks. */
export async function salvageChunks(
  access: VaultAccess,
  packs: DamagedPacks,
  options: Abortable,
): Promise<number> {
  if (packs.bad.size === 0) return 0;
  const known = { index: new PackIndex(), leftovers: new LeftoverPacks() };
  await using writer = new ChunkWriter(access, known, options);
  let salvaged = 0;
  for (const entry of await entriesOf(access, packs, options)) {
    for (const segment of decodeDirectory(packName(entry.id), entry.directory)) {
      options.signal?.throwIfAborted();
      for (const chunk of await readableChunks(access, { entry, segment, packs }, options)) {
        await writer.add(segment.kind, chunk);
        salvaged += 1;
      }
    }
  }
  await writer.flushPacks();
  await writer.flushIndex();
  return salvaged;
}

interface SegmentOfPack {
  readonly entry: PackEntry;
  readonly segment: SegmentEntry;
}

/** The chunks of a segment that are what they were and lie in no whole pack. */
async function readableChunks(
  access: VaultAccess,
  { entry, segment, packs }: SegmentOfPack & { readonly packs: DamagedPacks },
  options: Abortable,
): Promise<readonly Uint8Array[]> {
  const raw = await tryReadSegment(access, { entry, segment }, options);
  if (raw === undefined) return [];
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (const { id, length } of decodeEntries(segment.chunks)) {
    const chunk = raw.subarray(at, at + length);
    at += length;
    const pack = packs.loaded.index.find(id)?.segment.pack;
    const isElsewhere =
      pack?.state === "whole" && !packs.bad.has(pack.id) && !packs.marked.has(pack.id);
    if (!isElsewhere && areEqualIds(access.hash(chunk), id)) chunks.push(chunk);
  }
  return chunks;
}

/** The directories of the damaged packs, as indexes have them; those of others as the packs do. */
async function entriesOf(
  access: VaultAccess,
  { bad, unindexed }: DamagedPacks,
  options: Abortable,
): Promise<readonly PackEntry[]> {
  const entries = new Map<BlobId, PackEntry>();
  for (const entry of unindexed) if (bad.has(entry.id)) entries.set(entry.id, entry);
  for (const id of await listIndexes(access, options)) {
    try {
      const named = [...(await readIndexIfThere(access, id, options))];
      for (const entry of named.filter((each) => bad.has(each.id))) entries.set(entry.id, entry);
    } catch (error) {
      if (!(error instanceof Damage)) throw error;
    }
  }
  return [...entries.values()];
}

/** Undefined when the segment is damaged, or lies past the end of a pack that was cut. */
async function tryReadSegment(
  access: VaultAccess,
  { entry, segment }: SegmentOfPack,
  options: Abortable,
): Promise<Uint8Array | undefined> {
  const blob = packName(entry.id);
  const info = await access.store.head(blob, options);
  if (info === undefined || segment.offset + segment.storedLength > info.size) return undefined;
  try {
    const read = packSpans(access.store, entry.id, options);
    const sealed = await read(segment.offset, segment.storedLength);
    const head = { kind: "pack", id: entry.id, epoch: entry.epoch, rawLength: 0 } as const;
    return await openSegment(new BlobCipher(access.ring, head, blob), { ...segment, blob }, sealed);
  } catch (error) {
    if (error instanceof Damage) return undefined;
    throw error;
  }
}
