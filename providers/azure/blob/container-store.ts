import type {
  BlockBlobClient,
  ContainerClient,
  ContainerListBlobFlatSegmentResponse,
} from "@azure/storage-blob";
import { parseByteCount } from "../../../core/kit/bytes.ts";
import type { Instant } from "../../../core/kit/clock.ts";
import type { ImmutableBlobs } from "../../../core/storage/blob-container.ts";
import {
  type Abortable,
  type BlobInfo,
  type BlobName,
  type BlobStore,
  type BlobTier,
  type RehydratePriority,
  tryParseBlobName,
} from "../../../core/storage/blob-store.ts";
import type { Repeat } from "../../../core/storage/retrying.ts";
import {
  blobExists,
  blobNotFound,
  spanPastEnd,
  storeNotImmutable,
} from "../../../core/storage/store-failure.ts";
import { infoOf } from "./blob-info.ts";
import { readBody } from "./read-body.ts";
import { codeOf, explainServiceError, type ServicePlace } from "./service-failure.ts";
import { patientDeadline, UNKNOWN_BYTES } from "./stalled-call.ts";
import { commitBlocks, cutBlocks, putWhole, sendBlocks, stageBlock } from "./upload-blob.ts";

/** The most that Azure gives in one page. */
const PAGE = 5000;
/** Larger than any pack, so that packs take one request. Azure takes up to 5,000 MiB in one. */
const SINGLE_PUT_LIMIT = 256 * 1024 * 1024;

export interface ContainerStoreOptions extends ServicePlace {
  /** A new text of 32 characters each time: block ids of one `put` must not be those of another. */
  readonly nonce: () => string;
  /** How a request for a page of a listing, or with a block of a blob, is tried again; once without it. */
  readonly repeat?: Repeat | undefined;
  /** Aborts a call that moves so many bytes and takes too long; one minute and a second for each 64 KiB without it. */
  readonly deadline?: ((bytes: number) => AbortSignal) | undefined;
  /** Blobs on which a policy is put as they are written; none without it. */
  readonly immutable?: ImmutableBlobs | undefined;
  /** Blobs larger than that are staged in blocks. */
  readonly singlePutLimit?: number | undefined;
}

/** Keeps blobs as block blobs of a container, under their own names. */
export function createContainerStore(
  client: ContainerClient,
  options: ContainerStoreOptions,
): BlobStore {
  return new ContainerStore(client, options);
}

interface Attempt {
  readonly kind: "read" | "write";
  /** The blob's name or the prefix of a listing. */
  readonly name: string;
  /** How many bytes of blobs it moves. */
  readonly bytes?: number;
}

class ContainerStore implements BlobStore {
  readonly #client: ContainerClient;
  readonly #options: ContainerStoreOptions;
  #isProtecting = false;

  constructor(client: ContainerClient, options: ContainerStoreOptions) {
    this.#client = client;
    this.#options = options;
  }

  async put(
    name: BlobName,
    parts: readonly Uint8Array[],
    options: Abortable = {},
  ): Promise<BlobInfo> {
    const size = parts.reduce((sum, part) => sum + part.length, 0);
    const { singlePutLimit = SINGLE_PUT_LIMIT } = this.#options;
    const blob = this.#blob(name);
    const write = { kind: "write", name } as const;
    const writtenAt = await (size <= singlePutLimit
      ? this.#attempt({ ...write, bytes: size }, options, (abortSignal) =>
          this.#ifFree(name, abortSignal, () => {
            const immutableUntil = this.#immutableUntil(name);
            return putWhole(blob, parts, { abortSignal, immutableUntil });
          }),
        )
      : this.#putBlocks(name, parts, options));
    await this.#requireProtection(name, options);
    return { name, size: parseByteCount(size), writtenAt };
  }

  get(name: BlobName, options: Parameters<BlobStore["get"]>[1] = {}): Promise<Uint8Array> {
    const { span } = options;
    const bytes = span?.length ?? UNKNOWN_BYTES;
    return this.#attempt({ kind: "read", name, bytes }, options, async (abortSignal) => {
      if (span?.length === 0) return this.#emptySpan(name, span.offset, abortSignal);
      try {
        const answer = await this.#blob(name).download(span?.offset, span?.length, {
          abortSignal,
          maxRetryRequests: 0,
        });
        return await readBody(answer, { name, length: span?.length });
      } catch (error) {
        if (codeOf(error) !== "InvalidRange") throw error;
        const { contentLength = 0 } = await this.#blob(name).getProperties({ abortSignal });
        throw spanPastEnd(name, contentLength);
      }
    });
  }

  head(name: BlobName, options: Abortable = {}): Promise<BlobInfo | undefined> {
    return this.#attempt({ kind: "read", name }, options, (abortSignal) =>
      this.#find(name, abortSignal),
    );
  }

  async *list(prefix: string, options: Abortable = {}): AsyncIterable<BlobInfo> {
    let continuationToken: string | undefined;
    do {
      options.signal?.throwIfAborted();
      const page = await this.#page(prefix, continuationToken, options);
      for (const { name, properties } of page.segment.blobItems) {
        const parsed = tryParseBlobName(name);
        if (parsed !== undefined) yield infoOf(parsed, properties);
      }
      continuationToken = page.continuationToken;
    } while (continuationToken !== undefined && continuationToken !== "");
  }

  remove(name: BlobName, options: Abortable = {}): Promise<void> {
    return this.#attempt({ kind: "write", name }, options, async (abortSignal) => {
      try {
        await this.#blob(name).delete({ abortSignal, deleteSnapshots: "include" });
      } catch (error) {
        if (codeOf(error) !== "BlobNotFound") throw error;
      }
    });
  }

  setTier(...[name, tier, options = {}]: Parameters<BlobStore["setTier"]>): Promise<void> {
    return this.#attempt({ kind: "write", name }, options, async (abortSignal) => {
      try {
        const rehydratePriority = options.priority && PRIORITIES[options.priority];
        const how = { abortSignal, ...(rehydratePriority && { rehydratePriority }) };
        await this.#blob(name).setAccessTier(TIER_NAMES[tier], how);
      } catch (error) {
        if (codeOf(error) !== "BlobBeingRehydrated") throw error;
        const info = await this.#find(name, abortSignal);
        if (info?.rehydratingTo !== tier) throw error;
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Connections that are kept alive belong to the process and do not hold it.
  }

  #blob(name: BlobName): BlockBlobClient {
    return this.#client.getBlockBlobClient(name);
  }

  /** Each block is tried again by itself: all of them at once would never arrive while every tenth request fails. */
  async #putBlocks(
    name: BlobName,
    parts: readonly Uint8Array[],
    options: Abortable,
  ): Promise<Instant> {
    const { nonce, singlePutLimit: limit = SINGLE_PUT_LIMIT, repeat = once } = this.#options;
    const blob = this.#blob(name);
    const blocks = cutBlocks(parts, { nonce: nonce(), limit });
    const write = { kind: "write", name } as const;
    await sendBlocks(blocks, (block) =>
      repeat(
        () =>
          this.#attempt({ ...write, bytes: block.size }, options, (abortSignal) =>
            this.#ifFree(name, abortSignal, () => stageBlock(blob, block, abortSignal)),
          ),
        options,
      ),
    );
    return this.#attempt(write, options, (abortSignal) =>
      this.#ifFree(name, abortSignal, () => {
        const immutableUntil = this.#immutableUntil(name);
        return commitBlocks(blob, blocks, { abortSignal, immutableUntil });
      }),
    );
  }

  #immutableUntil(name: BlobName): Date | undefined {
    const { immutable } = this.#options;
    const isMeant = immutable?.prefixes.some((prefix) => name.startsWith(prefix)) ?? false;
    return immutable && isMeant ? new Date(Date.now() + immutable.days * DAY_MS) : undefined;
  }

  /** The first time, looks whether the policy came to be: a container may take the request and keep none. */
  async #requireProtection(name: BlobName, options: Abortable): Promise<void> {
    const { immutable, accountUrl, container, repeat = once } = this.#options;
    if (this.#isProtecting || immutable === undefined) return;
    if (this.#immutableUntil(name) === undefined) return;
    const info = await repeat(() => this.head(name, options), options);
    const least = (info?.writtenAt ?? 0) + immutable.days * DAY_MS - PROTECTION_TOLERANCE_MS;
    if (info !== undefined && (info.immutableUntil ?? 0) < least)
      throw storeNotImmutable(
        `The container ${container} of ${accountUrl} took ${name} and put no policy of ${immutable.days} days on it.`,
      );
    this.#isProtecting = true;
  }

  /** STORE_EXISTS when the work failed because the name is taken. */
  async #ifFree<T>(name: BlobName, abortSignal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (await this.#isTaken(error, name, abortSignal)) throw blobExists(name, error);
      throw error;
    }
  }

  /** A page is tried again by itself, too. */
  #page(
    prefix: string,
    continuationToken: string | undefined,
    options: Abortable,
  ): Promise<ContainerListBlobFlatSegmentResponse> {
    const { repeat = once } = this.#options;
    const ask = async (abortSignal: AbortSignal) => {
      const from = continuationToken === undefined ? {} : { continuationToken };
      const isKept = this.#options.immutable !== undefined;
      const more = isKept ? { includeImmutabilityPolicy: true, includeLegalHold: true } : {};
      const pages = this.#client.listBlobsFlat({ prefix, abortSignal, ...more });
      const page = await pages.byPage({ maxPageSize: PAGE, ...from }).next();
      return page.value as ContainerListBlobFlatSegmentResponse; // The first page is always there.
    };
    return repeat(() => this.#attempt({ kind: "read", name: prefix }, options, ask), options);
  }

  async #find(name: BlobName, abortSignal: AbortSignal): Promise<BlobInfo | undefined> {
    try {
      return infoOf(name, await this.#blob(name).getProperties({ abortSignal }));
    } catch (error) {
      if (codeOf(error) === "BlobNotFound") return undefined;
      throw error;
    }
  }

  async #emptySpan(name: BlobName, offset: number, abortSignal: AbortSignal): Promise<Uint8Array> {
    const info = await this.#find(name, abortSignal);
    if (info === undefined) throw blobNotFound(name);
    if (offset > info.size) throw spanPastEnd(name, info.size);
    return new Uint8Array(0);
  }

  /**
   * Whether a `put` failed because the name is taken. A policy answers for the blob that it protects, and whoever
   * commits the same name first takes away the blocks of the others: then only a look tells.
   */
  async #isTaken(error: unknown, name: BlobName, abortSignal: AbortSignal): Promise<boolean> {
    const code = codeOf(error) ?? "";
    if (code === "BlobAlreadyExists" || code === "ConditionNotMet") return true;
    if (!TELLING.includes(code)) return false;
    return (await this.#find(name, abortSignal)) !== undefined;
  }

  async #attempt<T>(
    { kind, name, bytes = 0 }: Attempt,
    { signal }: Abortable,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    const { deadline = patientDeadline } = this.#options;
    const signals = [deadline(bytes), ...(signal === undefined ? [] : [signal])];
    try {
      return await work(AbortSignal.any(signals));
    } catch (error) {
      signal?.throwIfAborted();
      throw explainServiceError(error, { ...this.#options, kind, name });
    }
  }
}

const DAY_MS = 86_400_000;
/** Azure rounds times to seconds, and this machine's clock may be that much off. */
const PROTECTION_TOLERANCE_MS = 3_600_000;

const once: Repeat = (call) => call();

const TELLING: readonly string[] = [
  "BlobImmutableDueToPolicy",
  "BlobImmutableDueToLegalHold",
  "InvalidBlockList",
  "InvalidBlobOrBlock",
];

const TIER_NAMES: Readonly<Record<BlobTier, string>> = {
  hot: "Hot",
  cool: "Cool",
  cold: "Cold",
  archive: "Archive",
};

const PRIORITIES: Readonly<Record<RehydratePriority, "High" | "Standard">> = {
  high: "High",
  standard: "Standard",
};
