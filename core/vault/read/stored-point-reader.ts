import { failure } from "../../diagnostics/diagnostic.ts";
import type { Abortable } from "../../storage/blob-store.ts";
import type { Lease } from "../collect/lease.ts";
import { pointName } from "../format/blob-names.ts";
import { Damage, explainDamage, hasCode } from "../format/damage.ts";
import { type ListingRoot, readListing } from "../format/listing.ts";
import type { Manifest, ManifestObject } from "../format/manifest.ts";
import type { PackIndex } from "../index/pack-index.ts";
import type { PointReader, StoredPoint } from "../vault.ts";
import type { VaultAccess } from "../vault-access.ts";
import { ChunkReader } from "./chunk-reader.ts";

export interface ReaderIndex {
  readonly index: PackIndex;
  /** What the index says now. */
  reload(options: Abortable): Promise<PackIndex>;
}

/** How often a pack may be written anew before one chunk was read. */
const MAX_RELOADS = 5;

/** A committed point, open for reading. */
export class StoredPointReader implements PointReader {
  readonly point: StoredPoint;
  readonly #access: VaultAccess;
  readonly #index: ReaderIndex;
  readonly #manifest: Manifest;
  readonly #lease: Lease | undefined;

  constructor(
    access: VaultAccess,
    index: ReaderIndex,
    opened: {
      readonly manifest: Manifest;
      readonly point: StoredPoint;
      readonly lease: Lease | undefined;
    },
  ) {
    this.point = opened.point;
    this.#access = access;
    this.#index = index;
    this.#manifest = opened.manifest;
    this.#lease = opened.lease;
  }

  async *read(path: string, options: Abortable = {}): AsyncGenerator<Uint8Array> {
    const found = this.#manifest.objects.find(({ object }) => object.path === path);
    if (found === undefined) throw noSuchObject(this.point.id, path);
    let chunk = 0;
    try {
      for await (const bytes of this.#readVerified(found, options)) {
        chunk += 1;
        yield bytes;
      }
    } catch (error) {
      throw explainDamage(error, { point: this.point.id, object: path, chunk: chunk + 1 });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lease?.[Symbol.asyncDispose]();
  }

  async *#readVerified(
    { object, root }: ManifestObject,
    options: Abortable,
  ): AsyncGenerator<Uint8Array> {
    let chunks = 0;
    let bytes = 0;
    if (root !== undefined) {
      for await (const chunk of this.#readListed(root, options)) {
        chunks += 1;
        bytes += chunk.length;
        yield chunk;
      }
    }
    if (chunks !== object.chunks || bytes !== object.bytes) {
      throw new Damage(pointName(this.#manifest.id), "lists other chunks than it counts");
    }
  }

  /** A collector may have written a pack anew under another name: then the index says where its chunks are. */
  async *#readListed(root: ListingRoot, options: Abortable): AsyncGenerator<Uint8Array> {
    const { signal } = options;
    const owner = pointName(this.#manifest.id);
    let { index } = this.#index;
    let done = 0;
    for (let reloads = 0; ; reloads += 1) {
      const reader = new ChunkReader(this.#access, index, { signal, owner });
      const listed = readListing(root, (node) => reader.read(node));
      try {
        for await (const chunk of reader.readAll(skip(listed, done))) {
          done += 1;
          reloads = 0;
          await this.#lease?.keep({ signal });
          yield chunk;
        }
        return;
      } catch (error) {
        if (!isGone(error) || reloads === MAX_RELOADS) throw error;
        index = await this.#index.reload({ signal });
      }
    }
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Damage && hasCode(error.cause, "STORE_NOT_FOUND");
}

async function* skip<T>(items: AsyncIterable<T>, count: number): AsyncGenerator<T> {
  let at = 0;
  for await (const item of items) {
    at += 1;
    if (at > count) yield item;
  }
}

function noSuchObject(point: string, path: string): Error {
  return failure({
    code: "POINT_OBJECT_NOT_FOUND",
    summary: "Object not in the recovery point",
    detail: `The point ${point} holds no object ${path}. Choose one of the objects that the point lists.`,
  });
}
