import type { Abortable } from "../../storage/blob-store.ts";
import { tryReadManifest } from "../collect/visible-points.ts";
import { type BlobId, pointName, tryParseBlobId } from "../format/blob-names.ts";
import { Damage } from "../format/damage.ts";
import { readListingInBatches } from "../format/listing.ts";
import type { Manifest, ManifestObject } from "../format/manifest.ts";
import type { ChunkIndex } from "../index/chunk-index.ts";
import type { EarlierExtents } from "../pipeline/earlier-extents.ts";
import { ChunkReader } from "../read/chunk-reader.ts";
import type { VaultAccess } from "../vault-access.ts";
import { EarlierGroups } from "./earlier-groups.ts";
import { ExtentListing } from "./extent-listing.ts";
import type { EarlierObject } from "./store-group.ts";

/** Each is asked for the first extents of a stream, which costs reading a manifest and a node. */
const MOST_POINTS = 4;

/** Points whose objects may be much like those of the point in the making. What of them cannot be read is passed over. */
export class SimilarPoints {
  readonly #access: VaultAccess;
  readonly #index: ChunkIndex;
  readonly #ids: readonly string[];
  readonly #signal: AbortSignal | undefined;
  #manifests: Promise<readonly Manifest[]> | undefined;

  constructor(
    access: VaultAccess,
    index: ChunkIndex,
    { points, signal }: Abortable & { readonly points: readonly string[] },
  ) {
    this.#access = access;
    this.#index = index;
    this.#ids = points.slice(0, MOST_POINTS);
    this.#signal = signal;
  }

  /** The extents of each point; those of its stream at `path` are found first. */
  async extentsLike(path: string): Promise<readonly EarlierExtents[]> {
    this.#manifests ??= this.#read();
    const found: EarlierExtents[] = [];
    for (const { id, objects } of await this.#manifests) {
      const streams = objects.filter(({ root }) => root?.entries === "extents");
      const own = streams.filter(({ object }) => object.path === path);
      const others = streams.filter(({ object }) => object.path !== path);
      const reader = this.#readerOf(id);
      const listings = [...own, ...others].map((stream) => this.#listing(stream, reader));
      if (listings.length > 0) found.push(firstOf(listings));
    }
    return found;
  }

  /** The row groups of the object at `path` of the likeliest point that has it. */
  async groupsLike(path: string): Promise<EarlierObject | undefined> {
    this.#manifests ??= this.#read();
    for (const { id, objects } of await this.#manifests) {
      const root = objects.find(({ object }) => object.path === path)?.root;
      if (root === undefined || root.entries === "extents") continue;
      const reader = this.#readerOf(id);
      const batches = readListingInBatches(root, (node) => reader.read(node));
      return { groups: new EarlierGroups(batches), read: (entry) => reader.read(entry) };
    }
    return undefined;
  }

  #readerOf(id: BlobId): ChunkReader {
    return new ChunkReader(this.#access, this.#index, {
      signal: this.#signal,
      owner: pointName(id),
    });
  }

  #listing({ root }: ManifestObject, reader: ChunkReader): ExtentListing {
    if (root === undefined) throw new RangeError("a stream without a listing. This is a bug.");
    return new ExtentListing(root, (node) => reader.read(node), { signal: this.#signal });
  }

  async #read(): Promise<readonly Manifest[]> {
    const manifests: Manifest[] = [];
    for (const id of this.#ids.flatMap((text) => tryParseBlobId(text) ?? [])) {
      try {
        const opened = await tryReadManifest(this.#access, id, { signal: this.#signal });
        if (opened !== undefined) manifests.push(opened.manifest);
      } catch (error) {
        if (!(error instanceof Damage)) throw error;
      }
    }
    return manifests;
  }
}

function firstOf(listings: readonly ExtentListing[]): EarlierExtents {
  const [only] = listings;
  if (only !== undefined && listings.length === 1) return only;
  return {
    find: async (place) => {
      for (const listing of listings) {
        const found = await listing.find(place);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}
