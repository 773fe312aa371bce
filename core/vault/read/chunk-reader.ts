import type { Abortable, BlobName } from "../../storage/blob-store.ts";
import { packName } from "../format/blob-names.ts";
import { areEqualIds } from "../format/chunk-id.ts";
import { Damage } from "../format/damage.ts";
import {
  isPatched,
  joinEntry,
  type ListedChunk,
  type ListedEntry,
  storedChunksOf,
} from "../format/extent-entry.ts";
import { readSegment, sliceChunk } from "../format/pack-file.ts";
import type { ChunkIndex } from "../index/chunk-index.ts";
import type { ChunkPlace, SegmentPlace } from "../index/pack-index.ts";
import type { VaultAccess } from "../vault-access.ts";

const MAX_SEGMENTS = 8;
const MAX_AHEAD = 256;
/** Distinct ones; a patched entry alone may need four. */
const MAX_SEGMENTS_AHEAD = 4;

export interface ChunkReaderOptions extends Abortable {
  /** The blob that is at fault when a chunk is unknown: the manifest. */
  readonly owner: BlobName;
}

interface Ahead {
  readonly entry: ListedEntry;
  readonly parts: readonly Part[];
}

/** A stored chunk that an entry needs. */
interface Part {
  readonly chunk: ListedChunk;
  readonly place: ChunkPlace;
  readonly segment: Promise<Uint8Array>;
}

/** Entries whose segments are being loaded. */
class ReadQueue {
  readonly #entries: Ahead[] = [];
  /** How many parts of the entries lie in each segment. */
  readonly #segments = new Map<number, number>();

  get length(): number {
    return this.#entries.length;
  }

  get isLong(): boolean {
    return this.length > MAX_AHEAD || (this.length > 1 && this.#segments.size > MAX_SEGMENTS_AHEAD);
  }

  push(entry: Ahead): void {
    this.#entries.push(entry);
    for (const { place } of entry.parts) this.#count(place.segment.number, 1);
  }

  shift(): Ahead {
    const entry = this.#entries.shift();
    if (entry === undefined) throw new RangeError("nothing to read. This is a bug.");
    for (const { place } of entry.parts) this.#count(place.segment.number, -1);
    return entry;
  }

  #count(segment: number, by: number): void {
    const count = (this.#segments.get(segment) ?? 0) + by;
    if (count === 0) this.#segments.delete(segment);
    else this.#segments.set(segment, count);
  }
}

/**
 * Gives chunks out, each verified: its segment by AEAD, itself by its id. Puts patched
 * extents and row groups together. Keeps the eight segments used last (8 MiB at the usual size) and loads up to four segments ahead.
 */
export class ChunkReader {
  readonly #access: VaultAccess;
  readonly #index: ChunkIndex;
  readonly #options: ChunkReaderOptions;
  readonly #segments = new Map<number, Promise<Uint8Array>>();

  constructor(access: VaultAccess, index: ChunkIndex, options: ChunkReaderOptions) {
    this.#access = access;
    this.#index = index;
    this.#options = options;
  }

  /** Throws Damage. */
  async read(entry: ListedEntry): Promise<Uint8Array> {
    return this.#give(await this.#load(entry));
  }

  /** The chunks and extents in order. Throws Damage. */
  async *readAll(batches: AsyncIterable<readonly ListedEntry[]>): AsyncGenerator<Uint8Array> {
    const queue = new ReadQueue();
    for await (const batch of batches) {
      for (const entry of batch) {
        this.#options.signal?.throwIfAborted();
        queue.push(await this.#load(entry));
        while (queue.isLong) yield await this.#next(queue);
      }
    }
    while (queue.length > 0) yield await this.#next(queue);
  }

  async #next(queue: ReadQueue): Promise<Uint8Array> {
    this.#options.signal?.throwIfAborted();
    return this.#give(queue.shift());
  }

  async #load(entry: ListedEntry): Promise<Ahead> {
    const places: Omit<Part, "segment">[] = [];
    for (const chunk of storedChunksOf(entry)) {
      places.push({ chunk, place: await this.#find(chunk) });
    }
    const parts = places.map((part) => ({ ...part, segment: this.#segment(part.place.segment) }));
    return { entry, parts };
  }

  async #give({ entry, parts }: Ahead): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for (const { chunk, place, segment } of parts) {
      chunks.push(this.#verify(place, chunk, await segment));
    }
    const [only = new Uint8Array()] = chunks;
    if (!isPatched(entry)) return only;
    const joined = joinEntry(entry, chunks);
    if (areEqualIds(this.#access.hash(joined), entry.id)) return joined;
    const what = entry.group === undefined ? "pages" : "parts";
    throw new Damage(this.#options.owner, `names a chunk whose ${what} do not match its id`);
  }

  async #find(chunk: ListedChunk): Promise<ChunkPlace> {
    const place = await this.#index.find(chunk.id);
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

  #segment(place: SegmentPlace): Promise<Uint8Array> {
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
