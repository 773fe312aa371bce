import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createSlots } from "../../../providers/local/direct-blocks.ts";
import { createFileTarget } from "../../../providers/local/file-target.ts";
import { flushedBy } from "../../support/flushed-by.ts";
import { withCode } from "../../support/with-code.ts";

const MEBIBYTE = 1024 * 1024;

async function temporaryFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), "holdfast-target-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

/** Lengths around what is gathered, what is split, and what are whole blocks of a disk. */
const length = fc.oneof(
  fc.constantFrom(0, 1, 4095, 4096, 65_536, MEBIBYTE - 1, MEBIBYTE, MEBIBYTE + 4096),
  fc.integer({ min: 1, max: 3 * MEBIBYTE }),
);

describe("a file that is written piece by piece", () => {
  it("has the bytes of all pieces in order, wherever they lie in memory and whatever their lengths", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "out");
    const [aligned] = createSlots(4 * MEBIBYTE);
    const pieces = fc.array(fc.record({ length, shift: fc.constantFrom(0, 0, 1) }), {
      maxLength: 6,
    });
    const property = fc.asyncProperty(pieces, async (drawn) => {
      const expected: Buffer[] = [];
      await using target = await createFileTarget(path);
      for (const [number, { length: size, shift }] of drawn.entries()) {
        const piece = aligned.subarray(shift, shift + size).fill(`piece ${number} of ${size};`);
        expected.push(Buffer.from(piece));
        await target.write(piece);
        // The memory is the caller's again.
        piece.fill(0);
      }
      await target.finish();
      assert.ok(Buffer.concat(expected).equals(await readFile(path)));
    });
    await fc.assert(property, { numRuns: 40 });
  });

  it("has them in the order of the calls where several are under way", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "out");
    const lengths = fc.array(length, { maxLength: 6 });
    const property = fc.asyncProperty(lengths, async (drawn) => {
      const pieces = drawn.map((size, number) => {
        const [piece] = createSlots(4 * MEBIBYTE);
        return piece.subarray(0, size).fill(`piece ${number} of ${size};`);
      });
      await using target = await createFileTarget(path);
      await Promise.all(pieces.map((piece) => target.write(piece)));
      await target.finish();
      assert.ok(Buffer.concat(pieces).equals(await readFile(path)));
    });
    await fc.assert(property, { numRuns: 20 });
  });

  it("is flushed under its temporary name, and then the folder that it gets its name in", {
    skip: process.platform !== "linux" && "not run: the paths of open files are read from /proc",
  }, async () => {
    await using folder = await temporaryFolder();
    const root = await realpath(folder.path);
    const flushed = await flushedBy(async () => {
      await using target = await createFileTarget(join(root, "out"));
      await target.write(Buffer.alloc(2 * MEBIBYTE));
      await target.finish();
    });
    assert.equal(flushed.length, 2);
    assert.match(flushed[0] ?? "", /out\.[0-9a-f]{12}\.part$/);
    assert.equal(flushed[1], root);
  });

  it("takes the place of a file of its name when it is whole, and leaves nothing when it is given up", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "out");
    await writeFile(path, "before");
    {
      await using target = await createFileTarget(path);
      await target.write(Buffer.alloc(2 * MEBIBYTE));
    }
    assert.equal(await readFile(path, "utf8"), "before");
    assert.deepEqual(await readdir(folder.path), ["out"]);
    const absent = join(folder.path, "absent", "out");
    await assert.rejects(createFileTarget(absent), withCode("FILE_NOT_WRITABLE"));
  });
});
