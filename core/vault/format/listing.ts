import { encodeEntry } from "../write/segment-gatherer.ts";
import type { ChunkId } from "./chunk-id.ts";
import {
  decodeListedEntries,
  encodeListedEntry,
  entryLength,
  idEndAt,
  isPatched,
  type ListedChunk,
  type ListedEntry,
  type VisitId,
  visitStoredIds,
} from "./extent-entry.ts";
import { decodeGroupEntries, encodeGroupEntry, visitGroupIds } from "./group-entry.ts";
import { NotListing } from "./not-listing.ts";
import { decodeEntries, ENTRY_SIZE } from "./pack-directory.ts";

/**
 * What the lowest nodes of a listing hold: chunks of 36 bytes; chunks and extents, which take three times as much and more; or
 * chunks of 36 bytes and row groups that are put together, which take a multiple of that.
 */
export type ListedKind = "chunks" | "extents" | "groups";

/** How many entries a node has. It ends after an id whose last bits under the mask are zero. */
interface NodeSize {
  readonly least: number;
  readonly most: number;
  readonly mask: number;
}

const CHUNK_NODE: NodeSize = { least: 128, most: 2048, mask: 0x1ff };
const EXTENT_NODE: NodeSize = { least: 48, most: 1024, mask: 0x7f };

/** The chunks of an object: one chunk at depth 0, otherwise a listing of what lies one level deeper. */
export interface ListingRoot extends ListedChunk {
  readonly depth: number;
  /** Of the nodes at depth 1. */
  readonly entries: ListedKind;
}

/**
 * Lists the chunks of an object in a tree whose nodes are chunks themselves. Ids decide where a node ends, so that a change
 * in the middle of an object renews one node a level and leaves the others as they were. Memory: one open node a level.
 */
export class ListingWriter {
  #entries: ListedKind;
  readonly #store: (node: Uint8Array) => Promise<ChunkId>;
  readonly #levels: Uint8Array[][] = [];
  /** The only entry so far. */
  #only: ListedEntry | undefined;

  /** What lists chunks becomes a listing of groups with the first one that is put together. */
  constructor(
    entries: Exclude<ListedKind, "groups">,
    store: (node: Uint8Array) => Promise<ChunkId>,
  ) {
    this.#entries = entries;
    this.#store = store;
  }

  /** Extents only where the listing holds them, groups that are put together only where it does not. */
  async add(entry: ListedEntry): Promise<void> {
    if (this.#entries === "extents") return this.addEncoded(encodeListedEntry(entry));
    this.#only = this.#levels.length === 0 ? entry : undefined;
    const { group } = entry;
    if (group === undefined) return this.#addChunk(0, entry);
    this.#entries = "groups";
    const encoded = encodeGroupEntry({ ...entry, group });
    const isLast = this.#push(0, { encoded, idEnd: idEndOf(entry.id), size: CHUNK_NODE });
    if (isLast) await this.#close(0);
  }

  /** Chunks and extents one after the other, where the listing holds extents. Keeps the bytes. Throws NotListing when they are none. */
  async addEncoded(entries: Uint8Array): Promise<void> {
    if (entries.length === 0) return;
    const isFirst = this.#levels.length === 0;
    const isOne = entryLength(entries, 0) === entries.length;
    const [first] = isFirst && isOne ? decodeListedEntries(entries) : [];
    this.#only = first;
    for (let at = 0; at < entries.length; ) {
      const end = at + entryLength(entries, at);
      const isLast = this.#push(0, {
        encoded: entries.subarray(at, end),
        idEnd: idEndAt(entries, at),
        size: EXTENT_NODE,
      });
      if (isLast) await this.#close(0);
      at = end;
    }
  }

  /** Undefined when nothing was added. */
  async finish(): Promise<ListingRoot | undefined> {
    if (this.#only !== undefined && !isPatched(this.#only)) {
      const { id, length } = this.#only;
      return { id, length, depth: 0, entries: "chunks" };
    }
    for (let depth = 0; depth < this.#levels.length; depth += 1) {
      const nodes = this.#levels[depth] ?? [];
      const [only] = nodes;
      const isTop = depth > 0 && depth === this.#levels.length - 1;
      if (only !== undefined && nodes.length === 1 && isTop) {
        const [root] = decodeEntries(only);
        if (root !== undefined) return { ...root, depth, entries: this.#entries };
      }
      if (nodes.length > 0) await this.#close(depth);
    }
    return undefined;
  }

  async #addChunk(depth: number, { id, length }: ListedChunk): Promise<void> {
    const entry = { encoded: encodeEntry(id, length), idEnd: idEndOf(id), size: CHUNK_NODE };
    if (this.#push(depth, entry)) await this.#close(depth);
  }

  /** Whether the node ends there. */
  #push(depth: number, { encoded, idEnd, size }: NewEntry): boolean {
    const entries = (this.#levels[depth] ??= []);
    entries.push(encoded);
    if (entries.length >= size.most) return true;
    return entries.length >= size.least && (idEnd & size.mask) === 0;
  }

  async #close(depth: number): Promise<void> {
    const node = Buffer.concat(this.#levels[depth] ?? []);
    this.#levels[depth] = [];
    const id = await this.#store(node);
    await this.#addChunk(depth + 1, { id, length: node.length });
  }
}

function idEndOf(id: ChunkId): number {
  return ((id[id.length - 2] ?? 0) << 8) | (id[id.length - 1] ?? 0);
}

interface NewEntry {
  readonly encoded: Uint8Array;
  /** The last 16 bits of its id. */
  readonly idEnd: number;
  readonly size: NodeSize;
}

/** The nodes at depth 1 below `root` in order; none when the root is a chunk. `load` gives a node's verified bytes. Throws NotListing when a node is no listing. */
export async function* lowestNodes(
  root: ListingRoot,
  load: (node: ListedChunk) => Promise<Uint8Array>,
): AsyncGenerator<ListedChunk> {
  if (root.depth === 1) yield { id: root.id, length: root.length };
  if (root.depth < 2) return;
  for (const entry of decodeNode(await load(root), "chunks")) {
    yield* lowestNodes({ ...entry, depth: root.depth - 1, entries: root.entries }, load);
  }
}

/** What an object is made of, in order. `load` gives a node's verified bytes. Throws NotListing when a node is no listing. */
export async function* readListing(
  root: ListingRoot,
  load: (node: ListedChunk) => Promise<Uint8Array>,
): AsyncGenerator<ListedEntry> {
  for await (const batch of readListingInBatches(root, load)) yield* batch;
}

/** The same, as much at once as a node lists: for each entry alone, waiting takes longer than all else that is done with it. */
export async function* readListingInBatches(
  root: ListingRoot,
  load: (node: ListedChunk) => Promise<Uint8Array>,
): AsyncGenerator<readonly ListedEntry[]> {
  if (root.depth === 0) yield [{ id: root.id, length: root.length }];
  for await (const node of lowestNodes(root, load)) {
    yield [...decodeNode(await load(node), root.entries)];
  }
}

/** An entry as a listing that may hold it does: it tells apart whatever is put together in another way. */
export function encodeAnyEntry({ group, ...entry }: ListedEntry): Uint8Array {
  return group === undefined ? encodeListedEntry(entry) : encodeGroupEntry({ ...entry, group });
}

/** Visits the ids of all chunks that a node at depth 1 needs, where they stand in it. Throws NotListing when it is no listing. */
export function visitNode(node: Uint8Array, entries: ListedKind, visit: VisitId): void {
  if (entries === "extents") return visitStoredIds(node, visit);
  if (entries === "groups") return visitGroupIds(node, visit);
  if (node.length % ENTRY_SIZE !== 0) throw new NotListing();
  for (let at = 0; at < node.length; at += ENTRY_SIZE) visit(node, at);
}

/** Throws NotListing. */
function decodeNode(node: Uint8Array, entries: ListedKind): Iterable<ListedEntry> {
  if (entries === "extents") return decodeListedEntries(node);
  if (entries === "groups") return decodeGroupEntries(node);
  if (node.length % ENTRY_SIZE !== 0) throw new NotListing();
  return decodeEntries(node);
}
