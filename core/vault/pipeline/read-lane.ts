import { packName } from "../format/blob-names.ts";
import {
  areEqualIds,
  type ChunkHasher,
  createChunkHasher,
  type KeyedHash,
  parseChunkId,
} from "../format/chunk-id.ts";
import { Damage } from "../format/damage.ts";
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
}

/** Segments that orders may ask it to keep are at most so long. */
export const MOST_KEPT_SEGMENT = 1024 * 1024;

interface KeptSegment {
  readonly buffer: Uint8Array;
  readonly length: number;
}

/**
 * Opens segments, verifies chunks and lays them into shared memory. Memory: one open segment, and those that it is told to keep,
 * which are copied into buffers that are used again: what is allocated anew has to die young, or it waits for a full collection.
 */
export class ReadLane {
  readonly #reply: (reply: ReadReply) => void;
  readonly #blake3: KeyedHash | undefined;
  readonly #kept = new Map<number, KeptSegment>();
  readonly #free: Uint8Array[] = [];
  #work: Work | undefined;

  constructor(reply: (reply: ReadReply) => void, blake3: KeyedHash | undefined) {
    this.#reply = reply;
    this.#blake3 = blake3;
  }

  handle(request: ReadRequest): void {
    if (request.type === "read-setup") {
      const { ring, chunkId, memory } = request;
      const hash = createChunkHasher(ring.idKey, { kind: chunkId, blake3: this.#blake3 });
      this.#work = { ...request, hash, bytes: new Uint8Array(memory) };
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
        const kept = this.#kept.get(number);
        const raw = kept?.buffer.subarray(0, kept.length);
        if (sealedAt === undefined) lay(work, order, { number, raw: raw ?? new Uint8Array() });
      }
      this.#forget(order.keep);
      for (const segment of order.segments) {
        const { number, sealedAt, storedLength } = segment;
        if (sealedAt === undefined) continue;
        const raw = open(work, segment, work.bytes.subarray(sealedAt, sealedAt + storedLength));
        lay(work, order, { number, raw });
        if (order.keep.has(number)) this.#keep(number, raw);
      }
      return true;
    } catch (error) {
      if (error instanceof Damage) return false;
      throw error;
    }
  }

  #keep(number: number, raw: Uint8Array): void {
    if (raw.length > MOST_KEPT_SEGMENT) return;
    const buffer =
      this.#kept.get(number)?.buffer ??
      this.#free.pop() ??
      new Uint8Array(new SharedArrayBuffer(MOST_KEPT_SEGMENT));
    buffer.set(raw);
    this.#kept.set(number, { buffer, length: raw.length });
  }

  #forget(keep: ReadonlySet<number>): void {
    for (const [number, { buffer }] of this.#kept) {
      if (keep.has(number)) continue;
      this.#kept.delete(number);
      this.#free.push(buffer);
    }
  }
}

function open(work: Work, segment: OrderedSegment, sealed: Uint8Array): Uint8Array {
  const { pack, epoch } = segment;
  const blob = packName(pack);
  const head = { kind: "pack", id: pack, epoch, rawLength: 0 } as const;
  return openSegmentNow(new BlobCipher(work.ring, head, blob), { ...segment, blob }, sealed);
}

/** Verifies the order's chunks of one segment and puts each in its place. Throws Damage. */
function lay(
  work: Work,
  { start, places, ids }: ReadOrder,
  segment: { readonly number: number; readonly raw: Uint8Array },
): void {
  let to = start;
  for (let at = 0; at < places.length; at += 3) {
    const [number = 0, offset = 0, length = 0] = places.subarray(at, at + 3);
    if (number === segment.number) {
      const chunk = segment.raw.subarray(offset, offset + length);
      const id = parseChunkId(ids.subarray((at / 3) * 32, (at / 3) * 32 + 32));
      if (chunk.length !== length || !areEqualIds(work.hash(chunk), id)) {
        throw new Damage(String(number), "holds a chunk that does not match its id");
      }
      work.bytes.set(chunk, to);
    }
    to += length;
  }
}
