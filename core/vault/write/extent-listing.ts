import type { Abortable } from "../../storage/blob-store.ts";
import { Damage } from "../format/damage.ts";
import {
  decodeListedEntries,
  type Extent,
  type ListedChunk,
  type ListedExtent,
} from "../format/extent-entry.ts";
import { type ListingRoot, lowestNodes } from "../format/listing.ts";

type PagePlace = Pick<Extent, "file" | "page">;

type LoadNode = (node: ListedChunk) => Promise<Uint8Array>;

/** Pages of a file are looked for in steps of 2 GiB. */
const REGION_PAGES = 2 ** 18;
const MOST_DECODED = 4;

interface SeenNode {
  readonly chunk: ListedChunk;
  /** Of its extents. */
  least: number;
  most: number;
}

interface DecodedNode {
  readonly extents: ReadonlyMap<number, ListedExtent>;
  readonly last: ListedExtent | undefined;
}

/**
 * Finds the extents of a stored stream by their pages. Pages of a file follow each other in most streams, so nodes are loaded in
 * order as far as they are asked for, and what lies where is remembered for nodes as a whole. Memory: some 200 bytes for each node
 * (176 extents) and four decoded nodes.
 */
export class ExtentListing {
  readonly #load: LoadNode;
  readonly #nodes: AsyncIterator<ListedChunk>;
  readonly #signal: AbortSignal | undefined;
  readonly #seen: SeenNode[] = [];
  /** Which of the seen nodes hold extents of a region. */
  readonly #regions = new Map<number, number[]>();
  readonly #decoded = new Map<number, DecodedNode>();
  #last: ListedExtent | undefined;
  #isAtEnd = false;

  constructor(root: ListingRoot, load: LoadNode, options: Abortable) {
    this.#load = load;
    this.#nodes = lowestNodes(root, load);
    this.#signal = options.signal;
    this.#isAtEnd = root.entries !== "extents";
  }

  /** Undefined when the stream has no such extent. A listing that cannot be read has none from then on: then more is stored than would be needed. */
  async find(place: PagePlace): Promise<ListedExtent | undefined> {
    try {
      return await this.#find(place);
    } catch (error) {
      if (!(error instanceof Damage)) throw error;
      this.#isAtEnd = true;
      this.#regions.clear();
      return undefined;
    }
  }

  async #find(place: PagePlace): Promise<ListedExtent | undefined> {
    const key = keyOf(place);
    for (const number of this.#regions.get(regionOf(key)) ?? []) {
      const node = this.#seen[number];
      if (node === undefined || key < node.least || key > node.most) continue;
      const found = (await this.#decode(number)).extents.get(key);
      if (found !== undefined) return found;
    }
    while (!this.#isAtEnd && !this.#isPast(place)) {
      this.#signal?.throwIfAborted();
      const found = (await this.#seeNext())?.extents.get(key);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Whether pages of the file that come later were seen. */
  #isPast({ file, page }: PagePlace): boolean {
    const last = this.#last?.extent;
    return last !== undefined && last.file === file && last.page > page;
  }

  async #seeNext(): Promise<DecodedNode | undefined> {
    const next = await this.#nodes.next();
    if (next.done === true) {
      this.#isAtEnd = true;
      return undefined;
    }
    const node = { chunk: next.value, least: Number.POSITIVE_INFINITY, most: 0 };
    const number = this.#seen.push(node) - 1;
    const decoded = await this.#decode(number);
    this.#last = decoded.last ?? this.#last;
    const regions = new Set<number>();
    for (const key of decoded.extents.keys()) {
      node.least = Math.min(node.least, key);
      node.most = Math.max(node.most, key);
      regions.add(regionOf(key));
    }
    for (const region of regions) {
      this.#regions.set(region, [...(this.#regions.get(region) ?? []), number]);
    }
    return decoded;
  }

  async #decode(number: number): Promise<DecodedNode> {
    const known = this.#decoded.get(number);
    const chunk = this.#seen[number]?.chunk;
    if (known !== undefined) return known;
    const extents = new Map<number, ListedExtent>();
    let last: ListedExtent | undefined;
    const bytes = chunk === undefined ? new Uint8Array() : await this.#load(chunk);
    for (const { extent, ...entry } of decodeListedEntries(bytes)) {
      if (extent === undefined) continue;
      last = { ...entry, extent };
      extents.set(keyOf(extent), last);
    }
    const decoded = { extents, last };
    this.#decoded.set(number, decoded);
    const [oldest] = this.#decoded.keys();
    if (this.#decoded.size > MOST_DECODED && oldest !== undefined) this.#decoded.delete(oldest);
    return decoded;
  }
}

function keyOf({ file, page }: PagePlace): number {
  return file * 2 ** 32 + page;
}

function regionOf(key: number): number {
  return Math.floor(key / REGION_PAGES);
}
