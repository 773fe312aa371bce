import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import fc from "fast-check";
import { loadBlake3 } from "../../../../cmd/wiring/blake3.ts";
import { createBlake3 } from "../../../../core/vault/format/blake3.ts";

/** Of the official test vectors (test_vectors.json of BLAKE3): the input counts from 0 to 250 and begins again. */
const KEY = Buffer.from("whats the Elvish word for friend");
const VECTORS: Readonly<Record<number, string>> = {
  0: "92b2b75604ed3c761f9d6f62392c8a9227ad0ea3f09573e783f1498a4ed60d26",
  1: "6d7878dfff2f485635d39013278ae14f1454b8c0a3a2d34bc1ab38228a80c95b",
  1024: "75c46f6f3d9eb4f55ecaaee480db732e6c2105546f1e675003687c31719c7ba4",
  1025: "357dc55de0c7e382c900fd6e320acc04146be01db6a8ce7210b7189bd664ea69",
  31744: "efa53b389ab67c593dba624d898d0f7353ab99e4ac9d42302ee64cbf9939a419",
};

function input(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => at % 251);
}

test("BLAKE3 gives the digests of its official test vectors", () => {
  const hash = createBlake3(KEY);
  for (const [length, digest] of Object.entries(VECTORS)) {
    assert.equal(Buffer.from(hash(input(Number(length)))).toString("hex"), digest, length);
  }
});

const native = loadBlake3(createRequire(import.meta.url));
const skip = native === undefined && "not run: the native package is not installed";

test("our BLAKE3 and the native one agree on every length", { skip }, () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.nat(20_000), (key, length) => {
      const bytes = input(length);
      const other = native?.(key);
      assert.ok(other !== undefined);
      for (const each of [bytes, bytes.subarray(1)]) {
        assert.deepEqual(Buffer.from(createBlake3(key)(each)), Buffer.from(other(each)));
      }
    }),
    { numRuns: 60 },
  );
});
