import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ChunkId } from "../../../../core/vault/format/chunk-id.ts";
import { decodeEntries } from "../../../../core/vault/format/pack-directory.ts";
import { LaneSegments } from "../../../../core/vault/pipeline/lane-segments.ts";
import type { GatheredSegment } from "../../../../core/vault/write/segment-gatherer.ts";

const SEGMENT = 1024 * 1024;
const RING = 3 * SEGMENT;

const idOf = (number: number): ChunkId => {
  const id = Buffer.alloc(32);
  id.writeUInt32BE(number);
  return Uint8Array.from(id) as ChunkId;
};

const step = fc.record({
  length: fc.oneof(fc.constant(65_536), fc.integer({ min: 1, max: 262_144 })),
  /** Bytes that are not new before it. */
  gap: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(100_000)),
  isElsewhere: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, fc.constant(true)),
});

test("segments hold every chunk once and unchanged, though the ring is used again after each batch", () => {
  fc.assert(
    fc.property(fc.array(fc.array(step, { maxLength: 30 }), { maxLength: 4 }), (batches) => {
      const ring = new SharedArrayBuffer(RING);
      const segments = new LaneSegments(ring);
      const found: number[] = [];
      const take = (segment: GatheredSegment | undefined): void => {
        if (segment === undefined) return;
        assert.ok(segment.raw.length <= SEGMENT);
        let at = 0;
        for (const { id, length } of decodeEntries(segment.chunks)) {
          const number = Buffer.from(id).readUInt32BE();
          found.push(number);
          const chunk = Buffer.from(segment.raw.subarray(at, at + length));
          assert.ok(chunk.equals(Buffer.alloc(length, number)));
          at += length;
        }
        assert.equal(at, segment.raw.length);
        segment.release();
      };
      let count = 0;
      for (const batch of batches) {
        let at = 0;
        for (const { length, gap, isElsewhere } of batch) {
          at += gap;
          if (at + length > RING) break;
          const inRing = new Uint8Array(ring, at, length);
          const chunk = isElsewhere ? new Uint8Array(length) : inRing;
          chunk.fill(count);
          take(segments.add(idOf(count), chunk));
          count += 1;
          at += length;
        }
        take(segments.leaveRing());
        new Uint8Array(ring).fill(255);
      }
      take(segments.take());
      assert.deepEqual(
        found.toSorted((a, b) => a - b),
        Array.from({ length: count }, (_, number) => number),
      );
    }),
    { numRuns: 40 },
  );
});

test("a megabyte of chunks that follow each other is taken where it lies", () => {
  const ring = new SharedArrayBuffer(RING);
  const segments = new LaneSegments(ring);
  const full: GatheredSegment[] = [];
  for (let number = 0; number < 40; number += 1) {
    const segment = segments.add(idOf(number), new Uint8Array(ring, number * 65_536, 65_536));
    if (segment !== undefined) full.push(segment);
  }
  assert.deepEqual(
    full.map(({ raw }) => [raw.buffer === ring, raw.byteOffset, raw.length]),
    [
      [true, 0, SEGMENT],
      [true, SEGMENT, SEGMENT],
    ],
  );
});
