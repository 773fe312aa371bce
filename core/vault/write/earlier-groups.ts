import type { ChunkId } from "../format/chunk-id.ts";
import type { ListedEntry } from "../format/extent-entry.ts";
import { isOutOfReach } from "../stored-blobs.ts";

/** So many groups ahead are known by their ids. */
const AHEAD = 1024;
/** And so many behind may still be asked for. */
const BEHIND = 1024;
/** Of groups near the place, in this order: an insertion may have cut one in two, and a removal made one of two. */
const NEAR = [0, 1, -1, 2];

/**
 * The row groups of an object of an earlier point, beside which those of the new one are stored: both in the order of the key.
 * What is in both keeps the places together. Memory: some 300 bytes
 * for each of 2,048 groups, up to 3 KB for one that is put together, and for those of a node.
 */
export class EarlierGroups {
  readonly #batches: AsyncIterator<readonly ListedEntry[]>;
  readonly #places = new Map<string, number>();
  #window: ListedEntry[] = [];
  /** The number of the first group in the window. */
  #first = 0;
  /** The number of the group that the next new one is most likely made of. */
  #place = 0;
  #isAtEnd = false;

  constructor(batches: AsyncIterable<readonly ListedEntry[]>) {
    this.#batches = batches[Symbol.asyncIterator]();
  }

  /** The group that has that id, and is near. The next ones are then looked for behind it. */
  async pass(id: ChunkId): Promise<ListedEntry | undefined> {
    await this.#fill();
    const place = this.#places.get(keyOf(id));
    if (place === undefined) return undefined;
    this.#place = place + 1;
    return this.#window[place - this.#first];
  }

  /** Those near the place, the likeliest first. */
  near(): readonly ListedEntry[] {
    const at = this.#place - this.#first;
    return NEAR.flatMap((step) => this.#window[at + step] ?? []);
  }

  /** A listing that cannot be read has no more groups: then more is stored than would be needed. */
  async #fill(): Promise<void> {
    while (!this.#isAtEnd && this.#place + AHEAD > this.#first + this.#window.length) {
      try {
        const next = await this.#batches.next();
        if (next.done === true) this.#isAtEnd = true;
        else this.#add(next.value);
      } catch (error) {
        if (!isOutOfReach(error)) throw error;
        this.#isAtEnd = true;
      }
    }
  }

  #add(batch: readonly ListedEntry[]): void {
    const gone = this.#place - BEHIND - this.#first;
    for (const [at, { id }] of this.#window.slice(0, Math.max(0, gone)).entries()) {
      if (this.#places.get(keyOf(id)) === this.#first + at) this.#places.delete(keyOf(id));
    }
    if (gone > 0) {
      this.#window = this.#window.slice(gone);
      this.#first += gone;
    }
    for (const entry of batch) {
      this.#places.set(keyOf(entry.id), this.#first + this.#window.length);
      this.#window.push(entry);
    }
  }
}

function keyOf(id: ChunkId): string {
  return Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString("latin1");
}
