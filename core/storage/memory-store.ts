import { parseByteCount } from "../kit/bytes.ts";
import type { Clock } from "../kit/clock.ts";
import type { Abortable, BlobInfo, BlobName, BlobStore, ByteSpan } from "./blob-store.ts";
import { blobExists, blobNotFound, spanPastEnd, storeHasNoTiers } from "./store-failure.ts";

interface KeptBlob {
  readonly info: BlobInfo;
  readonly bytes: Uint8Array;
}

/** A store that lives as long as the process; `clock` dates the blobs. For tests and dry runs. */
export function createMemoryStore(clock: Clock): BlobStore {
  return new MemoryStore(clock);
}

class MemoryStore implements BlobStore {
  readonly #blobs = new Map<BlobName, KeptBlob>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async put(name: BlobName, parts: readonly Uint8Array[], options?: Abortable): Promise<BlobInfo> {
    options?.signal?.throwIfAborted();
    if (this.#blobs.has(name)) throw blobExists(name);
    const bytes = new Uint8Array(Buffer.concat(parts));
    const info = { name, size: parseByteCount(bytes.length), writtenAt: this.#clock.now() };
    this.#blobs.set(name, { info, bytes });
    return info;
  }

  async get(
    name: BlobName,
    options?: Abortable & { readonly span?: ByteSpan | undefined },
  ): Promise<Uint8Array> {
    options?.signal?.throwIfAborted();
    const blob = this.#blobs.get(name);
    if (blob === undefined) throw blobNotFound(name);
    const { offset, length } = options?.span ?? { offset: 0, length: blob.bytes.length };
    if (offset + length > blob.bytes.length) throw spanPastEnd(name, blob.bytes.length);
    return blob.bytes.slice(offset, offset + length);
  }

  async head(name: BlobName, options?: Abortable): Promise<BlobInfo | undefined> {
    options?.signal?.throwIfAborted();
    return this.#blobs.get(name)?.info;
  }

  async *list(prefix: string, options?: Abortable): AsyncIterable<BlobInfo> {
    for (const { info } of this.#blobs.values()) {
      options?.signal?.throwIfAborted();
      if (info.name.startsWith(prefix)) yield info;
    }
  }

  async remove(name: BlobName, options?: Abortable): Promise<void> {
    options?.signal?.throwIfAborted();
    this.#blobs.delete(name);
  }

  async setTier(): Promise<void> {
    throw storeHasNoTiers("The memory of a process");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The bytes stay until the store itself is forgotten, so that a vault can be opened again.
  }
}
