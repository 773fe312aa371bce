import type { Abortable } from "../../storage/blob-store.ts";
import { FINGERPRINT_SPACE } from "../cut/page-fingerprints.ts";
import { parseChunkId } from "../format/chunk-id.ts";
import type { PackEntry } from "../format/pack-directory.ts";
import type { ChunkIndex } from "../index/chunk-index.ts";
import type { VaultAccess } from "../vault-access.ts";
import type { LeftoverPacks } from "../write/leftover-packs.ts";
import {
  BatchRing,
  type ByteSource,
  type FilledSlot,
  RING_SLOTS,
  type Stretch,
} from "./batch-ring.ts";
import type { ClaimTables } from "./claim-tables.ts";
import { chooseEarlier, type EarlierExtents, findEarlier, NO_EXTENTS } from "./earlier-extents.ts";
import type { EarlyLanes } from "./early-lanes.ts";
import type { Batch, BatchDone } from "./lane-messages.ts";
import { LanePool, MOST_LANES } from "./lane-pool.ts";

/** Of 4 MiB. A thread takes 50 ms to start, so a stream that ends within so many is done without. */
const BATCHES_WITHOUT_THREADS = { much: 3, little: 192 };

export interface StreamWriterOptions extends Abortable {
  readonly index: ChunkIndex;
  readonly leftovers: LeftoverPacks;
  readonly claims: ClaimTables;
  readonly early?: EarlyLanes | undefined;
  onPack(entry: PackEntry): void;
}

/** A stream to be stored. */
export interface NewStream {
  readonly source: ByteSource;
  /** Streams that were stored before and may be much the same. */
  readonly similar: readonly EarlierExtents[];
}

/** Chunks and extents of a stream that follow each other. */
export interface ListedStretch {
  /** Of a listing, encoded. */
  readonly entries: Uint8Array;
  readonly chunks: number;
  readonly bytes: number;
}

type OnListed = (listed: ListedStretch) => Promise<void>;

/**
 * Stores streams of bytes by lanes. Memory: 22 MiB of batches, and of each lane two packs and two segments. Reading waits while
 * every batch is under way.
 */
export class StreamWriter implements AsyncDisposable {
  readonly #ring = new BatchRing(MOST_LANES * FINGERPRINT_SPACE);
  readonly #access: VaultAccess;
  readonly #options: StreamWriterOptions;
  readonly #pool: LanePool;
  readonly #free = Array.from({ length: RING_SLOTS }, (_, slot) => slot);
  /** Those under way or done, by their number, until they are listed. */
  readonly #stretches = new Map<number, Stretch>();
  readonly #done = new Map<number, BatchDone>();
  #next = 0;
  #listed = 0;

  constructor(access: VaultAccess, options: StreamWriterOptions) {
    const { index, leftovers, early, signal } = options;
    this.#access = access;
    this.#options = options;
    this.#pool = new LanePool(access, {
      signal,
      index,
      early,
      setup: {
        type: "setup",
        ring: access.ring,
        chunkId: access.chunkId,
        memory: this.#ring.memory,
        scratch: this.#ring.extraAt,
        leftovers: leftovers.shared,
      },
      onBatch: (done) => this.#onBatch(done),
      onPack: (entry) => options.onPack(entry),
    });
  }

  /** Reads the source to its end; `onListed` gets what its listing holds, in order. Streams are added one after the other. */
  async add({ source, similar }: NewStream, onListed: OnListed): Promise<void> {
    const { bytes } = this.#ring;
    const { hash } = this.#access;
    let earlier: EarlierExtents | undefined = similar.length === 0 ? NO_EXTENTS : undefined;
    let ahead: Promise<FilledSlot> | undefined;
    for (let isEnd = false; !isEnd; ) {
      const filled = await (ahead ?? this.#ring.fill(await this.#takeSlot(onListed), source));
      this.#pool.throwIfFailed();
      ({ isEnd } = filled);
      ahead = isEnd ? undefined : this.#readAhead(source);
      const stretch = this.#ring.cut(filled);
      while (await this.#listNext(onListed));
      earlier ??= await chooseEarlier(bytes, stretch, { candidates: similar, hash });
      const found = await findEarlier(bytes, stretch, earlier ?? NO_EXTENTS);
      this.#dispatch(stretch, found);
      const likely = earlier === NO_EXTENTS ? "much" : "little";
      if (this.#next >= BATCHES_WITHOUT_THREADS[likely]) this.#pool.startThreads();
    }
    while (this.#listed < this.#next) {
      if (!(await this.#listNext(onListed))) await this.#pool.change();
    }
  }

  /** Resolves when all that was added lies in durable packs. Nothing may be added afterwards. */
  async finish(): Promise<void> {
    await this.#pool.finish();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]();
  }

  /** Reads while the stretch before is looked up. Undefined where that would have to wait for a slot. */
  #readAhead(source: ByteSource): Promise<FilledSlot> | undefined {
    const slot = this.#free.shift();
    if (slot === undefined) return undefined;
    const filled = this.#ring.fill(slot, source);
    filled.catch(() => undefined);
    return filled;
  }

  async #takeSlot(onListed: OnListed): Promise<number> {
    for (;;) {
      while (await this.#listNext(onListed));
      const slot = this.#free.shift();
      if (slot !== undefined) return slot;
      await this.#pool.change();
    }
  }

  #dispatch(stretch: Stretch, earlier: Pick<Batch, "earlier" | "earlierAt">): void {
    const { start, lengths } = stretch;
    const number = this.#next;
    this.#next += 1;
    this.#stretches.set(number, stretch);
    const { tables: claims } = this.#options.claims;
    this.#pool.send({ type: "batch", number, start, lengths, claims, ...earlier });
  }

  #onBatch(done: BatchDone): void {
    const stretch = this.#stretches.get(done.number);
    if (stretch !== undefined) this.#free.push(stretch.slot);
    this.#done.set(done.number, done);
  }

  /** Lists what is in the next batch in order; false when it is not done yet. */
  async #listNext(onListed: OnListed): Promise<boolean> {
    const done = this.#done.get(this.#listed);
    const stretch = this.#stretches.get(this.#listed);
    if (done === undefined || stretch === undefined) return false;
    this.#done.delete(this.#listed);
    this.#stretches.delete(this.#listed);
    this.#listed += 1;
    for (const id of done.inLeftovers) this.#options.leftovers.use(parseChunkId(id));
    const bytes = stretch.lengths.reduce((sum, length) => sum + length, 0);
    await onListed({ entries: done.entries, chunks: stretch.lengths.length, bytes });
    return true;
  }
}
