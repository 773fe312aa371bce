import { type BlobId, packName } from "../format/blob-names.ts";
import {
  areEqualIds,
  type ChunkHasher,
  type ChunkId,
  createChunkHasher,
  type KeyedHash,
  parseChunkId,
} from "../format/chunk-id.ts";
import { Damage } from "../format/damage.ts";
import { releaseBytes } from "../format/release-bytes.ts";
import { BlobCipher, openSegmentNow } from "../format/sealed-blob.ts";
import {
  NO_SEGMENT,
  type OrderedSegment,
  type ReadOrder,
  type ReadReply,
  type ReadRequest,
  type ReadSetup,
} from "./lane-messages.ts";

interface Work extends ReadSetup {
  readonly hash: ChunkHasher;
  readonly bytes: Buffer;
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
  readonly #kept = new Map<number, Buffer>();
  #work: Work | undefined;

  constructor(reply: (reply: ReadReply) => void, blake3: KeyedHash | undefined) {
    this.#reply = reply;
    this.#blake3 = blake3;
  }

  handle(request: ReadRequest): void {
    if (request.type === "read-setup") {
      const { ring, chunkId, memory } = request;
      const hash = createChunkHasher(ring.idKey, { kind: chunkId, blake3: this.#blake3 });
      this.#work = { ...request, hash, bytes: Buffer.from(memory), ciphers: new Map() };
      return;
    }
    for (const _step of this.steps(request));
  }

  /** Opens one segment in each step. */
  *steps(order: ReadOrder): Generator<void> {
    try {
      if (this.#work === undefined) throw new Error("a lane got work before its setup");
      const isSound = yield* this.#read(this.#work, order);
      this.#reply({ type: "read", number: order.number, isSound });
    } catch (error) {
      const problem = error instanceof Error ? error.message : "unknown";
      this.#reply({ type: "failed", problem });
    }
  }

  *#read(work: Work, order: ReadOrder): Generator<void, boolean> {
    try {
      for (const { number, sealedAt } of order.segments) {
        if (sealedAt !== undefined) continue;
        lay(work, order, { number, raw: this.#kept.get(number) ?? Buffer.alloc(0) });
      }
      this.#forget(order.keep);
      for (const segment of order.segments) {
        const { number, sealedAt, storedLength } = segment;
        if (sealedAt === undefined) continue;
        const raw = open(work, segment, work.bytes.subarray(sealedAt, sealedAt + storedLength));
        lay(work, order, { number, raw });
        if (order.keep.has(number) && raw.length <= MOST_KEPT_SEGMENT) this.#kept.set(number, raw);
        else releaseBytes(raw);
        yield;
      }
      verifyCopies(work, order);
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

function open(work: Work, segment: OrderedSegment, sealed: Uint8Array): Buffer {
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

interface OpenedSegment {
  readonly number: number;
  readonly raw: Buffer;
}

/**
 * Puts what the order needs of one segment in its place: whole chunks verified, parts of others as they are. Throws Damage. A
 * part of a buffer is copied as plain memory; V8 sets shared memory word by word, which takes half as long again.
 */
function lay(work: Work, order: ReadOrder, segment: OpenedSegment): void {
  const { start, places, copies } = order;
  let to = start;
  for (let at = 0; at < places.length; at += 3) {
    const length = places[at + 2] ?? 0;
    if (places[at] === segment.number) {
      const offset = places[at + 1] ?? 0;
      const chunk = segment.raw.subarray(offset, offset + length);
      if (chunk.length !== length) throw new Damage(String(segment.number), "is too short");
      verify(work, chunk, idAt(order, at / 3));
      segment.raw.copy(work.bytes, to, offset, offset + length);
    }
    to += length;
  }
  for (let at = 0; at < copies.length; at += 4) {
    if (copies[at] !== segment.number) continue;
    const [offset = 0, length = 0, place = 0] = copies.subarray(at + 1, at + 4);
    if (offset + length > segment.raw.length) {
      throw new Damage(String(segment.number), "is too short");
    }
    segment.raw.copy(work.bytes, start + place, offset, offset + length);
  }
}

/** Verifies what copies have made, once all of them are in their places. Throws Damage. */
function verifyCopies(work: Work, order: ReadOrder): void {
  const { start, places } = order;
  let at = start;
  for (let place = 0; place < places.length; place += 3) {
    const length = places[place + 2] ?? 0;
    if (places[place] === NO_SEGMENT) {
      verify(work, work.bytes.subarray(at, at + length), idAt(order, place / 3));
    }
    at += length;
  }
}

function verify(work: Work, chunk: Uint8Array, id: ChunkId): void {
  if (areEqualIds(work.hash(chunk), id)) return;
  throw new Damage("a segment", "holds a chunk that does not match its id");
}

function idAt({ ids }: ReadOrder, number: number): ChunkId {
  return parseChunkId(ids.subarray(number * 32, number * 32 + 32));
}
