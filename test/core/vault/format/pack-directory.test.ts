import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseBlobId } from "../../../../core/vault/format/blob-names.ts";
import { Damage } from "../../../../core/vault/format/damage.ts";
import {
  decodeDirectory,
  decodePackList,
  ENTRY_SIZE,
  encodeDirectory,
  encodePackList,
} from "../../../../core/vault/format/pack-directory.ts";

const word = fc.nat(0xffffffff);
const segment = fc.record(
  {
    kind: fc.constantFrom("data" as const, "listing" as const),
    offset: word,
    storedLength: word,
    rawLength: word,
    chunks: fc
      .nat(5)
      .chain((count) =>
        fc.uint8Array({ minLength: count * ENTRY_SIZE, maxLength: count * ENTRY_SIZE }),
      ),
  },
  { noNullPrototype: true },
);
const pack = fc.record(
  {
    id: fc.uint8Array({ minLength: 16, maxLength: 16 }).map(parseBlobId),
    epoch: word,
    size: word,
    directory: fc.array(segment).map((segments) => Uint8Array.from(encodeDirectory(segments))),
  },
  { noNullPrototype: true },
);

test("a directory is read as it was written", () => {
  fc.assert(
    fc.property(fc.array(segment), (segments) => {
      const read = [...decodeDirectory("blob", encodeDirectory(segments))];
      assert.deepEqual(
        read.map((entry) => ({ ...entry, chunks: Uint8Array.from(entry.chunks) })),
        segments,
      );
    }),
  );
});

test("a list of packs is read as it was written", () => {
  fc.assert(
    fc.property(fc.array(pack), (packs) => {
      const read = [...decodePackList("blob", encodePackList(packs))];
      assert.deepEqual(
        read.map((entry) => ({ ...entry, directory: Uint8Array.from(entry.directory) })),
        packs,
      );
    }),
  );
});

test("a directory or a list that breaks off is damage, never a shorter list", () => {
  fc.assert(
    fc.property(fc.array(pack, { minLength: 1 }), fc.nat(), (packs, cut) => {
      const bytes = encodePackList(packs);
      const ends = new Set([0]);
      let end = 0;
      for (const { directory } of packs) ends.add((end += 28 + directory.length));
      const length = cut % bytes.length;
      const read = (): unknown => [...decodePackList("blob", bytes.subarray(0, length))];
      if (ends.has(length)) read();
      else assert.throws(read, Damage);
    }),
  );
});
