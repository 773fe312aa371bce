import type { DatabaseUsage, VaultStats } from "../../../schemas/vault-reports.ts";
import type { Abortable } from "../../storage/blob-store.ts";
import { tryReadManifest } from "../collect/visible-points.ts";
import type { StoredPoint } from "../contract/stored-point.ts";
import {
  type BlobId,
  INDEX_PREFIX,
  PACK_PREFIX,
  POINT_PREFIX,
  pointName,
  tryParseBlobId,
} from "../format/blob-names.ts";
import { CHUNK_ID_SIZE, type ChunkId, parseChunkId } from "../format/chunk-id.ts";
import { Damage } from "../format/damage.ts";
import type { ListedChunk } from "../format/extent-entry.ts";
import { type ListingRoot, visitNode } from "../format/listing.ts";
import { NotListing } from "../format/not-listing.ts";
import { decodeEntries, ENTRY_SIZE } from "../format/pack-directory.ts";
import { HEADER_SIZE, parseHead } from "../format/sealed-blob.ts";
import type { CareIndex, ChunkIndex } from "../index/chunk-index.ts";
import { ChunkTable } from "../index/chunk-table.ts";
import { IdSet } from "../index/id-set.ts";
import { ChunkReader } from "../read/chunk-reader.ts";
import { fetchBlob } from "../stored-blobs.ts";
import type { VaultAccess } from "../vault-access.ts";
import { readPoints } from "./read-points.ts";

/** Counts what the vault holds, and for each database what it would take alone. Memory: the index as it was opened, and 10 to 20 bytes for each chunk of one database. */
export async function vaultStats(
  access: VaultAccess,
  index: CareIndex,
  options: Abortable,
): Promise<VaultStats> {
  const { points, damaged } = await readPoints(access, options);
  const packs = await countBlobs(access, PACK_PREFIX, options);
  const indexes = await countBlobs(access, INDEX_PREFIX, options);
  const manifests = await countBlobs(access, POINT_PREFIX, options);
  const databases: DatabaseUsage[] = [];
  const groups = Map.groupBy(points, ({ facts }) => `${facts.backupSet}\n${facts.database}`);
  for (const [, own] of [...groups].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    databases.push(await usageOf(access, own, { index, signal: options.signal }));
  }
  return {
    epoch: access.ring.epoch,
    olderKeys: {
      ...(await olderPacks(access, index)),
      points: await countOlder(access, points, options),
    },
    points: points.length,
    damagedPoints: damaged.length,
    packs: packs.blobs,
    storedBytes: packs.bytes + indexes.bytes + manifests.bytes,
    logicalBytes: points.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
    databases,
  };
}

async function olderPacks({ ring }: VaultAccess, index: CareIndex) {
  const older = (await index.listPacks()).filter(
    ({ epoch, state }) => epoch < ring.epoch && (state === "whole" || state === "marked"),
  );
  return { packs: older.length, bytes: older.reduce((sum, { size }) => sum + size, 0) };
}

/** Reads the headers of manifests again, and only where there was another data key. */
async function countOlder(
  access: VaultAccess,
  points: readonly StoredPoint[],
  options: Abortable,
): Promise<number> {
  if (access.ring.dataKeys.size < 2) return 0;
  let older = 0;
  for (const id of points.flatMap((point) => tryParseBlobId(point.id) ?? [])) {
    options.signal?.throwIfAborted();
    const epoch = await tryReadEpoch(access, id, options);
    if (epoch !== undefined && epoch < access.ring.epoch) older += 1;
  }
  return older;
}

/** Undefined of a point that was removed meanwhile. */
async function tryReadEpoch(
  { store }: VaultAccess,
  id: BlobId,
  { signal }: Abortable,
): Promise<number | undefined> {
  const name = pointName(id);
  try {
    const header = await fetchBlob(store, name, {
      signal,
      span: { offset: 0, length: HEADER_SIZE },
    });
    return parseHead(name, header, { kind: "manifest", id }).epoch;
  } catch (error) {
    if (error instanceof Damage) return undefined;
    throw error;
  }
}

async function countBlobs(
  { store }: VaultAccess,
  prefix: string,
  options: Abortable,
): Promise<{ readonly blobs: number; readonly bytes: number }> {
  let blobs = 0;
  let bytes = 0;
  for await (const { size } of store.list(prefix, options)) {
    blobs += 1;
    bytes += size;
  }
  return { blobs, bytes };
}

async function usageOf(
  access: VaultAccess,
  points: readonly StoredPoint[],
  { index, signal }: Abortable & { readonly index: ChunkIndex },
): Promise<DatabaseUsage> {
  const counted = new DistinctChunks(index);
  let unreadable = 0;
  for (const id of points.flatMap((point) => tryParseBlobId(point.id) ?? [])) {
    if (!(await tryCount(access, id, { counted, index, signal }))) unreadable += 1;
  }
  const [first] = points;
  if (first === undefined) throw new RangeError("no point of a database. This is a bug.");
  return {
    backupSet: first.facts.backupSet,
    database: first.facts.database,
    points: points.length,
    unreadablePoints: unreadable,
    logicalBytes: points.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
    uniqueBytes: counted.rawBytes,
    storedBytes: Math.round(counted.storedBytes),
  };
}

/** False when a listing of the point cannot be read. */
async function tryCount(
  access: VaultAccess,
  point: BlobId,
  {
    counted,
    index,
    signal,
  }: Abortable & { readonly counted: DistinctChunks; readonly index: ChunkIndex },
): Promise<boolean> {
  try {
    const opened = await tryReadManifest(access, point, { signal });
    const reader = new ChunkReader(access, index, { signal, owner: pointName(point) });
    for (const { root } of opened?.manifest.objects ?? []) {
      signal?.throwIfAborted();
      if (root !== undefined) await counted.walk(root, (node) => reader.read(node));
    }
    return true;
  } catch (error) {
    if (error instanceof Damage || error instanceof NotListing) return false;
    throw error;
  }
}

/** Sums over chunks, each once. A chunk's stored bytes are its share of its segment. What no index knows counts nothing. */
class DistinctChunks {
  rawBytes = 0;
  storedBytes = 0;
  readonly #index: ChunkIndex;
  readonly #chunks = new IdSet();
  /** Listings whose entries were counted. */
  readonly #walked = new ChunkTable();

  constructor(index: ChunkIndex) {
    this.#index = index;
  }

  async walk(
    { depth, entries, ...chunk }: ListingRoot,
    read: (node: ListedChunk) => Promise<Uint8Array>,
  ): Promise<void> {
    if (this.#isNew(chunk.id)) await this.#count(chunk.id);
    if (depth === 0 || this.#walked.find(chunk.id) !== undefined) return;
    const node = await read(chunk);
    if (depth === 1) {
      const fresh: ChunkId[] = [];
      visitNode(node, entries, (bytes, at) => {
        if (this.#isNew(bytes, at))
          fresh.push(parseChunkId(bytes.subarray(at, at + CHUNK_ID_SIZE)));
      });
      for (const id of fresh) await this.#count(id);
    } else {
      if (node.length % ENTRY_SIZE !== 0) throw new NotListing();
      for (const entry of decodeEntries(node)) {
        await this.walk({ ...entry, depth: depth - 1, entries }, read);
      }
    }
    this.#walked.set(chunk.id, { source: 0, offset: 0, length: 1 });
  }

  #isNew(bytes: Uint8Array, at = 0): boolean {
    return this.#chunks.add(bytes, at);
  }

  async #count(id: ChunkId): Promise<void> {
    const place = await this.#index.find(id);
    if (place === undefined) return;
    const { storedLength, rawLength } = place.segment;
    this.rawBytes += place.length;
    this.storedBytes += (storedLength * place.length) / rawLength;
  }
}
