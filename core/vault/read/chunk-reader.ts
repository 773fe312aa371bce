import type { Abortable, BlobName } from "../../storage/blob-store.ts";
import { packName } from "../format/blob-names.ts";
import { areEqualIds } from "../format/chunk-id.ts";
import { Damage } from "../format/damage.ts";
import type { ListedChunk } from "../format/extent-entry.ts";
import { readSegment, sliceChunk } from "../format/pack-file.ts";
import type { ChunkPlace, PackIndex, SegmentPlace } from "../index/pack-index.ts";
import type { VaultAccess } from "../vault-access.ts";

const MAX_SEGMENTS = 8;
const MAX_AHEAD = 256;
const MAX_SEGMENTS_AHEAD = 2;

export interface ChunkReaderOptions extends Abortable {
  /** The blob that is at fault when a chunk is unknown: the manifest. */
  readonly owner: BlobName;
}

interface Ahead {
  readonly place: ChunkPlace;
  readonly chunk: ListedChunk;
  readonly segment: Promise<Uint8Array>;
}

/**
 * Gives chunks out, each verified: its segment by AEAD, itself by its id. Keeps the eight segments used last
 * (8 MiB at the usual size) and loads up to two segments ahead.
 */
export class ChunkReader {
  readonly #access: VaultAccess;
  readonly #index: PackIndex;
  readonly #options: ChunkReaderOptions;
  readonly #segments = new Map<number, Promise<Uint8Array>>();

  constructor(access: VaultAccess, index: PackIndex, options: ChunkReaderOptions) {
    this.#access = access;
    this.#index = index;
    this.#options = options;
  }

  /** Throws Damage. */
  async read(chunk: ListedChunk): Promise<Uint8Array> {
    const place = this.#find(chunk);
    return this.#verify(place, chunk, await this.#load(place.segment));
  }

  /** The chunks in order. Throws Damage. */
  async *readAll(chunks: AsyncIterable<ListedChunk>): AsyncGenerator<Uint8Array> {
    const queue: Ahead[] = [];
    let changes = 0;
    const isChange = (at: number): boolean => {
      const [one, other] = [queue[at], queue[at + 1]];
      return other !== undefined && one?.place.segment.number !== other.place.segment.number;
    };
    for await (const chunk of chunks) {
      this.#options.signal?.throwIfAborted();
      const place = this.#find(chunk);
      queue.push({ place, chunk, segment: this.#load(place.segment) });
      if (queue.length > 1 && isChange(queue.length - 2)) changes += 1;
      while (queue.length > MAX_AHEAD || changes > MAX_SEGMENTS_AHEAD) {
        if (isChange(0)) changes -= 1;
        yield await this.#next(queue);
      }
    }
    while (queue.length > 0) yield await this.#next(queue);
  }

  async #next(queue: Ahead[]): Promise<Uint8Array> {
    const next = queue.shift();
    if (next === undefined) throw new RangeError("nothing to read. This is a bug.");
    this.#options.signal?.throwIfAborted();
    return this.#verify(next.place, next.chunk, await next.segment);
  }

  #find(chunk: ListedChunk): ChunkPlace {
    const place = this.#index.find(chunk.id);
    if (place !== undefined) return place;
    throw new Damage(this.#options.owner, "names a chunk that no index knows");
  }

  #verify(place: ChunkPlace, chunk: ListedChunk, segment: Uint8Array): Uint8Array {
    const bytes = sliceChunk(place, segment);
    if (bytes.length !== chunk.length || !areEqualIds(this.#access.hash(bytes), chunk.id)) {
      throw new Damage(packName(place.segment.pack.id), "holds a chunk that does not match its id");
    }
    return bytes;
  }

  #load(place: SegmentPlace): Promise<Uint8Array> {
    const kept = this.#segments.get(place.number);
    const segment = kept ?? readSegment(this.#access, place, this.#options);
    this.#segments.delete(place.number);
    this.#segments.set(place.number, segment);
    segment.catch(() => this.#segments.delete(place.number));
    const [oldest] = this.#segments.keys();
    if (this.#segments.size > MAX_SEGMENTS && oldest !== undefined) this.#segments.delete(oldest);
    return segment;
  }
}
