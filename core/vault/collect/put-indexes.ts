import type { Abortable } from "../../storage/blob-store.ts";
import { type BlobId, indexName, parseBlobId } from "../format/blob-names.ts";
import { encodePackList, type PackEntry } from "../format/pack-directory.ts";
import { BlobCipher, encodeHead, HEADER_SIZE } from "../format/sealed-blob.ts";
import { INDEX_SIZE } from "../index/index-loader.ts";
import type { VaultAccess } from "../vault-access.ts";
import { storeFrame } from "./stored-frame.ts";

/** Puts index blobs that name the packs, of 1 MiB and more each. Memory: one of them. */
export class IndexPutter {
  readonly #access: VaultAccess;
  readonly #options: Abortable;
  #batch: PackEntry[] = [];
  #size = 0;

  constructor(access: VaultAccess, options: Abortable) {
    this.#access = access;
    this.#options = options;
  }

  async add(entry: PackEntry): Promise<void> {
    this.#batch.push(entry);
    this.#size += entry.directory.length;
    if (this.#size >= INDEX_SIZE) await this.flush();
  }

  /** Every pack that was added is named by a durable index when it resolves. */
  async flush(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    this.#size = 0;
    if (batch.length > 0) await this.#put(parseBlobId(this.#access.randomBytes(16)), batch);
  }

  async #put(id: BlobId, batch: readonly PackEntry[]): Promise<void> {
    const { ring, store } = this.#access;
    const raw = encodePackList(batch);
    const head = { kind: "index", id, epoch: ring.epoch, rawLength: raw.length } as const;
    const cipher = new BlobCipher(ring, head, indexName(id));
    const sealed = cipher.seal({ offset: HEADER_SIZE, rawLength: raw.length }, storeFrame(raw));
    await store.put(indexName(id), [encodeHead(head), ...sealed], this.#options);
  }
}
