import type { Abortable } from "../../storage/blob-store.ts";
import type { AddedBytes } from "../contract/stored-point.ts";
import type { BlobId } from "../format/blob-names.ts";
import type { ChunkId } from "../format/chunk-id.ts";
import type { PackEntry, SegmentKind } from "../format/pack-directory.ts";
import type { ChunkIndex } from "../index/chunk-index.ts";
import { INDEX_SIZE, writeIndexes } from "../index/index-loader.ts";
import { ClaimTables } from "../pipeline/claim-tables.ts";
import type { EarlyLanes } from "../pipeline/early-lanes.ts";
import { type ListedStretch, type NewStream, StreamWriter } from "../pipeline/stream-writer.ts";
import type { VaultAccess } from "../vault-access.ts";
import { addedIn } from "./added-bytes.ts";
import type { LeftoverPacks } from "./leftover-packs.ts";
import { PackWriter } from "./pack-writer.ts";
import { type GatheredSegment, SegmentGatherer } from "./segment-gatherer.ts";
import { type EarlierObject, GroupStore } from "./store-group.ts";

/** What a writer of chunks builds upon. */
export interface KnownChunks {
  readonly index: ChunkIndex;
  readonly leftovers: LeftoverPacks;
  /** Threads for the streams to come. The writer ends them. */
  readonly early?: EarlyLanes | undefined;
}

/** Stores the chunks of one point that the vault does not hold yet. */
export class ChunkWriter implements AsyncDisposable {
  readonly #access: VaultAccess;
  readonly #options: Abortable;
  readonly #known: KnownChunks;
  readonly #claims = new ClaimTables();
  readonly #data = new SegmentGatherer("data");
  readonly #listings = new SegmentGatherer("listing");
  readonly #packs: PackWriter;
  #streams: StreamWriter | undefined;
  #streamed: PackEntry[] = [];
  #streamedBytes = 0;
  #indexBytes = 0;
  readonly #indexedLeftovers = new Set<BlobId>();
  #added: AddedBytes = { raw: 0, stored: 0 };

  constructor(access: VaultAccess, known: KnownChunks, options: Abortable) {
    this.#access = access;
    this.#known = known;
    this.#options = options;
    this.#packs = new PackWriter(access, options);
  }

  get bytesStored(): number {
    return this.#packs.bytesStored + this.#streamedBytes + this.#indexBytes;
  }

  /** New chunks of objects in the packs that `flushIndex` named; those of a leftover as well, which a failed backup stored. */
  get added(): AddedBytes {
    return this.#added;
  }

  /** Copies what it keeps of `chunk`. Waits while too much is under way. */
  async add(kind: SegmentKind, chunk: Uint8Array): Promise<ChunkId> {
    const id = this.#access.hash(chunk);
    await this.#keep(kind, id, chunk);
    return id;
  }

  /** Stores the row groups of an object that is like an earlier one. */
  groupsLike(earlier: EarlierObject): GroupStore {
    const keeper = {
      hash: this.#access.hash,
      isStored: (id: ChunkId) => this.#isStored(id),
      keep: (id: ChunkId, chunk: Uint8Array) => this.#keep("data", id, chunk),
    };
    return new GroupStore(keeper, earlier);
  }

  /** Cuts a stream into chunks and stores them; `onListed` gets what its listing holds, in order. */
  async addStream(
    stream: NewStream,
    onListed: (listed: ListedStretch) => Promise<void>,
  ): Promise<void> {
    this.#streams ??= new StreamWriter(this.#access, {
      ...this.#known,
      claims: this.#claims,
      signal: this.#options.signal,
      onPack: (entry) => {
        this.#streamed.push(entry);
        this.#streamedBytes += entry.size;
      },
    });
    await this.#streams.add(stream, async (listed) => {
      await onListed(listed);
      if (this.#unindexedBytes >= INDEX_SIZE) await this.flushIndex();
    });
  }

  /** Resolves when every chunk lies in a durable pack. */
  async flushPacks(): Promise<void> {
    for (const gatherer of [this.#data, this.#listings]) {
      const segment = gatherer.take();
      if (segment !== undefined) await this.#packs.submit(segment);
    }
    await Promise.all([this.#packs.flush(), this.#streams?.finish()]);
  }

  /** Resolves when a durable index names every pack that `flushPacks` stored and every leftover in use. */
  async flushIndex(): Promise<void> {
    const streamed = this.#streamed;
    this.#streamed = [];
    const leftovers = this.#known.leftovers.takeUsed();
    const found = leftovers.filter(({ id }) => !this.#indexedLeftovers.has(id));
    for (const { id } of found) this.#indexedLeftovers.add(id);
    const fresh = [...this.#packs.takeFinished(), ...streamed];
    this.#added = addedIn([...fresh, ...found], this.#added);
    const packs = [...fresh, ...leftovers];
    this.#indexBytes += await writeIndexes(this.#access, packs, this.#options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#streams?.[Symbol.asyncDispose]();
    await this.#known.early?.[Symbol.asyncDispose]();
    await this.#packs[Symbol.asyncDispose]();
  }

  /** Of directories that no index names yet. */
  get #unindexedBytes(): number {
    const streamed = this.#streamed.reduce((sum, { directory }) => sum + directory.length, 0);
    return streamed + this.#packs.finishedDirectoryBytes;
  }

  async #isStored(id: ChunkId): Promise<boolean> {
    return (await this.#known.index.has(id)) || this.#known.leftovers.use(id);
  }

  async #keep(kind: SegmentKind, id: ChunkId, chunk: Uint8Array): Promise<void> {
    this.#options.signal?.throwIfAborted();
    if ((await this.#isStored(id)) || !this.#claims.claim(id)) return;
    const full = (kind === "data" ? this.#data : this.#listings).add(id, chunk);
    if (full !== undefined) await this.#submit(full);
  }

  async #submit(segment: GatheredSegment): Promise<void> {
    await this.#packs.submit(segment);
    if (this.#unindexedBytes >= INDEX_SIZE) await this.flushIndex();
  }
}
