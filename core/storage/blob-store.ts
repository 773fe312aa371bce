import type { Brand } from "../kit/brand.ts";
import type { ByteCount } from "../kit/bytes.ts";
import type { Instant } from "../kit/clock.ts";

/** The name of a blob: segments of `[a-z0-9._-]` joined with `/`, at most 200 characters. */
export type BlobName = Brand<string, "BlobName">;

const BLOB_NAME = /^[a-z0-9_-][a-z0-9._-]*(?:\/[a-z0-9_-][a-z0-9._-]*)*$/;

/** Throws RangeError when `text` is not a blob name. */
export function parseBlobName(text: string): BlobName {
  const name = tryParseBlobName(text);
  if (name === undefined) throw new RangeError(`not a blob name: ${text}`);
  return name;
}

/** Undefined when `text` is not a blob name: a store may hold what others put there. */
export function tryParseBlobName(text: string): BlobName | undefined {
  return text.length <= 200 && BLOB_NAME.test(text) ? (text as BlobName) : undefined;
}

export interface Abortable {
  readonly signal?: AbortSignal | undefined;
}

/** From the fastest and dearest to keep to the cheapest. What is in `archive` cannot be read before it was brought back, which takes hours. */
export type BlobTier = "hot" | "cool" | "cold" | "archive";

export interface BlobInfo {
  readonly name: BlobName;
  readonly size: ByteCount;
  /** The store's own time of the last write. */
  readonly writtenAt: Instant;
  /** Told by `head` and `list` of stores that have tiers. */
  readonly tier?: BlobTier;
  /** The tier that an archived blob is on its way to. */
  readonly rehydratingTo?: BlobTier;
  /** When it came into its tier, where that was not its writing. */
  readonly tierChangedAt?: Instant;
  /** Until then a policy keeps the blob from being removed. Told by stores that put such policies on blobs. */
  readonly immutableUntil?: Instant;
}

/** How urgently blobs come out of the archive: within 15 hours, or, dearer, mostly within one. */
export type RehydratePriority = "standard" | "high";

interface TierOptions extends Abortable {
  /** Only of a move out of the archive; [standard] */
  readonly priority?: RehydratePriority | undefined;
}

export interface ByteSpan {
  readonly offset: number;
  readonly length: number;
}

export interface GetOptions extends Abortable {
  readonly span?: ByteSpan | undefined;
  /** Not from a copy near by, which says nothing of the blob itself. */
  readonly original?: true | undefined;
  /** Memory as long as the span, in which a store may put the bytes: then it gives back this. Whatever comes of it, it may be overwritten until then. */
  readonly into?: Uint8Array | undefined;
}

/**
 * Keeps immutable blobs under names.
 *
 * A blob is written once and never changed. After `put` resolves, the blob is durable (it survives a loss of power),
 * and every reader sees it whole; before, readers see all of it or nothing. Every method rejects with a
 * `DiagnosticError` (STORE_*) and, when the signal aborts, with the signal's reason. A `put` that rejects with anything
 * but STORE_EXISTS, or that is aborted under way, may still have written the blob: the answer can be lost on its way.
 */
export interface BlobStore extends AsyncDisposable {
  /**
   * Writes the parts, one after the other, as one blob. They may lie in shared memory, and must stay as they are until
   * this has ended. STORE_EXISTS when the name is taken: the old blob stays as it was.
   */
  put(name: BlobName, parts: readonly Uint8Array[], options?: Abortable): Promise<BlobInfo>;
  /**
   * The whole blob or a span of it. STORE_NOT_FOUND when there is none; STORE_TOO_SHORT when the span reaches past the
   * end; STORE_ARCHIVED when it must be brought back first. The bytes are the caller's alone, who may give their memory back;
   * only where they are `into`, that was the caller's before.
   */
  get(name: BlobName, options?: GetOptions): Promise<Uint8Array>;
  /** Undefined when there is none. */
  head(name: BlobName, options?: Abortable): Promise<BlobInfo | undefined>;
  /** All blobs whose name begins with `prefix`, each once, in no order. Others may add or remove blobs meanwhile. */
  list(prefix: string, options?: Abortable): AsyncIterable<BlobInfo>;
  /** Succeeds when the blob is already gone. STORE_IMMUTABLE while a policy or a legal hold protects it. */
  remove(name: BlobName, options?: Abortable): Promise<void>;
  /**
   * Moves a blob to another tier. Out of `archive` this asks the store to bring it back: it stays archived, with
   * `rehydratingTo`, until that is done. Asking again is no error. STORE_NOT_FOUND; STORE_NO_TIERS where the store has none.
   */
  setTier(name: BlobName, tier: BlobTier, options?: TierOptions): Promise<void>;
  /** Whether a copy near by can be read while the blob is archived. Only of stores with copies. */
  hasCopy?(name: BlobName, options?: Abortable): Promise<boolean>;
}
