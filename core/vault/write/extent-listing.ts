import type { Abortable } from "../../storage/blob-store.ts";
import {
  type Extent,
  entryLength,
  type ListedChunk,
  visitExtents,
} from "../format/extent-entry.ts";
import { type ListingRoot, lowestNodes } from "../format/listing.ts";
import { isOutOfReach } from "../stored-blobs.ts";

type PagePlace = Pick<Extent, "file" | "page">;

type LoadNode = (node: ListedChunk) => Promise<Uint8Array>;

/** Pages of a file are looked for in steps of 2 GiB. */
const REGION_PAGES = 2 ** 18;
const MOST_OPEN = 4;

interface SeenNode {
  readonly chunk: ListedChunk;
  /** Of its extents. */
  least: number;
  most: number;
}

interface OpenNode {
  readonly bytes: Uint8Array;
  /** Where the entries of extents begin. */
  readonly extents: ReadonlyMap<number, number>;
  readonly last: PagePlace | undefined;
}

/**
 * Finds the extents of a stored stream by their pages. Pages of a file follow each other in most streams, so nodes are loaded in
 * order as far as they are asked for, and what lies where is remembered for nodes as a whole. Memory: some 200 bytes for each node
 * (176 extents) and four open nodes.
 */
export class ExtentListing {
  readonly #load: LoadNode;
  readonly #nodes: AsyncIterator<ListedChunk>;
  readonly #signal: AbortSignal | undefined;
  readonly #seen: SeenNode[] = [];
  /** Which of the seen nodes hold extents of a region. */
  readonly #regions = new Map<number, number[]>();
  readonly #open = new Map<number, OpenNode>();
  /** Where the last extent was found: the next one is mostly there. */
  #recent: OpenNode | undefined;
  #last: PagePlace | undefined;
  #isAtEnd = false;

  constructor(root: ListingRoot, load: LoadNode, options: Abortable) {
    this.#load = load;
    this.#nodes = lowestNodes(root, load);
    this.#signal = options.signal;
    this.#isAtEnd = root.entries !== "extents";
  }

  /** The encoded entry; undefined when the stream has no such extent. A listing that cannot be read has none from then on: then more is stored than would be needed. */
  find(place: PagePlace): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    return entryIn(this.#recent, keyOf(place)) ?? this.#findElsewhere(place);
  }

  async #findElsewhere(place: PagePlace): Promise<Uint8Array | undefined> {
    try {
      return await this.#find(place);
    } catch (error) {
      if (!isOutOfReach(error)) throw error;
      this.#isAtEnd = true;
      this.#regions.clear();
      this.#recent = undefined;
      return undefined;
    }
  }

  async #find(place: PagePlace): Promise<Uint8Array | undefined> {
    const key = keyOf(place);
    for (const number of this.#regions.get(regionOf(key)) ?? []) {
      const node = this.#seen[number];
      if (node === undefined || key < node.least || key > node.most) continue;
      const found = this.#look(await this.#openNode(number), key);
      if (found !== undefined) return found;
    }
    while (!this.#isAtEnd && !this.#isPast(place)) {
      this.#signal?.throwIfAborted();
      const found = this.#look(await this.#seeNext(), key);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #look(node: OpenNode | undefined, key: number): Uint8Array | undefined {
    const found = entryIn(node, key);
    if (found !== undefined) this.#recent = node;
    return found;
  }

  /** Whether pages of the file that come later were seen. */
  #isPast({ file, page }: PagePlace): boolean {
    const last = this.#last;
    return last !== undefined && last.file === file && last.page > page;
  }

  async #seeNext(): Promise<OpenNode | undefined> {
    const next = await this.#nodes.next();
    if (next.done === true) {
      this.#isAtEnd = true;
      return undefined;
    }
    const node = { chunk: next.value, least: Number.POSITIVE_INFINITY, most: 0 };
    const number = this.#seen.push(node) - 1;
    const opened = await this.#openNode(number);
    this.#last = opened.last ?? this.#last;
    const regions = new Set<number>();
    for (const key of opened.extents.keys()) {
      node.least = Math.min(node.least, key);
      node.most = Math.max(node.most, key);
      regions.add(regionOf(key));
    }
    for (const region of regions) {
      this.#regions.set(region, [...(this.#regions.get(region) ?? []), number]);
    }
    return opened;
  }

  async #openNode(number: number): Promise<OpenNode> {
    const known = this.#open.get(number);
    const chunk = this.#seen[number]?.chunk;
    if (known !== undefined) return known;
    const extents = new Map<number, number>();
    let last: PagePlace | undefined;
    const bytes = chunk === undefined ? new Uint8Array() : await this.#load(chunk);
    visitExtents(bytes, (at, place) => {
      last = place;
      extents.set(keyOf(place), at);
    });
    const opened = { bytes, extents, last };
    this.#open.set(number, opened);
    const [oldest] = this.#open.keys();
    if (this.#open.size > MOST_OPEN && oldest !== undefined) this.#open.delete(oldest);
    return opened;
  }
}

function entryIn(node: OpenNode | undefined, key: number): Uint8Array | undefined {
  const at = node?.extents.get(key);
  if (node === undefined || at === undefined) return undefined;
  return node.bytes.subarray(at, at + entryLength(node.bytes, at));
}

function keyOf({ file, page }: PagePlace): number {
  return file * 2 ** 32 + page;
}

function regionOf(key: number): number {
  return Math.floor(key / REGION_PAGES);
}
