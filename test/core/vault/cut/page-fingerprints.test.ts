import assert from "node:assert/strict";
import { createSecretKey, type KeyObject } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import {
  createFingerprinter,
  FINGERPRINT_SPACE,
  fingerprintKey,
  fingerprintOf,
} from "../../../../core/vault/cut/page-fingerprints.ts";
import { createSharedMemory, OWN_MEMORY } from "../../../../core/vault/cut/web-assembly.ts";
import { seededBytes } from "../../../support/vault.ts";

const PAGE = 8192;
const keyOf = (seed: string) => createSecretKey(Buffer.from(seededBytes(seed)(32)));

/** Of extents that are put into the memory first. */
function fingerprinter(idKey: KeyObject): (extent: Uint8Array) => Uint8Array {
  const memory = createSharedMemory(FINGERPRINT_SPACE + 8 * PAGE);
  const scratch = OWN_MEMORY + 8 * PAGE;
  const inMemory = new Uint8Array(memory.buffer, OWN_MEMORY, 8 * PAGE);
  const fingerprints = createFingerprinter(idKey, { memory, scratch });
  return (extent) => {
    inMemory.set(extent);
    return fingerprints(inMemory);
  };
}

const page = fc.oneof(
  fc.string().map((seed) => Buffer.from(seededBytes(seed)(PAGE))),
  fc.nat(255).map((byte) => Buffer.alloc(PAGE, byte)),
  fc.nat(PAGE - 1).map((at) => Buffer.alloc(PAGE).fill(1, at, at + 1)),
);

test("the module gives the fingerprints of the plain reference", () => {
  fc.assert(
    fc.property(
      fc.array(page, { minLength: 8, maxLength: 8 }),
      fc.constantFrom("a", "b", "c"),
      (pages, seed) => {
        const idKey = keyOf(seed);
        const plain = pages.map((each) => fingerprintOf(each, fingerprintKey(idKey)));
        const fast = fingerprinter(idKey)(Buffer.concat(pages));
        assert.ok(Buffer.concat(plain).equals(fast));
      },
    ),
    { numRuns: 10 },
  );
});

test("a bit that changes anywhere changes the fingerprint of its page alone", () => {
  const fingerprints = fingerprinter(keyOf("bits"));
  const extent = Buffer.from(seededBytes("extent")(8 * PAGE));
  const before = fingerprints(extent);
  for (let bit = 0; bit < PAGE * 8 * 8; bit += 3001) {
    const changed = Buffer.from(extent);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const after = fingerprints(changed);
    for (let at = 0; at < 8; at += 1) {
      const isEqual = Buffer.from(after.subarray(at * 8, at * 8 + 8)).equals(
        before.subarray(at * 8, at * 8 + 8),
      );
      assert.equal(isEqual, at !== Math.floor(bit / 8 / PAGE), `bit ${bit}, page ${at}`);
    }
  }
});

test("another key gives other fingerprints, and the same key the same", () => {
  const extent = Buffer.alloc(8 * PAGE);
  const [one, same, other] = [keyOf("one"), keyOf("one"), keyOf("other")].map((key) =>
    Buffer.from(fingerprinter(key)(extent)),
  );
  assert.ok(one !== undefined && same !== undefined && other !== undefined);
  assert.ok(one.equals(same));
  assert.ok(!one.equals(other));
});
