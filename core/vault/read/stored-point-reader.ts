import { failure } from "../../diagnostics/diagnostic.ts";
import type { Abortable } from "../../storage/blob-store.ts";
import { pointName } from "../format/blob-names.ts";
import { Damage, explainDamage } from "../format/damage.ts";
import { readListing } from "../format/listing.ts";
import type { Manifest, ManifestObject } from "../format/manifest.ts";
import type { PackIndex } from "../index/pack-index.ts";
import type { PointReader, StoredPoint } from "../vault.ts";
import type { VaultAccess } from "../vault-access.ts";
import { ChunkReader } from "./chunk-reader.ts";

/** A committed point, open for reading. */
export class StoredPointReader implements PointReader {
  readonly point: StoredPoint;
  readonly #access: VaultAccess;
  readonly #index: PackIndex;
  readonly #manifest: Manifest;

  constructor(
    access: VaultAccess,
    index: PackIndex,
    opened: { readonly manifest: Manifest; readonly point: StoredPoint },
  ) {
    this.point = opened.point;
    this.#access = access;
    this.#index = index;
    this.#manifest = opened.manifest;
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
    // Holds nothing open: every read has buffers of its own.
  }

  async *#readVerified(
    { object, root }: ManifestObject,
    options: Abortable,
  ): AsyncGenerator<Uint8Array> {
    let chunks = 0;
    let bytes = 0;
    if (root !== undefined) {
      const owner = pointName(this.#manifest.id);
      const reader = new ChunkReader(this.#access, this.#index, { signal: options.signal, owner });
      const listed = readListing(root, (node) => reader.read(node));
      for await (const chunk of reader.readAll(listed)) {
        chunks += 1;
        bytes += chunk.length;
        yield chunk;
      }
    }
    if (chunks !== object.chunks || bytes !== object.bytes) {
      throw new Damage(pointName(this.#manifest.id), "lists other chunks than it counts");
    }
  }
}

function noSuchObject(point: string, path: string): Error {
  return failure({
    code: "POINT_OBJECT_NOT_FOUND",
    summary: "Object not in the recovery point",
    detail: `The point ${point} holds no object ${path}. Choose one of the objects that the point lists.`,
  });
}
