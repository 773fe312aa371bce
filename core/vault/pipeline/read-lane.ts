import { type BlobId, packName } from "../format/blob-names.ts";
import {
  areEqualIds,
  type ChunkHasher,
  createChunkHasher,
  type KeyedHash,
  parseChunkId,
} from "../format/chunk-id.ts";
import { Damage } from "../format/damage.ts";
import { releaseBytes } from "../format/release-bytes.ts";
import { BlobCipher, openSegmentNow } from "../format/sealed-blob.ts";
import type {
  OrderedSegment,
  ReadOrder,
  ReadReply,
  ReadRequest,
  ReadSetup,
} from "./lane-messages.ts";

interface Work extends ReadSetup {
  readonly hash: ChunkHasher;
  readonly bytes: Uint8Array;
  /** Of the packs used last: to derive a key takes as long as to decipher 100 KiB. */
  readonly ciphers: Map<BlobId, BlobCipher>;
}

const MOST_CIPHERS = 16;

/** Segments that orders may ask it to keep are at most so long. */
export const MOST_KEPT_SEGMENT = 1024 * 1024;

/**
 * Opens segments, verifies chunks and lays them into shared memory. Memory: one open segment, and those that it is told to keep.
 */
export class ReadLane {
  readonly #reply: (reply: ReadReply) => void;
  readonly #blake3: KeyedHash | undefined;
  readonly #kept = new Map<number, Uint8Array>();
  #work: Work | undefined;

  constructor(reply: (reply: ReadReply) => void, blake3: KeyedHash | undefined) {
    this.#reply = reply;
    this.#blake3 = blake3;
  }

  handle(request: ReadRequest): void {
    if (request.type === "read-setup") {
      const { ring, chunkId, memory } = request;
      const hash = createChunkHasher(ring.idKey, { kind: chunkId, blake3: this.#blake3 });
      this.#work = { ...request, hash, bytes: new Uint8Array(memory), ciphers: new Map() };
      return;
    }
    try {
      if (this.#work === undefined) throw new Error("a lane got work before its setup");
      const isSound = this.#isRead(this.#work, request);
      this.#reply({ type: "read", number: request.number, isSound });
    } catch (error) {
      const problem = error instanceof Error ? error.message : "unknown";
      this.#reply({ type: "failed", problem });
    }
  }

  #isRead(work: Work, order: ReadOrder): boolean {
    try {
      for (const { number, sealedAt } of order.segments) {
        if (sealedAt !== undefined) continue;
        lay(work, order, { number, raw: this.#kept.get(number) ?? new Uint8Array() });
      }
      this.#forget(order.keep);
      for (const segment of order.segments) {
        const { number, sealedAt, storedLength } = segment;
        if (sealedAt === undefined) continue;
        const raw = open(work, segment, work.bytes.subarray(sealedAt, sealedAt + storedLength));
        lay(work, order, { number, raw });
        if (order.keep.has(number) && raw.length <= MOST_KEPT_SEGMENT) this.#kept.set(number, raw);
        else releaseBytes(raw);
      }
      return true;
    } catch (error) {
      if (error instanceof Damage) return false;
      throw error;
    }
  }

  #forget(keep: ReadonlySet<number>): void {
    for (const [number, raw] of this.#kept) {
      if (keep.has(number)) continue;
      this.#kept.delete(number);
      releaseBytes(raw);
    }
  }
}

function open(work: Work, segment: OrderedSegment, sealed: Uint8Array): Uint8Array {
  return openSegmentNow(
    cipherOf(work, segment),
    { ...segment, blob: packName(segment.pack) },
    sealed,
  );
}

function cipherOf({ ring, ciphers }: Work, { pack, epoch }: OrderedSegment): BlobCipher {
  const head = { kind: "pack", id: pack, epoch, rawLength: 0 } as const;
  const cipher = ciphers.get(pack) ?? new BlobCipher(ring, head, packName(pack));
  ciphers.delete(pack);
  ciphers.set(pack, cipher);
  const [oldest] = ciphers.keys();
  if (ciphers.size > MOST_CIPHERS && oldest !== undefined) ciphers.delete(oldest);
  return cipher;
}

/** Verifies the order's chunks of one segment and puts each in its place. Throws Damage. */
function lay(
  work: Work,
  { start, places, ids }: ReadOrder,
  segment: { readonly number: number; readonly raw: Uint8Array },
): void {
  let to = start;
  for (let at = 0; at < places.length; at += 3) {
    const length = places[at + 2] ?? 0;
    if (places[at] === segment.number) {
      const offset = places[at + 1] ?? 0;
      const chunk = segment.raw.subarray(offset, offset + length);
      const id = parseChunkId(ids.subarray((at / 3) * 32, (at / 3) * 32 + 32));
      if (chunk.length !== length || !areEqualIds(work.hash(chunk), id)) {
        throw new Damage(String(segment.number), "holds a chunk that does not match its id");
      }
      work.bytes.set(chunk, to);
    }
    to += length;
  }
}
