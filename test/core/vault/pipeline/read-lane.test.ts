import assert from "node:assert/strict";
import { createSecretKey } from "node:crypto";
import { test } from "node:test";
import { createChunkHasher } from "../../../../core/vault/format/chunk-id.ts";
import {
  NO_SEGMENT,
  type ReadOrder,
  type ReadReply,
} from "../../../../core/vault/pipeline/lane-messages.ts";
import { ReadLane } from "../../../../core/vault/pipeline/read-lane.ts";

const KEY = createSecretKey(Buffer.alloc(32, 7));
const LENGTH = 100;

/** A lane that was to keep segment 3 of an earlier order, which was damaged. */
function repliesTo(order: Pick<ReadOrder, "places" | "copies">): readonly ReadReply[] {
  const replies: ReadReply[] = [];
  const lane = new ReadLane((reply) => replies.push(reply), undefined);
  const ring = { epoch: 1, dataKeys: new Map([[1, KEY]]), idKey: KEY };
  const memory = new SharedArrayBuffer(4096);
  lane.handle({ type: "read-setup", ring, chunkId: "hmac-sha-256", memory });
  const hash = createChunkHasher(KEY, { kind: "hmac-sha-256" });
  lane.handle({
    type: "read",
    number: 1,
    start: 0,
    segments: [
      {
        number: 3,
        pack: "00".repeat(16) as ReadOrder["segments"][number]["pack"],
        epoch: 1,
        offset: 0,
        storedLength: 200,
        rawLength: 200,
        sealedAt: undefined,
      },
    ],
    ids: hash(Buffer.alloc(LENGTH, 1)),
    keep: new Set(),
    ...order,
  });
  return replies;
}

test("a lane that lacks a segment which it was to keep calls what needs it unsound, whole chunks and copies", () => {
  const unsound = [{ type: "read", number: 1, isSound: false }];
  const whole = { places: Uint32Array.of(3, 50, LENGTH), copies: new Uint32Array() };
  assert.deepEqual(repliesTo(whole), unsound);
  const places = Uint32Array.of(NO_SEGMENT, 0, LENGTH);
  assert.deepEqual(repliesTo({ places, copies: Uint32Array.of(3, 50, LENGTH, 0) }), unsound);
});
