import { INDEX_PREFIX } from "../format/blob-names.ts";
import type { VaultAccess } from "../vault-access.ts";
import type { CareIndex } from "./chunk-index.ts";
import type { IndexLoader, LoadedIndex, RefreshOptions } from "./index-loader.ts";
import { PartialIndex } from "./partial-index.ts";
import type { PackSet } from "./stored-packs.ts";

/** Index blobs of up to so many bytes are read into memory whole: a million chunks, for which 28 to 67 MB are taken. */
const LID = 36 * 1024 * 1024;
/** 80 MB. With chunks of 64 KiB, that is a terabyte after deduplication. */
const MOST_SUMMARIZED = 16_000_000;

export interface OpenedIndex extends Omit<LoadedIndex, "index"> {
  readonly index: CareIndex;
}

/** The index for all but repairs and collections: whole in memory where it is small, else partly. */
export class VaultIndex {
  readonly #access: VaultAccess;
  readonly #loader: IndexLoader;
  readonly #lid: number;
  #marked: PackSet = new Set();
  #partial: PartialIndex | undefined;

  constructor(access: VaultAccess, loader: IndexLoader, lid = LID) {
    this.#access = access;
    this.#loader = loader;
    this.#lid = lid;
  }

  /** Brings it up to date. */
  async open(options: RefreshOptions): Promise<OpenedIndex> {
    this.#marked = options.marked ?? this.#marked;
    const { signal } = options;
    let bytes = 0;
    for await (const { size } of this.#access.store.list(INDEX_PREFIX, options)) bytes += size;
    if (bytes <= this.#lid) return this.#loader.refresh(options);
    this.#partial ??= new PartialIndex(this.#access, {
      lid: this.#lid,
      mostSummarized: MOST_SUMMARIZED,
    });
    const found = await this.#partial.refresh({ marked: this.#marked, signal });
    return { index: this.#partial, ...found };
  }
}
