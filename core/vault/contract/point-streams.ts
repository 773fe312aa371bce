import type { Abortable } from "../../storage/blob-store.ts";
import type { ListedEntry } from "../format/extent-entry.ts";
import type { ByteSource } from "../pipeline/batch-ring.ts";
import type { ObjectFacts, PointFacts, StoredObject, StoredPoint } from "./stored-point.ts";

export interface BeginOptions extends Abortable {
  /**
   * Ids of points whose objects may be much like those to come, the likeliest first; at most four are looked at. Of an extent of
   * database pages that has changed since the most similar one, only the changed pages are stored; of a row group that has
   * changed since the first one with rows at that path, only what differs. Ids of points that are gone do no harm.
   */
  readonly similar?: readonly string[] | undefined;
  /** How many bytes of streams will be added as soon as the point has begun: where most will be new, threads for them start meanwhile. */
  readonly expectedBytes?: number | undefined;
}

export type WritePhase = "pack" | "index" | "manifest";

/** Writes one point. Nothing of it can be seen before `commit` resolves; disposed without `commit`, it never will be. */
export interface PointWriter extends AsyncDisposable {
  readonly id: string;
  /** Blobs below `garbage/` that nobody can read: because of them the point relies on no pack that was there. */
  readonly unreadableMarks: readonly string[];
  /** Bytes written to the store so far. */
  readonly bytesStored: number;
  /**
   * Adds an object. Each chunk that comes in is kept as one chunk, so the caller decides the cuts (1 byte to 8 MiB each).
   * Attributes may depend on the bytes, so they are asked for once the last chunk came. Objects are added one after the other.
   */
  addObject(
    object: Omit<ObjectFacts, "attributes">,
    chunks: AsyncIterable<Uint8Array>,
    attributes: () => ObjectFacts["attributes"],
  ): Promise<StoredObject>;
  /**
   * Adds an object whose cuts the vault decides: at extents of database pages, by content elsewhere. The source is read to its
   * end, up to 4 MiB at a time into shared memory, and waits while lanes are busy. Attributes as with `addObject`.
   */
  addStream(
    object: Omit<ObjectFacts, "attributes">,
    source: ByteSource,
    attributes: () => ObjectFacts["attributes"],
  ): Promise<StoredObject>;
  /** Flushes packs, then the index, then writes the manifest; durable when it resolves. */
  commit(
    facts: PointFacts,
    options?: Abortable & { readonly onPhase?: ((phase: WritePhase) => void) | undefined },
  ): Promise<StoredPoint>;
}

export interface OpenOptions extends Abortable {
  /** How many bytes will be read in stretches as soon as the point is open: threads for them start meanwhile. */
  readonly expectedBytes?: number | undefined;
}

/** One piece of an object as it lies in the vault. In one vault, equal ids mean equal bytes. */
export type ObjectChunk = ListedEntry;

export interface PointReader extends AsyncDisposable {
  readonly point: StoredPoint;
  /** How many stretches may be in use by whoever reads them when the next one is asked for. */
  readonly lentStretches: number;
  /** The object's chunks in order, each verified (AEAD and chunk id). VAULT_CORRUPTED names point, object, chunk and pack. */
  read(path: string, options?: Abortable): AsyncIterable<Uint8Array>;
  /**
   * The same bytes, as verified, in stretches of up to 8 MiB and faster, by threads. A stretch lies in shared memory and stays
   * as it is while `lentStretches` more are given, so that it can be written while those are verified.
   */
  readStretches(path: string, options?: Abortable): AsyncIterable<Uint8Array>;
  /** Stands for the object's bytes and cuts: where it is equal in one vault, so are they. Null of an object without bytes. Reads nothing. */
  contentOf(path: string): string | null;
  /** The object's chunks in order, some hundreds at once, without reading them. VAULT_CORRUPTED. */
  chunksOf(path: string, options?: Abortable): AsyncIterable<readonly ObjectChunk[]>;
  /** As `read`, but only those of its chunks. */
  readChunks(
    path: string,
    chunks: readonly ObjectChunk[],
    options?: Abortable,
  ): AsyncIterable<Uint8Array>;
}
