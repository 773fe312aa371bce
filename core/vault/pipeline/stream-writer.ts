import type { Abortable } from "../../storage/blob-store.ts";
import { parseChunkId } from "../format/chunk-id.ts";
import type { ListedChunk } from "../format/listing.ts";
import type { PackEntry } from "../format/pack-directory.ts";
import type { PackIndex } from "../index/pack-index.ts";
import type { VaultAccess } from "../vault-access.ts";
import type { LeftoverPacks } from "../write/leftover-packs.ts";
import { BatchRing, type ByteSource, RING_SLOTS, type Stretch } from "./batch-ring.ts";
import type { ClaimTables } from "./claim-tables.ts";
import type { Batch, BatchDone } from "./lane-messages.ts";
import { LanePool } from "./lane-pool.ts";

/** Threads take 50 ms to start: a stream that ends within so many batches (12 MiB) is done without. */
const BATCHES_WITHOUT_THREADS = 3;

export interface StreamWriterOptions extends Abortable {
  readonly index: PackIndex;
  readonly leftovers: LeftoverPacks;
  readonly claims: ClaimTables;
  onPack(entry: PackEntry): void;
}

type OnChunk = (chunk: ListedChunk) => Promise<void>;

/**
 * Stores streams of bytes by lanes. Memory: 22 MiB of batches, and of each lane two packs and two segments. Reading waits while
 * every batch is under way.
 */
export class StreamWriter implements AsyncDisposable {
  readonly #ring = new BatchRing();
  readonly #options: StreamWriterOptions;
  readonly #pool: LanePool;
  readonly #free = Array.from({ length: RING_SLOTS }, (_, slot) => slot);
  /** Those under way or done, by their number, until their chunks are listed. */
  readonly #stretches = new Map<number, Stretch>();
  readonly #done = new Map<number, BatchDone>();
  #held: Batch[] = [];
  #next = 0;
  #listed = 0;

  constructor(access: VaultAccess, options: StreamWriterOptions) {
    const { index, leftovers, signal } = options;
    this.#options = options;
    this.#pool = new LanePool(access, {
      signal,
      setup: {
        type: "setup",
        ring: access.ring,
        chunkId: access.chunkId,
        memory: this.#ring.memory.buffer,
        known: index.shared,
        leftovers: leftovers.shared,
      },
      onBatch: (done) => this.#onBatch(done),
      onPack: (entry) => options.onPack(entry),
    });
  }

  /** Reads the source to its end; `onChunk` gets the chunks in order. Streams are added one after the other. */
  async add(source: ByteSource, onChunk: OnChunk): Promise<void> {
    for (let isEnd = false; !isEnd; ) {
      const slot = await this.#takeSlot(onChunk);
      this.#pool.throwIfFailed();
      const stretch = await this.#ring.fill(slot, source);
      ({ isEnd } = stretch);
      this.#dispatch(stretch);
    }
    this.#sendHeld();
    while (this.#listed < this.#next) {
      if (!(await this.#listNext(onChunk))) await this.#pool.change();
    }
  }

  /** Resolves when all that was added lies in durable packs. Nothing may be added afterwards. */
  async finish(): Promise<void> {
    await this.#pool.finish();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]();
  }

  async #takeSlot(onChunk: OnChunk): Promise<number> {
    for (;;) {
      while (await this.#listNext(onChunk));
      const slot = this.#free.shift();
      if (slot !== undefined) return slot;
      await this.#pool.change();
    }
  }

  #dispatch(stretch: Stretch): void {
    const { start, lengths } = stretch;
    const number = this.#next;
    this.#next += 1;
    this.#stretches.set(number, stretch);
    this.#held.push({ type: "batch", number, start, lengths, claims: [] });
    if (!this.#pool.hasThreads && this.#held.length < BATCHES_WITHOUT_THREADS) return;
    this.#pool.startThreads();
    this.#sendHeld();
  }

  #sendHeld(): void {
    for (const batch of this.#held) {
      this.#pool.send({ ...batch, claims: this.#options.claims.tables });
    }
    this.#held = [];
  }

  #onBatch(done: BatchDone): void {
    const stretch = this.#stretches.get(done.number);
    if (stretch !== undefined) this.#free.push(stretch.slot);
    this.#done.set(done.number, done);
  }

  /** Lists the chunks of the next batch in order; false when it is not done yet. */
  async #listNext(onChunk: OnChunk): Promise<boolean> {
    const done = this.#done.get(this.#listed);
    const stretch = this.#stretches.get(this.#listed);
    if (done === undefined || stretch === undefined) return false;
    this.#done.delete(this.#listed);
    this.#stretches.delete(this.#listed);
    this.#listed += 1;
    const idOf = (index: number) => parseChunkId(done.ids.subarray(index * 32, index * 32 + 32));
    for (const index of done.inLeftovers) this.#options.leftovers.use(idOf(index));
    for (const [index, length] of stretch.lengths.entries()) {
      await onChunk({ id: idOf(index), length });
    }
    return true;
  }
}
