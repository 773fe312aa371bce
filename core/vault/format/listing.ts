import { decodeEntries } from "../index/pack-index.ts";
import { encodeEntry } from "../write/segment-gatherer.ts";
import type { ChunkId } from "./chunk-id.ts";
import { ENTRY_SIZE } from "./pack-directory.ts";

const MIN_ENTRIES = 128;
const MAX_ENTRIES = 2048;
const BOUNDARY_MASK = 0x1ff;

export interface ListedChunk {
  readonly id: ChunkId;
  readonly length: number;
}

/** The chunks of an object: one chunk at depth 0, otherwise a listing of what lies one level deeper. */
export interface ListingRoot extends ListedChunk {
  readonly depth: number;
}

/**
 * Lists the chunks of an object in a tree whose nodes are chunks themselves. A node ends after an id whose last nine bits
 * are zero (128 to 2,048 entries), so that a change in the middle of an object renews one node a level and leaves the
 * others as they were. Memory: one open node a level.
 */
export class ListingWriter {
  readonly #store: (node: Uint8Array) => Promise<ChunkId>;
  readonly #levels: Uint8Array[][] = [];

  constructor(store: (node: Uint8Array) => Promise<ChunkId>) {
    this.#store = store;
  }

  async add(chunk: ListedChunk): Promise<void> {
    await this.#add(0, chunk);
  }

  /** Undefined when nothing was added. */
  async finish(): Promise<ListingRoot | undefined> {
    for (let depth = 0; depth < this.#levels.length; depth += 1) {
      const entries = this.#levels[depth] ?? [];
      const [only] = entries;
      if (only !== undefined && entries.length === 1 && depth === this.#levels.length - 1) {
        const [root] = decodeEntries(only);
        if (root !== undefined) return { ...root, depth };
      }
      if (entries.length > 0) await this.#close(depth);
    }
    return undefined;
  }

  async #add(depth: number, chunk: ListedChunk): Promise<void> {
    const entries = (this.#levels[depth] ??= []);
    entries.push(encodeEntry(chunk.id, chunk.length));
    const isFull = entries.length >= MAX_ENTRIES;
    if (isFull || (entries.length >= MIN_ENTRIES && isBoundary(chunk.id))) await this.#close(depth);
  }

  async #close(depth: number): Promise<void> {
    const node = Buffer.concat(this.#levels[depth] ?? []);
    this.#levels[depth] = [];
    await this.#add(depth + 1, { id: await this.#store(node), length: node.length });
  }
}

function isBoundary(id: ChunkId): boolean {
  return (new DataView(id.buffer, id.byteOffset).getUint16(id.length - 2) & BOUNDARY_MASK) === 0;
}

/** The chunks below `root` in order. `load` gives a node's verified bytes. Throws RangeError when a node is no listing. */
export async function* readListing(
  root: ListingRoot,
  load: (node: ListedChunk) => Promise<Uint8Array>,
): AsyncGenerator<ListedChunk> {
  if (root.depth === 0) {
    yield { id: root.id, length: root.length };
    return;
  }
  const node = await load(root);
  if (node.length % ENTRY_SIZE !== 0) throw new RangeError("not a listing");
  for (const entry of decodeEntries(node)) {
    yield* readListing({ ...entry, depth: root.depth - 1 }, load);
  }
}
