import type { Abortable } from "../../storage/blob-store.ts";
import type { ChunkId } from "../format/chunk-id.ts";
import type { SegmentKind } from "../format/pack-directory.ts";
import { ChunkTable } from "../index/chunk-table.ts";
import { INDEX_SIZE, writeIndexes } from "../index/index-loader.ts";
import type { PackIndex } from "../index/pack-index.ts";
import type { VaultAccess } from "../vault-access.ts";
import type { LeftoverPacks } from "./leftover-packs.ts";
import { PackWriter } from "./pack-writer.ts";
import { type GatheredSegment, SegmentGatherer } from "./segment-gatherer.ts";

/** Stores the chunks of one point that the vault does not hold yet. */
export class ChunkWriter implements AsyncDisposable {
  readonly #access: VaultAccess;
  readonly #options: Abortable;
  readonly #known: { readonly index: PackIndex; readonly leftovers: LeftoverPacks };
  readonly #own = new ChunkTable();
  readonly #data = new SegmentGatherer("data");
  readonly #listings = new SegmentGatherer("listing");
  readonly #packs: PackWriter;
  #indexBytes = 0;

  constructor(
    access: VaultAccess,
    known: { readonly index: PackIndex; readonly leftovers: LeftoverPacks },
    options: Abortable,
  ) {
    this.#access = access;
    this.#known = known;
    this.#options = options;
    this.#packs = new PackWriter(access, options);
  }

  get bytesStored(): number {
    return this.#packs.bytesStored + this.#indexBytes;
  }

  /** Copies what it keeps of `chunk`. Waits while too much is under way. */
  async add(kind: SegmentKind, chunk: Uint8Array): Promise<ChunkId> {
    this.#options.signal?.throwIfAborted();
    const id = this.#access.hash(chunk);
    if (this.#known.index.has(id) || this.#own.find(id) !== undefined) return id;
    if (this.#known.leftovers.use(id)) return id;
    this.#own.set(id, { source: 0, offset: 0, length: chunk.length });
    const full = (kind === "data" ? this.#data : this.#listings).add(id, chunk);
    if (full !== undefined) await this.#submit(full);
    return id;
  }

  /** Resolves when every chunk lies in a durable pack. */
  async flushPacks(): Promise<void> {
    for (const gatherer of [this.#data, this.#listings]) {
      const segment = gatherer.take();
      if (segment !== undefined) await this.#packs.submit(segment);
    }
    await this.#packs.flush();
  }

  /** Resolves when a durable index names every pack that `flushPacks` stored and every leftover in use. */
  async flushIndex(): Promise<void> {
    const packs = [...this.#packs.takeFinished(), ...this.#known.leftovers.takeUsed()];
    this.#indexBytes += await writeIndexes(this.#access, packs, this.#options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#packs[Symbol.asyncDispose]();
  }

  async #submit(segment: GatheredSegment): Promise<void> {
    await this.#packs.submit(segment);
    if (this.#packs.finishedDirectoryBytes >= INDEX_SIZE) await this.flushIndex();
  }
}
