import assert from "node:assert/strict";
import { test } from "node:test";
import { PointNotes } from "../../../core/backup/point-notes.ts";

test("notes of a point are kept once each, in order, and neither too many nor too long", () => {
  assert.equal(new PointNotes().kept, undefined);
  const notes = new PointNotes();
  for (const text of ["b", "a", "b"]) notes.add(text);
  assert.deepEqual(notes.kept, ["b", "a"]);
  notes.add(`${"x".repeat(597)}\u{1F512}${"y".repeat(9)}`);
  assert.equal(notes.kept.at(-1), `${"x".repeat(597)} …`);
  for (let count = 0; count < 100; count += 1) notes.add(`note ${count}`);
  assert.equal(notes.kept.length, 20);
  assert.equal(notes.kept.at(-1), "And 84 more, which are not kept.");
});
