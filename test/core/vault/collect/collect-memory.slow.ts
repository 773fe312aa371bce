import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

const CHUNKS = 1_000_000;
const CAP = 256 * 1024 * 1024;

interface Measured {
  readonly removedPacks: number;
  readonly rewrittenPacks: number;
  readonly freedBytes: number;
  readonly milliseconds: number;
  readonly peakBytes: number;
}

function run(...words: readonly string[]): string {
  const script = join(import.meta.dirname, "..", "..", "..", "support", "large-vault.ts");
  return execFileSync(process.execPath, [script, ...words], { encoding: "utf8" });
}

test(`a vault of ${CHUNKS} chunks is looked through and collected under 256 MB, as prune does`, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-large-"));
  try {
    run("fill", directory, String(CHUNKS));
    const measured = JSON.parse(run("collect", directory)) as Measured;
    t.diagnostic(JSON.stringify(measured));
    assert.ok(measured.removedPacks > 0 && measured.rewrittenPacks > 0, "it had nothing to do");
    assert.ok(measured.peakBytes < CAP, `${measured.peakBytes} bytes`);
  } finally {
    await rm(directory, { recursive: true });
  }
});
