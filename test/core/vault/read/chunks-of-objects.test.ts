import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createVault, type ObjectChunk } from "../../../../core/vault/vault.ts";
import { addPoint, memoryStore, TEST_KEY, vaultOptions } from "../../../support/vault.ts";
import { withCode } from "../../../support/with-code.ts";

const chunk = fc.integer({ min: 0, max: 40 }).map((value) => Buffer.from(`chunk ${value}`));
const chunks = fc.array(chunk, { maxLength: 400 });

test("chunks are told without being read, are equal where their ids are, and can be read one by one", async () => {
  await fc.assert(
    fc.asyncProperty(chunks, chunks, fc.func(fc.boolean()), async (one, other, isWanted) => {
      const vault = await createVault(memoryStore(), TEST_KEY, vaultOptions());
      const known = new Map<string, string>();
      const contents: (string | null)[] = [];
      for (const written of [one, other, one]) {
        const { id } = await addPoint(vault, { rows: written });
        await using reader = await vault.openPoint(id);
        const listed = (await Array.fromAsync(reader.chunksOf("rows"))).flat();
        contents.push(reader.contentOf("rows"));
        assert.deepEqual(
          listed.map(({ length }) => length),
          written.map(({ length }) => length),
        );
        for (const [at, bytes] of written.entries()) {
          const text = Buffer.from(bytes).toString();
          assert.equal(known.get(text) ?? idOf(listed[at]), idOf(listed[at]));
          known.set(text, idOf(listed[at]));
        }
        const wanted = [...listed.keys()].filter((at) => isWanted(at));
        const pick = wanted.flatMap((at) => listed[at] ?? []);
        const read = await Array.fromAsync(reader.readChunks("rows", pick));
        assert.deepEqual(
          read.map((bytes) => Buffer.from(bytes).toString()),
          wanted.map((at) => Buffer.from(written[at] ?? []).toString()),
        );
      }
      assert.equal(new Set(known.values()).size, known.size);
      const isSame = Buffer.concat(one).equals(Buffer.concat(other)) && one.length === other.length;
      assert.equal(contents[0], contents[2]);
      assert.equal(contents[0] === contents[1], isSame);
    }),
    { numRuns: 15 },
  );
});

test("chunks of an object that the point does not hold are refused", async () => {
  const vault = await createVault(memoryStore(), TEST_KEY, vaultOptions());
  const { id } = await addPoint(vault, { rows: [Buffer.from("a")] });
  await using reader = await vault.openPoint(id);
  const refused = withCode("POINT_OBJECT_NOT_FOUND", "other");
  await assert.rejects(Array.fromAsync(reader.chunksOf("other")), refused);
  assert.throws(() => reader.contentOf("other"), refused);
});

function idOf(listed: ObjectChunk | undefined): string {
  return Buffer.from(listed?.id ?? []).toString("hex");
}
