import type { ChunkId } from "../format/chunk-id.ts";
import {
  encodeEntry,
  type GatheredSegment,
  SEGMENT_SIZE,
  SegmentGatherer,
} from "../write/segment-gatherer.ts";

/** Shorter stretches of the ring are copied together with others, so that segments stay large. */
const LEAST_IN_RING = SEGMENT_SIZE / 2;

/** New chunks that follow each other in the ring. */
interface Stretch {
  readonly start: number;
  readonly chunks: { readonly id: ChunkId; readonly bytes: Uint8Array }[];
  length: number;
}

/**
 * Gathers the new chunks of batches into segments of up to 1 MiB. Those that follow each other in the ring make a segment where
 * they lie; others, and what is left of a batch at its end, are copied.
 */
export class LaneSegments {
  readonly #ring: ArrayBufferLike;
  /** Holds something only while there is no stretch. */
  readonly #copied = new SegmentGatherer("data");
  #stretch: Stretch | undefined;

  constructor(ring: ArrayBufferLike) {
    this.#ring = ring;
  }

  /** What lies in the ring must stay there until `leaveRing`. Gives back a segment that is full. */
  add(id: ChunkId, bytes: Uint8Array): GatheredSegment | undefined {
    if (this.#extend(id, bytes)) return undefined;
    const full = this.leaveRing() ?? this.#takeFor(bytes.length);
    if (bytes.buffer === this.#ring && this.#copied.size === 0) {
      const { byteOffset: start, length } = bytes;
      this.#stretch = { start, chunks: [{ id, bytes }], length };
    } else this.#copied.add(id, bytes);
    return full;
  }

  /** The batch is over: nothing is in the ring any more, but for the segment that is given back. */
  leaveRing(): GatheredSegment | undefined {
    const stretch = this.#stretch;
    this.#stretch = undefined;
    if (stretch === undefined) return undefined;
    const { start, length, chunks } = stretch;
    if (length >= LEAST_IN_RING) {
      const raw = new Uint8Array(this.#ring, start, length);
      const entries = chunks.map(({ id, bytes }) => encodeEntry(id, bytes.length));
      return { kind: "data", raw, chunks: Buffer.concat(entries), release: () => undefined };
    }
    for (const { id, bytes } of chunks) this.#copied.add(id, bytes);
    return undefined;
  }

  /** What was gathered so far; undefined when that is nothing. After `leaveRing`. */
  take(): GatheredSegment | undefined {
    return this.#copied.take();
  }

  #extend(id: ChunkId, bytes: Uint8Array): boolean {
    const stretch = this.#stretch;
    if (stretch === undefined || bytes.buffer !== this.#ring) return false;
    const length = stretch.length + bytes.length;
    if (bytes.byteOffset !== stretch.start + stretch.length || length > SEGMENT_SIZE) return false;
    stretch.length = length;
    stretch.chunks.push({ id, bytes });
    return true;
  }

  /** What was copied, when the next one does not fit in. */
  #takeFor(length: number): GatheredSegment | undefined {
    return this.#copied.size + length > SEGMENT_SIZE ? this.#copied.take() : undefined;
  }
}
