import type { Abortable } from "../../storage/blob-store.ts";
import {
  type BlobId,
  INDEX_PREFIX,
  idOfName,
  indexName,
  parseBlobId,
} from "../format/blob-names.ts";
import { Damage } from "../format/damage.ts";
import { decodePackList, encodePackList, type PackEntry } from "../format/pack-directory.ts";
import { releaseBytes } from "../format/release-bytes.ts";
import { openBlob, sealBlob } from "../format/sealed-blob.ts";
import { fetchBlob, isMissing } from "../stored-blobs.ts";
import type { VaultAccess } from "../vault-access.ts";
import { PackIndex } from "./pack-index.ts";
import { type NamedPack, type PackSet, StoredPacks } from "./stored-packs.ts";

/** A writer makes an index blob as soon as the directories of its new packs take this many bytes: 29,000 chunks. */
export const INDEX_SIZE = 1024 * 1024;

export interface LoadedIndex {
  readonly index: PackIndex;
  /** Packs that no index names: of a writer that still runs, or that did not come to its end. */
  readonly unindexed: readonly NamedPack[];
  /** Index blobs that could not be read. */
  readonly damaged: readonly Damage[];
}

export interface RefreshOptions extends Abortable {
  /** Packs on which no new point may rely. Where absent, those of the last call. */
  readonly marked?: PackSet | undefined;
}

/** How often an index may be merged into another one while it is looked for. */
const MAX_LISTINGS = 5;

/** Keeps the vault's index in memory and brings it up to date by reading only what is new. */
export class IndexLoader {
  readonly #access: VaultAccess;
  #index = new PackIndex();
  #readBlobs = new Set<BlobId>();
  #readPacks = new Set<BlobId>();
  #marked: PackSet = new Set();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(access: VaultAccess) {
    this.#access = access;
  }

  /** Loads what was added since the last call. Calls run one after the other. */
  refresh(options: RefreshOptions): Promise<LoadedIndex> {
    const next = this.#turn.then(() => this.#refresh(options));
    this.#turn = next.catch(() => undefined);
    return next;
  }

  async #refresh(options: RefreshOptions): Promise<LoadedIndex> {
    this.#marked = options.marked ?? this.#marked;
    const { signal } = options;
    const stored = await StoredPacks.list(this.#access, { marked: this.#marked, signal });
    if (this.#hasChanged(stored) || (await this.#isMerged(options))) {
      this.#index = new PackIndex();
      this.#readBlobs = new Set();
      this.#readPacks = new Set();
    }
    let damaged = await this.#readNew(stored, options);
    // A collector puts a new index before it removes the old one, so what is missing was listed too early.
    for (let more = 1; more < MAX_LISTINGS && damaged.some(isMissing); more += 1) {
      damaged = await this.#readNew(stored, options);
    }
    const unindexed = stored.besides((id) => this.#readPacks.has(id));
    return { index: this.#index, unindexed, damaged };
  }

  #hasChanged(stored: StoredPacks): boolean {
    return this.#index.packs.some((pack) => pack.state !== stored.stateOf(pack));
  }

  /** Whether a collector may have taken packs out of the indexes that are named in memory still. */
  async #isMerged(options: Abortable): Promise<boolean> {
    if (this.#index.packs.every(({ state }) => state !== "missing")) return false;
    const gone = new Set(this.#readBlobs);
    for await (const { name } of this.#access.store.list(INDEX_PREFIX, options)) {
      const id = idOfName(name);
      if (id !== undefined) gone.delete(id);
    }
    return gone.size > 0;
  }

  async #readNew(stored: StoredPacks, options: Abortable): Promise<readonly Damage[]> {
    const damaged: Damage[] = [];
    for await (const { name } of this.#access.store.list(INDEX_PREFIX, options)) {
      const id = idOfName(name);
      if (id === undefined || this.#readBlobs.has(id)) continue;
      const problem = await this.#readIndex(id, { ...options, stored });
      if (problem === undefined) this.#readBlobs.add(id);
      else damaged.push(problem);
    }
    return damaged;
  }

  async #readIndex(
    id: BlobId,
    { stored, signal }: Abortable & { readonly stored: StoredPacks },
  ): Promise<Damage | undefined> {
    try {
      const content = await readIndexContent(this.#access, id, { signal });
      for (const pack of decodePackList(indexName(id), content)) {
        if (this.#readPacks.has(pack.id)) continue;
        this.#readPacks.add(pack.id);
        this.#index.add(pack, await stored.lookFor(pack, { signal }));
      }
      releaseBytes(content);
      return undefined;
    } catch (error) {
      if (error instanceof Damage) return error;
      throw error;
    }
  }
}

/** The packs that one index blob names. Throws Damage. */
export async function readIndexBlob(
  access: VaultAccess,
  id: BlobId,
  options: Abortable,
): Promise<Iterable<PackEntry>> {
  return decodePackList(indexName(id), await readIndexContent(access, id, options));
}

/** A list of packs, encoded. Throws Damage. */
export async function readIndexContent(
  access: VaultAccess,
  id: BlobId,
  options: Abortable,
): Promise<Uint8Array> {
  const name = indexName(id);
  const bytes = await fetchBlob(access.store, name, { signal: options.signal });
  const content = await openBlob(access.ring, { kind: "index", id, name }, bytes);
  releaseBytes(bytes);
  return content;
}

/** Writes index blobs for the packs and gives back how many bytes they take. Durable when it resolves. */
export async function writeIndexes(
  access: VaultAccess,
  packs: readonly PackEntry[],
  options: Abortable,
): Promise<number> {
  let stored = 0;
  for (const batch of batches(packs)) {
    const id = parseBlobId(access.randomBytes(16));
    const parts = await sealBlob(access.ring, { kind: "index", id }, encodePackList(batch));
    stored += (await access.store.put(indexName(id), parts, options)).size;
  }
  return stored;
}

function* batches(packs: readonly PackEntry[]): Generator<readonly PackEntry[]> {
  let batch: PackEntry[] = [];
  let size = 0;
  for (const pack of packs) {
    batch.push(pack);
    size += pack.directory.length;
    if (size < INDEX_SIZE) continue;
    yield batch;
    batch = [];
    size = 0;
  }
  if (batch.length > 0) yield batch;
}
