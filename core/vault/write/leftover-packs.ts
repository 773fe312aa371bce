import type { Abortable } from "../../storage/blob-store.ts";
import type { BlobId } from "../format/blob-names.ts";
import type { ChunkId } from "../format/chunk-id.ts";
import { Damage } from "../format/damage.ts";
import type { PackEntry } from "../format/pack-directory.ts";
import { packSpans, readPackEntry } from "../format/pack-file.ts";
import type { SharedTable } from "../index/chunk-table.ts";
import type { LoadedIndex } from "../index/index-loader.ts";
import { PackIndex } from "../index/pack-index.ts";
import type { VaultAccess } from "../vault-access.ts";

/** Packs without an index, whose chunks a new point may use once it writes an index for them. */
export class LeftoverPacks {
  readonly #entries = new Map<BlobId, PackEntry>();
  readonly #index = new PackIndex();
  readonly #used = new Set<BlobId>();

  add(entry: PackEntry): void {
    this.#entries.set(entry.id, entry);
    this.#index.add(entry, "whole");
  }

  /** The chunks of all leftovers, for other threads. */
  get shared(): SharedTable {
    return this.#index.shared.tables;
  }

  /** Whether a leftover holds the chunk; from then on that pack is to be indexed. */
  use(id: ChunkId): boolean {
    const place = this.#index.find(id);
    if (place === undefined) return false;
    this.#used.add(place.segment.pack.id);
    return true;
  }

  /** The packs in use that no index names yet; each is given once. */
  takeUsed(): readonly PackEntry[] {
    const used = [...this.#used].map((id) => this.#entries.get(id));
    this.#used.clear();
    return used.filter((entry) => entry !== undefined);
  }
}

/** Reads the directories of packs that a crash, or a writer still at work, left without an index. Damaged ones are passed over: no point depends on them. */
export async function findLeftovers(
  access: VaultAccess,
  loaded: Pick<LoadedIndex, "unindexed">,
  options: Abortable,
): Promise<LeftoverPacks> {
  const leftovers = new LeftoverPacks();
  for (const pack of loaded.unindexed) {
    try {
      const read = packSpans(access.store, pack.id, options);
      leftovers.add(await readPackEntry(access, pack, read));
    } catch (error) {
      if (!(error instanceof Damage)) throw error;
    }
  }
  return leftovers;
}
