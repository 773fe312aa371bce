import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

const CHUNKS = 10_000_000;
const CAP = 500_000_000;
const STREAM = 96 * 1024 * 1024;

interface Measured {
  /** Milliseconds that it took to open the index, the first time and the second. */
  readonly times: readonly number[];
  readonly stored: readonly number[];
  readonly read: number;
  readonly peakBytes: number;
  readonly milliseconds: number;
}

type Looked = Pick<Measured, "peakBytes" | "milliseconds"> & { readonly problems?: number };

function run(...words: readonly string[]): string {
  const script = join(import.meta.dirname, "..", "..", "..", "support", "large-index.ts");
  return execFileSync(process.execPath, [script, ...words], { encoding: "utf8" });
}

test(`a vault of ${CHUNKS} chunks is written to, read, verified and counted under 500 MB`, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-index-"));
  try {
    run("fill", directory, String(CHUNKS));
    const measured = JSON.parse(run("backup", directory)) as Measured;
    t.diagnostic(JSON.stringify(measured));
    const [first = 0, second = 0] = measured.stored;
    assert.ok(first > STREAM / 2, "the stream was not new");
    assert.ok(second < STREAM / 100, `${second} bytes were stored again`);
    assert.equal(measured.read, STREAM);
    assert.ok(measured.peakBytes < CAP, `${measured.peakBytes} bytes`);
    for (const what of ["verify", "stats", "packs"]) {
      const looked = JSON.parse(run(what, directory)) as Looked;
      t.diagnostic(`${what} ${JSON.stringify(looked)}`);
      assert.ok(looked.peakBytes < CAP, `${what}: ${looked.peakBytes} bytes`);
      assert.ok(looked.problems === undefined || looked.problems === 0);
    }
  } finally {
    await rm(directory, { recursive: true });
  }
});
