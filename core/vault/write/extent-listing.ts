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

interface DecodedNode {
  readonly extents: ReadonlyMap<number, ListedExtent>;
  readonly last: ListedExtent | undefined;
}

/**
 * Finds the extents of a stored stream by their pages. Pages of a file follow each other in most streams, so nodes are loaded in
 * order as far as they are asked for, and what lies where is remembered for nodes as a whole. Memory: 50 bytes for each node
 * (200 extents) and four decoded nodes.
 */
export class ExtentListing {
  readonly #load: LoadNode;
  readonly #nodes: AsyncIterator<ListedChunk>;
  readonly #signal: AbortSignal | undefined;
  readonly #seen: ListedChunk[] = [];
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
    for (const node of this.#regions.get(regionOf(place)) ?? []) {
      const { extents } = await this.#decode(node);
      const found = extents.get(keyOf(place));
      if (found !== undefined) return found;
    }
    while (!this.#isAtEnd && !this.#isPast(place)) {
      this.#signal?.throwIfAborted();
      const found = (await this.#seeNext())?.extents.get(keyOf(place));
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
    const number = this.#seen.push(next.value) - 1;
    const decoded = await this.#decode(number);
    this.#last = decoded.last ?? this.#last;
    const regions = new Set([...decoded.extents.values()].map(({ extent }) => regionOf(extent)));
    for (const region of regions) {
      this.#regions.set(region, [...(this.#regions.get(region) ?? []), number]);
    }
    return decoded;
  }

  async #decode(number: number): Promise<DecodedNode> {
    const known = this.#decoded.get(number);
    const node = this.#seen[number];
    if (known !== undefined) return known;
    const extents = new Map<number, ListedExtent>();
    let last: ListedExtent | undefined;
    const bytes = node === undefined ? new Uint8Array() : await this.#load(node);
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

function regionOf({ file, page }: PagePlace): number {
  return Math.floor(keyOf({ file, page }) / REGION_PAGES);
}
