import type { Abortable } from "../../storage/blob-store.ts";
import { FINGERPRINT_SPACE } from "../cut/page-fingerprints.ts";
import { packName, parseBlobId } from "../format/blob-names.ts";
import { parseChunkId } from "../format/chunk-id.ts";
import type { PackEntry } from "../format/pack-directory.ts";
import { releaseBytes } from "../format/release-bytes.ts";
import type { ChunkIndex } from "../index/chunk-index.ts";
import type { VaultAccess } from "../vault-access.ts";
import { type EarlyLanes, THREADS } from "./early-lanes.ts";
import { type LaneEars, type LaneLink, openOwnLane, openThreadLane } from "./lane-link.ts";
import type { Batch, BatchDone, LaneReply, LaneSetup, Look, PackDone } from "./lane-messages.ts";

/** The threads, and this one. */
export const MOST_LANES = THREADS + 1;
/** To compress so much takes as much processor time as a thread takes to start, some 50 ms. */
const MUCH_NEW = 16 * 1024 * 1024;
/** One is worked on while another waits in the thread. */
const BATCHES_A_THREAD = 2;
/** One pack grows while another is put. */
const PACKS_A_LANE = 2;

interface OpenLane {
  readonly link: LaneLink;
  readonly isThread: boolean;
  load: number;
  isFinished: boolean;
}

export interface LanePoolOptions extends Abortable {
  /** `scratch` has space for `MOST_LANES`. */
  readonly setup: Omit<LaneSetup, "known">;
  readonly index: ChunkIndex;
  /** Threads that were started before. */
  readonly early?: EarlyLanes | undefined;
  onBatch(done: BatchDone): void;
  /** The pack is durable. */
  onPack(entry: PackEntry): void;
}

/** The lanes of one point, and the packs that they make: it puts each and gives its room back. The first failure ends all. */
export class LanePool implements AsyncDisposable {
  readonly #access: VaultAccess;
  readonly #options: LanePoolOptions;
  readonly #lanes: OpenLane[] = [];
  readonly #waiting: Batch[] = [];
  #puts = 0;
  #newBytes = 0;
  #isFinishing = false;
  #failure: { readonly error: unknown } | undefined;
  #change = Promise.withResolvers<void>();
  readonly #onAbort = (): void => this.#noteChange();

  constructor(access: VaultAccess, options: LanePoolOptions) {
    this.#access = access;
    this.#options = options;
    options.signal?.addEventListener("abort", this.#onAbort);
    if (options.early !== undefined) this.startThreads();
  }

  /** Where there is a way to. They start by themselves once much is new. */
  startThreads(): void {
    const { startLane } = this.#access;
    const { early } = this.#options;
    if (startLane === undefined || this.#lanes.some(({ isThread }) => isThread)) return;
    for (let count = 0; count < THREADS; count += 1) {
      this.#open(true, (ears) => early?.take(ears) ?? openThreadLane(startLane(), ears));
    }
  }

  /** To the next lane that has time. */
  send(batch: Batch): void {
    this.#waiting.push(batch);
    if (this.#lanes.every(({ isThread }) => isThread)) {
      this.#open(false, (ears) => openOwnLane(ears, this.#access.blake3));
    }
    this.#feed();
  }

  /** Resolves at the next event; rejects once something failed or the signal aborted. */
  async change(): Promise<void> {
    this.throwIfFailed();
    await this.#change.promise;
    this.throwIfFailed();
  }

  throwIfFailed(): void {
    this.#options.signal?.throwIfAborted();
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Resolves when every chunk of every batch lies in a durable pack. */
  async finish(): Promise<void> {
    this.#isFinishing = true;
    for (const { link } of this.#lanes) link.send({ type: "finish" });
    while (this.#puts > 0 || this.#lanes.some(({ isFinished }) => !isFinished)) {
      await this.change();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    this.#failure ??= { error: new Error("the writer was disposed") };
    await Promise.all(this.#lanes.map(({ link }) => link.end()));
    while (this.#puts > 0) await this.#change.promise;
  }

  #open(isThread: boolean, openLink: (ears: LaneEars) => LaneLink): OpenLane {
    const ears: LaneEars = {
      onReply: (reply) => this.#hear(lane, reply),
      onFailure: (error) => this.#fail(error),
    };
    const lane: OpenLane = { link: openLink(ears), isThread, load: 0, isFinished: false };
    const { setup, index } = this.#options;
    const scratch = setup.scratch + this.#lanes.length * FINGERPRINT_SPACE;
    lane.link.send({ ...setup, scratch, known: index.shared });
    for (let pack = 0; pack < PACKS_A_LANE; pack += 1) this.#allowPack(lane);
    this.#lanes.push(lane);
    return lane;
  }

  /** Threads first, one batch more than they work on; this one gets its next batch when it has none. */
  #feed(): void {
    const threads = this.#lanes.filter(({ isThread }) => isThread);
    for (const lane of [...threads, ...threads, ...this.#lanes]) {
      if (lane.load >= (lane.isThread ? BATCHES_A_THREAD : 1)) continue;
      const batch = this.#waiting.shift();
      if (batch === undefined) return;
      lane.load += 1;
      lane.link.send(batch);
    }
  }

  #allowPack({ link }: OpenLane): void {
    link.send({ type: "pack", id: parseBlobId(this.#access.randomBytes(16)) });
  }

  #hear(lane: OpenLane, reply: LaneReply): void {
    switch (reply.type) {
      case "batch":
        lane.load -= 1;
        this.#newBytes += reply.newBytes;
        if (!this.#isFinishing && this.#newBytes > MUCH_NEW) this.startThreads();
        this.#feed();
        this.#options.onBatch(reply);
        break;
      case "pack":
        this.#puts += 1;
        void this.#put(lane, reply);
        break;
      case "look":
        void this.#look(lane, reply);
        break;
      case "finished":
        lane.isFinished = true;
        break;
      case "failed":
        this.#fail(new Error(`A lane of the vault failed: ${reply.problem}. This is a bug.`));
        break;
      case "read":
        break;
      default:
        reply satisfies never;
    }
    this.#noteChange();
  }

  /** Never rejects: a failure ends the pool. */
  async #look({ link }: OpenLane, { number, id }: Look): Promise<void> {
    const { index } = this.#options;
    try {
      const isStored = await index.has(parseChunkId(id));
      link.send({ type: "looked", number, isStored, tables: index.shared.tables });
    } catch (error) {
      this.#fail(error);
      this.#noteChange();
    }
  }

  /** Never rejects: a failure ends the pool. */
  async #put(lane: OpenLane, { entry, parts }: PackDone): Promise<void> {
    try {
      this.throwIfFailed();
      const { signal } = this.#options;
      await this.#access.store.put(packName(entry.id), parts, { signal });
      for (const part of parts) releaseBytes(part);
      this.#options.onPack(entry);
      this.#allowPack(lane);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#puts -= 1;
      this.#noteChange();
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#noteChange();
  }

  #noteChange(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers<void>();
  }
}
