import type { Abortable } from "../../storage/blob-store.ts";
import { type BlobId, INDEX_PREFIX, idOfName, indexName, packName } from "../format/blob-names.ts";
import type { ChunkId } from "../format/chunk-id.ts";
import { Damage } from "../format/damage.ts";
import {
  decodeDirectory,
  decodePackList,
  ENTRY_SIZE,
  type PackEntry,
} from "../format/pack-directory.ts";
import { releaseBytes } from "../format/release-bytes.ts";
import { isMissing } from "../stored-blobs.ts";
import type { VaultAccess } from "../vault-access.ts";
import type { CareIndex, SharedIndex } from "./chunk-index.ts";
import { ChunkSummary, MOST_GROUPS } from "./chunk-summary.ts";
import { groupBlobs, type ListedIndex } from "./group-indexes.ts";
import { readIndexContent } from "./index-loader.ts";
import { LoadedGroups } from "./loaded-groups.ts";
import { type ChunkPlace, type IndexedPack, type SegmentPlace, WORTH } from "./pack-index.ts";
import { type NamedPack, type PackSet, StoredPacks } from "./stored-packs.ts";

export interface PartialIndexOptions {
  /** Bytes of index blobs of which everything is in memory. */
  readonly lid: number;
  /** Chunks of which five bytes are in memory. Those of older indexes are found too, but slowly, and `has` does not look for them. */
  readonly mostSummarized: number;
}

/** Index blobs that were written one after the other, and are read together. */
interface Group {
  readonly blobs: readonly BlobId[];
  /** The number of the first segment that they name. */
  readonly firstSegment: number;
  readonly isSummarized: boolean;
}

interface KnownPack extends Omit<IndexedPack, "id" | "state"> {
  /** One of those that name it. */
  readonly group: number;
}

/** What an index blob says; the entries are parts of its bytes. */
interface IndexContent {
  readonly id: BlobId;
  readonly bytes: Uint8Array;
  readonly entries: readonly PackEntry[];
}

/** A collector may merge indexes while they are read. */
const MOST_ATTEMPTS = 5;

/**
 * The index of a large vault. A summary of all chunks is in memory, and in full the groups of index blobs that were needed last:
 * chunks that were stored together are needed together. Memory: 5 bytes a chunk up to `mostSummarized`, twice the lid at most, and
 * some 200 bytes a pack.
 */
export class PartialIndex implements CareIndex {
  readonly #access: VaultAccess;
  readonly #options: PartialIndexOptions;
  readonly #loaded: LoadedGroups;
  #stored: StoredPacks | undefined;
  #summary = new ChunkSummary(0);
  #groups: Group[] = [];
  #blobs = new Set<BlobId>();
  #packs = new Map<BlobId, KnownPack>();
  #chunks = 0;
  /** Numbers are never used twice, so that nobody takes a segment of before for one of now. */
  #segments = 0;
  #hasOthers = false;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(access: VaultAccess, options: PartialIndexOptions) {
    this.#access = access;
    this.#options = options;
    this.#loaded = new LoadedGroups(options.lid);
  }

  get shared(): SharedIndex {
    return { tables: this.#loaded.tables, summary: this.#summary.shared };
  }

  /** In all packs that indexes name; one that lies in several counts for each. */
  get chunks(): number {
    return this.#chunks;
  }

  async listPacks(): Promise<readonly IndexedPack[]> {
    const listed: IndexedPack[] = [];
    for (const [id, { epoch, size, firstSegment }] of this.#packs) {
      const state = await this.#stored?.lookFor({ id, size }, {});
      if (state !== undefined) listed.push({ id, epoch, size, state, firstSegment });
    }
    return listed;
  }

  segmentsOf({ id }: IndexedPack): Promise<readonly SegmentPlace[]> {
    return this.#inTurn(() =>
      this.#untilThere(async () => {
        const group = this.#packs.get(id)?.group;
        if (group === undefined) return [];
        await this.#load(group);
        return this.#loaded.segmentsIn(group, id);
      }),
    );
  }

  /** Reads what was added since the last call. Gives what could not be read, and packs that no index names. */
  refresh(
    options: Abortable & { readonly marked: PackSet },
  ): Promise<{ readonly damaged: readonly Damage[]; readonly unindexed: readonly NamedPack[] }> {
    return this.#inTurn(async () => {
      const stored = await StoredPacks.list(this.#access, options);
      this.#stored = stored;
      this.#loaded.clear();
      const damaged = await this.#read(options);
      return { damaged, unindexed: stored.besides((id) => this.#packs.has(id)) };
    });
  }

  find(id: ChunkId): ChunkPlace | undefined | Promise<ChunkPlace | undefined> {
    const place = this.#loaded.find(id);
    if (place?.segment.pack.state === "whole") return place;
    const mayBeThere = this.#hasOthers || this.#summary.groupsOf(id).length > 0;
    return mayBeThere ? this.#inTurn(() => this.#findNow(id)) : undefined;
  }

  has(id: ChunkId): boolean | Promise<boolean> {
    if (this.#loaded.has(id)) return true;
    const groups = this.#summary.groupsOf(id);
    return groups.length === 0 ? false : this.#inTurn(() => this.#hasNow(id));
  }

  #findNow(id: ChunkId): Promise<ChunkPlace | undefined> {
    return this.#untilThere(() =>
      this.#findIn([...this.#summary.groupsOf(id), ...this.#others()], id),
    );
  }

  /** A collector may have merged the index blob that is to be read: then others name its packs. */
  async #untilThere<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (!isMissing(error) || attempt === MOST_ATTEMPTS) throw error;
        await this.#read({});
      }
    }
  }

  /** What a group has is looked at before another one may take its memory. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#turn.then(work);
    this.#turn = next.catch(() => undefined);
    return next;
  }

  async #findIn(groups: readonly number[], id: ChunkId): Promise<ChunkPlace | undefined> {
    let lost: ChunkPlace | undefined;
    let damage: Damage | undefined;
    for (const group of groups) {
      try {
        await this.#load(group);
      } catch (error) {
        if (!(error instanceof Damage)) throw error;
        damage ??= error;
        continue;
      }
      const place = this.#loaded.findIn(group, id);
      if (place?.segment.pack.state === "whole") return place;
      if (worthOf(place) > worthOf(lost)) lost = place;
    }
    if (lost === undefined && damage !== undefined) throw damage;
    return lost;
  }

  /** An index that cannot be read knows nothing: then the chunk is stored again. */
  async #hasNow(id: ChunkId): Promise<boolean> {
    try {
      const place = await this.#untilThere(() => this.#findIn(this.#summary.groupsOf(id), id));
      return place?.segment.pack.state === "whole";
    } catch (error) {
      if (error instanceof Damage) return false;
      throw error;
    }
  }

  /** The groups that the summary knows nothing of, the newest first. */
  #others(): readonly number[] {
    if (!this.#hasOthers) return [];
    const numbers = [...this.#groups.keys()].toReversed();
    return numbers.filter((group) => this.#groups[group]?.isSummarized === false);
  }

  async #load(number: number): Promise<void> {
    if (this.#loaded.use(number)) return;
    const group = this.#groups[number];
    if (group === undefined) throw new RangeError(`no group ${number}. This is a bug.`);
    const contents = [];
    for (const id of group.blobs) contents.push(await this.#readBlob(id, {}));
    await this.#keep(number, contents, group.firstSegment);
  }

  async #readBlob(id: BlobId, options: Abortable): Promise<IndexContent> {
    const bytes = await readIndexContent(this.#access, id, options);
    return { id, bytes, entries: [...decodePackList(indexName(id), bytes)] };
  }

  /** Lets go of the contents. */
  async #keep(
    group: number,
    contents: readonly IndexContent[],
    firstSegment: number,
  ): Promise<void> {
    const packs = [];
    for (const entry of contents.flatMap(({ entries }) => entries)) {
      const state = await this.#stored?.lookFor(entry, {});
      if (state !== undefined) packs.push({ entry, state });
    }
    this.#loaded.add(group, packs, firstSegment);
    for (const { bytes } of contents) releaseBytes(bytes);
  }

  /** Begins anew when an index is gone that was there: its packs are named by others now, or by none. */
  async #read(options: Abortable): Promise<readonly Damage[]> {
    for (let attempt = 1; ; attempt += 1) {
      const listed = await this.#listIndexes(options);
      const names = new Set(listed.map(({ id }) => id));
      const isOld = [...this.#blobs].some((id) => !names.has(id));
      if (isOld || this.#groups.length > MOST_GROUPS / 2) this.#forget();
      const damaged = await this.#readNew(listed, options);
      if (!damaged.some(isMissing) || attempt === MOST_ATTEMPTS) return damaged;
    }
  }

  #forget(): void {
    this.#loaded.clear();
    this.#summary = new ChunkSummary(0);
    this.#groups = [];
    this.#blobs = new Set();
    this.#packs = new Map();
    this.#chunks = 0;
    this.#hasOthers = false;
  }

  async #readNew(listed: readonly ListedIndex[], options: Abortable): Promise<readonly Damage[]> {
    const fresh = listed.filter(({ id }) => !this.#blobs.has(id));
    const bytes = fresh.reduce((sum, { size }) => sum + size, 0);
    const newest = this.#options.mostSummarized * ENTRY_SIZE;
    if (this.#groups.length === 0) {
      this.#summary = new ChunkSummary(Math.min(bytes, newest) / ENTRY_SIZE);
    }
    const damaged: Damage[] = [];
    let before = bytes;
    for (const blobs of groupBlobs(fresh, this.#loaded.groupSize)) {
      const isSummarized = before <= newest;
      const isNewest = before <= this.#options.lid;
      before -= blobs.reduce((sum, { size }) => sum + size, 0);
      damaged.push(...(await this.#readGroup(blobs, { ...options, isSummarized, isNewest })));
    }
    return damaged;
  }

  async #readGroup(
    blobs: readonly ListedIndex[],
    {
      isSummarized,
      isNewest,
      signal,
    }: Abortable & { readonly isSummarized: boolean; readonly isNewest: boolean },
  ): Promise<readonly Damage[]> {
    const damaged: Damage[] = [];
    const read: IndexContent[] = [];
    for (const { id } of blobs) {
      try {
        read.push(await this.#readBlob(id, { signal }));
      } catch (error) {
        if (!(error instanceof Damage)) throw error;
        damaged.push(error);
      }
    }
    const firstSegment = this.#segments;
    const number = this.#groups.length;
    this.#groups.push({ blobs: read.map(({ id }) => id), firstSegment, isSummarized });
    this.#hasOthers ||= !isSummarized;
    for (const { id, entries } of read) {
      this.#blobs.add(id);
      for (const entry of entries) this.#note(entry, number, isSummarized);
    }
    if (isNewest) await this.#keep(number, read, firstSegment);
    else for (const { bytes } of read) releaseBytes(bytes);
    return damaged;
  }

  #note(entry: PackEntry, group: number, isSummarized: boolean): void {
    const { id, epoch, size, directory } = entry;
    const isNew = !this.#packs.has(id);
    if (isNew) this.#packs.set(id, { epoch, size, group, firstSegment: this.#segments });
    for (const { chunks } of decodeDirectory(packName(id), directory)) {
      this.#segments += 1;
      if (isNew) this.#chunks += chunks.length / ENTRY_SIZE;
      if (isSummarized) this.#summary.addAll(chunks, ENTRY_SIZE, group);
    }
  }

  async #listIndexes(options: Abortable): Promise<readonly ListedIndex[]> {
    const listed: ListedIndex[] = [];
    for await (const { name, size, writtenAt } of this.#access.store.list(INDEX_PREFIX, options)) {
      const id = idOfName(name);
      if (id !== undefined) listed.push({ id, size, writtenAt });
    }
    return listed;
  }
}

function worthOf(place: ChunkPlace | undefined): number {
  return place === undefined ? -1 : WORTH[place.segment.pack.state];
}
