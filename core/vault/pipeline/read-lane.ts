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

/** Opens segments, verifies chunks and lays them into shared memory. Memory: the segments of an order and those that it is told to keep. */
export class ReadLane {
  readonly #reply: (reply: ReadReply) => void;
  readonly #blake3: KeyedHash | undefined;
  readonly #segments = new Map<number, Uint8Array>();
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
      for (const segment of order.segments) {
        if (segment.sealed !== undefined) this.#open(work, segment, segment.sealed);
      }
      this.#lay(work, order);
      return true;
    } catch (error) {
      if (error instanceof Damage) return false;
      throw error;
    } finally {
      for (const number of this.#segments.keys()) {
        if (!order.keep.has(number)) this.#segments.delete(number);
      }
    }
  }

  #open(work: Work, segment: OrderedSegment, sealed: Uint8Array): void {
    const { number, pack, epoch } = segment;
    const blob = packName(pack);
    const head = { kind: "pack", id: pack, epoch, rawLength: 0 } as const;
    const cipher = new BlobCipher(work.ring, head, blob);
    this.#segments.set(number, openSegmentNow(cipher, { ...segment, blob }, sealed));
  }

  #lay(work: Work, { start, places, ids }: ReadOrder): void {
    let to = start;
    for (let at = 0; at < places.length; at += 3) {
      const [number = 0, offset = 0, length = 0] = places.subarray(at, at + 3);
      const chunk = this.#segments.get(number)?.subarray(offset, offset + length);
      const id = parseChunkId(ids.subarray((at / 3) * 32, (at / 3) * 32 + 32));
      if (chunk?.length !== length || !areEqualIds(work.hash(chunk), id)) {
        throw new Damage(String(number), "holds a chunk that does not match its id");
      }
      work.bytes.set(chunk, to);
      to += length;
    }
  }
}
