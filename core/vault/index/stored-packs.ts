import type { Abortable } from "../../storage/blob-store.ts";
import { type BlobId, idOfName, PACK_PREFIX, packName } from "../format/blob-names.ts";
import type { VaultAccess } from "../vault-access.ts";
import type { PackState } from "./pack-index.ts";

/** Some packs, or all that there are. */
export interface PackSet {
  has(id: BlobId): boolean;
}

export interface NamedPack {
  readonly id: BlobId;
  /** As its index says. */
  readonly size: number;
}

export async function listPackIds(
  { store }: Pick<VaultAccess, "store">,
  { signal }: Abortable,
): Promise<readonly BlobId[]> {
  const ids: BlobId[] = [];
  for await (const { name } of store.list(PACK_PREFIX, { signal })) {
    const id = idOfName(name);
    if (id !== undefined) ids.push(id);
  }
  return ids;
}

/** The packs that a store had at one moment. Memory: some 100 bytes a pack. */
export class StoredPacks {
  readonly #access: VaultAccess;
  /** Undefined of those that were looked for in vain. */
  readonly #sizes: Map<BlobId, number | undefined>;
  readonly #archived: ReadonlySet<BlobId>;
  readonly #marked: PackSet;

  private constructor(
    access: VaultAccess,
    sizes: Map<BlobId, number | undefined>,
    not: { readonly archived: ReadonlySet<BlobId>; readonly marked: PackSet },
  ) {
    this.#access = access;
    this.#sizes = sizes;
    this.#archived = not.archived;
    this.#marked = not.marked;
  }

  /** `marked` are those on which no new point may rely. */
  static async list(
    access: VaultAccess,
    { marked, signal }: Abortable & { readonly marked: PackSet },
  ): Promise<StoredPacks> {
    const sizes = new Map<BlobId, number | undefined>();
    const archived = new Set<BlobId>();
    for await (const { name, size, tier } of access.store.list(PACK_PREFIX, { signal })) {
      const id = idOfName(name);
      if (id === undefined) continue;
      sizes.set(id, size);
      if (tier === "archive") archived.add(id);
    }
    return new StoredPacks(access, sizes, { archived, marked });
  }

  /** Asks the store for what was not listed: it may have come between the listing of packs and that of indexes. */
  async lookFor(pack: NamedPack, options: Abortable): Promise<PackState> {
    if (!this.#sizes.has(pack.id)) {
      const info = await this.#access.store.head(packName(pack.id), options);
      this.#sizes.set(pack.id, info?.size);
    }
    return this.stateOf(pack);
  }

  /** By what is known so far. */
  stateOf({ id, size }: NamedPack): PackState {
    const stored = this.#sizes.get(id);
    if (stored === undefined) return "missing";
    if (stored !== size) return "cut";
    if (this.#archived.has(id)) return "archived";
    return this.#marked.has(id) ? "marked" : "whole";
  }

  /** Those that no mark names, nor `isNamed`. */
  besides(isNamed: (id: BlobId) => boolean): readonly NamedPack[] {
    const others: NamedPack[] = [];
    for (const [id, size] of this.#sizes) {
      if (size !== undefined && !isNamed(id) && !this.#marked.has(id)) others.push({ id, size });
    }
    return others;
  }
}
