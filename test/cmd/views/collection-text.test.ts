import assert from "node:assert/strict";
import { test } from "node:test";
import { formatCollection, PRUNED, PRUNING_PLANNED } from "../../../cmd/views/collection-text.ts";
import type { CollectionReport } from "../../../schemas/vault-reports.ts";

const ROW: CollectionReport = {
  points: 1,
  removedPoints: 1,
  removedPacks: 3,
  rewrittenPacks: 2,
  reencryptedPacks: 5,
  removedIndexes: 1,
  fencedWriters: 1,
  waitingPacks: 4,
  clearedMarks: 0,
  unreadableMarks: 0,
  protectedPacks: 0,
  protectedBytes: 0,
  protectedPoints: 0,
  movedPacks: 0,
  movedBytes: 0,
  waitingMoves: 0,
  removedBytes: 5_000_000,
  writtenBytes: 1_000_000,
  freedBytes: 4_000_000,
};

test("a collection tells what it freed, what it wrote anew, what must wait and whom it ended", () => {
  assert.equal(
    formatCollection(ROW, PRUNED),
    "  3.8 MiB freed: 3 packs removed. What was needed of 2 of them was written anew.\n" +
      "  5 packs of older data keys written anew with the newest one.\n" +
      "  4 packs must wait for backups, or another prune, that began before; a later prune removes them.\n" +
      "  1 backup ended that gave no sign of life for an hour.\n" +
      "  1 recovery point left.\n",
  );
});

test("marks that nobody can read are told of, gone or not", () => {
  const text = formatCollection({ ...ROW, clearedMarks: 1, unreadableMarks: 2 }, PRUNED);
  assert.match(text, / 1 mark that nobody can read taken away, and what nothing needs looked for/);
  assert.match(text, / 2 marks that nobody can read must wait for another prune that is at work/);
});

test("a plan tells the same as what would be, and a store that grows is told of", () => {
  const row = {
    ...ROW,
    rewrittenPacks: 0,
    reencryptedPacks: 0,
    waitingPacks: 0,
    fencedWriters: 0,
    freedBytes: -2048,
  };
  assert.equal(
    formatCollection(row, PRUNING_PLANNED),
    "  2.0 KiB more would be used for now: 3 packs would be removed.\n  1 recovery point would stay.\n",
  );
});

test("what may not be removed yet, and what was moved or waits for that, is told", () => {
  const row = {
    ...ROW,
    protectedPacks: 2,
    protectedBytes: 2_097_152,
    protectedPoints: 1,
    movedPacks: 3,
    movedBytes: 3_145_728,
    waitingMoves: 1,
  };
  const text = formatCollection(row, PRUNING_PLANNED);
  assert.match(
    text,
    /1 removed recovery point and 2 packs \(2\.0 MiB\) that nothing needs may not/,
  );
  assert.match(text, /3 packs \(3\.0 MiB\) that only old recovery points need would be moved/);
  assert.match(text, /1 pack must wait for that until a later prune/);
});
