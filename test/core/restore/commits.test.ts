import assert from "node:assert/strict";
import { test } from "node:test";
import { toInstant } from "../../../core/kit/clock.ts";
import { newestCommit } from "../../../core/restore/commits.ts";

function digits(lsn: number): string {
  return lsn.toString(16).padStart(20, "0");
}

/** Commits of these numbers and times, in pieces that end anywhere. */
async function* commits(...all: readonly (readonly [number, number])[]) {
  const bytes = Buffer.concat(
    all.map(([lsn, time]) => Buffer.from(digits(lsn) + time.toString(16).padStart(16, "0"), "hex")),
  );
  for (let at = 0; at < bytes.length; at += 7) yield Uint8Array.from(bytes.subarray(at, at + 7));
}

const newest = (at: number) =>
  newestCommit(commits([11, 100], [12, 200], [13, 150]), toInstant(at), digits(10));

test("a moment means the last commit from which on nothing came later, or none", async () => {
  assert.deepEqual(
    [await newest(99), await newest(100), await newest(199)],
    [digits(10), digits(11), digits(11)],
  );
});

test("a moment after all commits is the end of the point, also where there was none", async () => {
  assert.equal(await newest(200), null);
  assert.equal(await newestCommit(commits(), toInstant(5), digits(10)), null);
});
