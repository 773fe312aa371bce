import type { Abortable } from "../../storage/blob-store.ts";
import { type BlobId, packName, pointName } from "../format/blob-names.ts";
import type { ChunkId } from "../format/chunk-id.ts";
import type { ListedChunk } from "../format/extent-entry.ts";
import { type ListedKind, visitNode } from "../format/listing.ts";
import { blamedOn, NotListing } from "../format/not-listing.ts";
import {
  decodeDirectory,
  decodeEntries,
  ENTRY_SIZE,
  encodeDirectory,
  type PackEntry,
  type SegmentEntry,
} from "../format/pack-directory.ts";
import type { ChunkIndex } from "../index/chunk-index.ts";
import type { PackIndex } from "../index/pack-index.ts";
import { ChunkReader } from "../read/chunk-reader.ts";
import type { VaultAccess } from "../vault-access.ts";
import { IdTable } from "./id-table.ts";
import { walkIndexes } from "./index-walk.ts";
import { tryReadManifest } from "./visible-points.ts";

/** What a walk reads from: listings lie in segments of their own, so finding them takes little memory. */
export interface ListingSource {
  /** Knows where listings lie. */
  readonly listings: ChunkIndex;
  /** Makes a listing known that lies among data, as one may that is equal to a piece of it [all are known]. */
  readonly seek?: ((id: ChunkId) => Promise<void>) | undefined;
}

/** Keeps of a pack only the segments that are wanted. */
export function addSegments(
  index: PackIndex,
  entry: PackEntry,
  isWanted: (segment: SegmentEntry) => boolean,
): void {
  const wanted = [...decodeDirectory(packName(entry.id), entry.directory)].filter(isWanted);
  if (wanted.length > 0) index.add({ ...entry, directory: encodeDirectory(wanted) }, "whole");
}

/** The id of a chunk, where it stands in some bytes. */
export type NeedChunk = (bytes: Uint8Array, offset: number) => void;

/** Tells `need` of every chunk that the points need, listings too; a chunk that many need is told of often. Throws Damage. */
export async function walkNeeds(
  access: VaultAccess,
  points: readonly BlobId[],
  {
    source,
    need,
    what = "all",
    signal,
  }: Abortable & {
    readonly source: ListingSource;
    readonly need: NeedChunk;
    /** Whether data counts, or only the listings that say where it is. */
    readonly what?: "all" | "listings";
  },
): Promise<void> {
  const needData = what === "all" ? need : undefined;
  const walked: IdTable[] = [];
  for (const point of points) {
    const opened = await tryReadManifest(access, point, { signal });
    const reader = new ChunkReader(access, source.listings, { signal, owner: pointName(point) });
    const read = async (node: ListedChunk): Promise<Uint8Array> => {
      if (source.seek !== undefined && (await source.listings.find(node.id)) === undefined)
        await source.seek(node.id);
      return reader.read(node);
    };
    for (const { root } of opened?.manifest.objects ?? []) {
      if (root === undefined) continue;
      const { depth, entries } = root;
      try {
        await walk(root, depth, { read, need, needData, walked, entries, signal });
      } catch (error) {
        throw blamedOn(pointName(point), error);
      }
    }
  }
}

interface Walk extends Abortable {
  readonly read: (node: ListedChunk) => Promise<Uint8Array>;
  readonly need: NeedChunk;
  /** Undefined where only listings count. */
  readonly needData: NeedChunk | undefined;
  /** The nodes of each depth that were walked already. */
  readonly walked: IdTable[];
  /** Of the lowest nodes. */
  readonly entries: ListedKind;
}

async function walk(chunk: ListedChunk, depth: number, by: Walk): Promise<void> {
  if (depth === 0) return by.needData?.(chunk.id, 0);
  by.need(chunk.id, 0);
  by.signal?.throwIfAborted();
  const walked = (by.walked[depth] ??= new IdTable());
  if (!walked.add(chunk.id, 0)) return;
  if (depth === 1 && by.needData === undefined) return;
  const node = await by.read(chunk);
  if (depth === 1) return visitNode(node, by.entries, by.needData ?? by.need);
  if (node.length % ENTRY_SIZE !== 0) throw new NotListing();
  for (const entry of decodeEntries(node)) await walk(entry, depth - 1, by);
}

interface Sought extends Abortable {
  readonly indexes: readonly BlobId[];
  /** Gets what is found. */
  readonly listings: PackIndex;
  /** Whether the store has the pack as long as it was written. */
  readonly isWhole: (pack: PackEntry) => boolean;
}

/** A listing may be equal to a piece of data that was stored before it; then it lies among the data. */
export async function seekListing(
  access: VaultAccess,
  id: ChunkId,
  { indexes, listings, isWhole, signal }: Sought,
): Promise<void> {
  const holds = ({ chunks }: SegmentEntry): boolean =>
    decodeEntries(chunks).some((entry) => Buffer.compare(entry.id, id) === 0);
  for await (const entry of walkIndexes(access, indexes, { signal })) {
    if (isWhole(entry)) addSegments(listings, entry, holds);
  }
}
