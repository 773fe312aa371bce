import { failure } from "../../diagnostics/diagnostic.ts";
import type { Abortable } from "../../storage/blob-store.ts";
import type { Lease } from "../collect/lease.ts";
import { tryKeep } from "../collect/try-keep.ts";
import type { ObjectChunk, PointReader } from "../contract/point-streams.ts";
import type { StoredPoint } from "../contract/stored-point.ts";
import { pointName } from "../format/blob-names.ts";
import { formatChunkId } from "../format/chunk-id.ts";
import { Damage, explainDamage } from "../format/damage.ts";
import type { ListedEntry } from "../format/extent-entry.ts";
import { type ListingRoot, readListingInBatches } from "../format/listing.ts";
import type { Manifest, ManifestObject } from "../format/manifest.ts";
import { blamedOn } from "../format/not-listing.ts";
import type { ChunkIndex } from "../index/chunk-index.ts";
import { LaneReader, LENT_STRETCHES, type ReadStretch } from "../pipeline/lane-reader.ts";
import { isMissing } from "../stored-blobs.ts";
import type { VaultAccess } from "../vault-access.ts";
import { ChunkReader } from "./chunk-reader.ts";

export interface ReaderIndex {
  readonly index: ChunkIndex;
  /** What the index says now. */
  reload(options: Abortable): Promise<ChunkIndex>;
}

/** Works through what is listed, of an object of so many bytes, by `reader` or in a way of its own. */
type Work<T extends { readonly chunks: number } = ReadStretch> = (
  reader: ChunkReader,
  listed: AsyncIterable<readonly ListedEntry[]>,
  place: { readonly index: ChunkIndex; readonly bytes: number },
) => AsyncGenerator<T>;

interface Listed {
  readonly list: (reader: ChunkReader) => AsyncIterable<readonly ListedEntry[]>;
  readonly bytes: number;
}

/** How often a pack may be written anew before one chunk was read. */
const MAX_RELOADS = 5;

/** A committed point, open for reading. */
export class StoredPointReader implements PointReader {
  readonly point: StoredPoint;
  readonly lentStretches = LENT_STRETCHES;
  readonly #access: VaultAccess;
  readonly #index: ReaderIndex;
  readonly #manifest: Manifest;
  readonly #lease: Lease | undefined;
  readonly #held: AsyncDisposable;
  #lanes: LaneReader | null;

  constructor(
    access: VaultAccess,
    index: ReaderIndex,
    opened: {
      readonly manifest: Manifest;
      readonly point: StoredPoint;
      readonly lease: Lease | undefined;
      /** For the first object that is read in stretches. */
      readonly lanes: LaneReader | null;
      /** The lease and the lanes. */
      readonly held: AsyncDisposable;
    },
  ) {
    this.point = opened.point;
    this.#access = access;
    this.#index = index;
    this.#manifest = opened.manifest;
    this.#lease = opened.lease;
    this.#lanes = opened.lanes;
    this.#held = opened.held;
  }

  async *read(path: string, options: Abortable = {}): AsyncGenerator<Uint8Array> {
    for await (const { bytes } of this.#read(path, readOneByOne, options)) yield bytes;
  }

  async *readStretches(path: string, options: Abortable = {}): AsyncGenerator<Uint8Array> {
    const access = this.#access;
    const owner = pointName(this.#manifest.id);
    const { signal } = options;
    const takeLanes = () => {
      const lanes = this.#lanes;
      this.#lanes = null;
      return lanes;
    };
    const readAll: Work = async function* (_reader, listed, { index, bytes }) {
      await using lanes = takeLanes() ?? new LaneReader(access, bytes);
      yield* lanes.readAll(listed, { owner, index, signal });
    };
    for await (const { bytes } of this.#read(path, readAll, options)) yield bytes;
  }

  contentOf(path: string): string | null {
    const { root } = this.#find(path);
    return root === undefined ? null : `${formatChunkId(root.id)}/${root.depth}`;
  }

  async *chunksOf(path: string, options: Abortable = {}): AsyncGenerator<readonly ObjectChunk[]> {
    const { object, root } = this.#find(path);
    if (root === undefined) return;
    const list: Work<{ readonly entries: readonly ObjectChunk[]; readonly chunks: number }> =
      async function* (_reader, listed) {
        for await (const entries of listed) yield { entries, chunks: entries.length };
      };
    const listed = listing({ root, bytes: object.bytes });
    const found = this.#explained(path, this.#readListed(listed, list, options));
    for await (const { entries } of found) yield entries;
  }

  async *readChunks(
    path: string,
    chunks: readonly ObjectChunk[],
    options: Abortable = {},
  ): AsyncGenerator<Uint8Array> {
    const { object } = this.#find(path);
    const listed = { list: () => oneBatch(chunks), bytes: object.bytes };
    const found = this.#explained(path, this.#readListed(listed, readOneByOne, options));
    for await (const { bytes } of found) yield bytes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#held[Symbol.asyncDispose]();
  }

  #find(path: string): ManifestObject {
    const found = this.#manifest.objects.find(({ object }) => object.path === path);
    if (found === undefined) throw noSuchObject(this.point.id, path);
    return found;
  }

  #read(path: string, work: Work, options: Abortable): AsyncGenerator<ReadStretch> {
    return this.#explained(path, this.#readVerified(this.#find(path), work, options));
  }

  async *#explained<T extends { readonly chunks: number }>(
    path: string,
    found: AsyncIterable<T>,
  ): AsyncGenerator<T> {
    let done = 0;
    try {
      for await (const one of found) {
        done += one.chunks;
        yield one;
      }
    } catch (error) {
      throw explainDamage(blamedOn(pointName(this.#manifest.id), error), {
        point: this.point.id,
        object: path,
        chunk: done + 1,
      });
    }
  }

  async *#readVerified(
    { object, root }: ManifestObject,
    work: Work,
    options: Abortable,
  ): AsyncGenerator<ReadStretch> {
    let chunks = 0;
    let bytes = 0;
    if (root !== undefined) {
      const listed = listing({ root, bytes: object.bytes });
      for await (const stretch of this.#readListed(listed, work, options)) {
        chunks += stretch.chunks;
        bytes += stretch.bytes.length;
        yield stretch;
      }
    }
    if (chunks !== object.chunks || bytes !== object.bytes) {
      throw new Damage(pointName(this.#manifest.id), "lists other chunks than it counts");
    }
  }

  /** A collector may have written a pack anew under another name: then the index says where its chunks are. */
  async *#readListed<T extends { readonly chunks: number }>(
    { list, bytes }: Listed,
    work: Work<T>,
    { signal }: Abortable,
  ): AsyncGenerator<T> {
    const owner = pointName(this.#manifest.id);
    let { index } = this.#index;
    let done = 0;
    for (let reloads = 0; ; reloads += 1) {
      const reader = new ChunkReader(this.#access, index, { signal, owner });
      try {
        for await (const one of work(reader, skip(list(reader), done), { index, bytes })) {
          done += one.chunks;
          reloads = 0;
          await tryKeep(this.#lease, { signal });
          yield one;
        }
        return;
      } catch (error) {
        if (!isMissing(error) || reloads === MAX_RELOADS) throw error;
        index = await this.#index.reload({ signal });
      }
    }
  }
}

const readOneByOne: Work = async function* (reader, listed) {
  for await (const bytes of reader.readAll(listed)) yield { bytes, chunks: 1 };
};

function listing({ root, bytes }: { readonly root: ListingRoot; readonly bytes: number }): Listed {
  return { list: (reader) => readListingInBatches(root, (node) => reader.read(node)), bytes };
}

async function* oneBatch<T>(batch: readonly T[]): AsyncGenerator<readonly T[]> {
  yield await Promise.resolve(batch);
}

async function* skip<T>(
  batches: AsyncIterable<readonly T[]>,
  count: number,
): AsyncGenerator<readonly T[]> {
  let left = count;
  for await (const batch of batches) {
    if (left < batch.length) yield left === 0 ? batch : batch.slice(left);
    left = Math.max(0, left - batch.length);
  }
}

function noSuchObject(point: string, path: string): Error {
  return failure({
    code: "POINT_OBJECT_NOT_FOUND",
    summary: "Object not in the recovery point",
    detail: `The point ${point} holds no object ${path}. Choose one of the objects that the point lists.`,
  });
}
