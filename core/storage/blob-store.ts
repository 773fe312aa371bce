import type { Brand } from "../kit/brand.ts";
import type { ByteCount } from "../kit/bytes.ts";
import type { Instant } from "../kit/clock.ts";

/** The name of a blob: segments of `[a-z0-9._-]` joined with `/`, at most 200 characters. */
export type BlobName = Brand<string, "BlobName">;

const BLOB_NAME = /^[a-z0-9_-][a-z0-9._-]*(?:\/[a-z0-9_-][a-z0-9._-]*)*$/;

/** Throws RangeError when `text` is not a blob name. */
export function parseBlobName(text: string): BlobName {
  if (text.length > 200 || !BLOB_NAME.test(text)) throw new RangeError(`not a blob name: ${text}`);
  return text as BlobName;
}

export interface Abortable {
  readonly signal?: AbortSignal | undefined;
}

export interface BlobInfo {
  readonly name: BlobName;
  readonly size: ByteCount;
  /** The store's own time of the last write. */
  readonly writtenAt: Instant;
}

export interface ByteSpan {
  readonly offset: number;
  readonly length: number;
}

/**
 * Keeps immutable blobs under names.
 *
 * A blob is written once and never changed. After `put` resolves, the blob is durable (it survives a loss of power),
 * and every reader sees it whole; before, no reader sees any of it. Every method rejects with a `DiagnosticError`
 * (STORE_*) and, when the signal aborts, with the signal's reason; an aborted `put` leaves no visible blob.
 */
export interface BlobStore extends AsyncDisposable {
  /** Writes the parts, one after the other, as one blob. STORE_EXISTS when the name is taken: the old blob stays as it was. */
  put(name: BlobName, parts: readonly Uint8Array[], options?: Abortable): Promise<BlobInfo>;
  /** The whole blob or a span of it. STORE_NOT_FOUND when there is none; STORE_FAILED when the span reaches past the end. */
  get(
    name: BlobName,
    options?: Abortable & { readonly span?: ByteSpan | undefined },
  ): Promise<Uint8Array>;
  /** Undefined when there is none. */
  head(name: BlobName, options?: Abortable): Promise<BlobInfo | undefined>;
  /** All blobs whose name begins with `prefix`, in no order. Others may add or remove blobs meanwhile. */
  list(prefix: string, options?: Abortable): AsyncIterable<BlobInfo>;
  /** Succeeds when the blob is already gone. */
  remove(name: BlobName, options?: Abortable): Promise<void>;
}
