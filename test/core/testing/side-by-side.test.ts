import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compareTexts, formatSideBySide } from "../../../core/testing/side-by-side.ts";

const TEXTS = fc
  .array(fc.constantFrom("a", "b", "c", "d", "e"), { maxLength: 8 })
  .map((texts) => texts.toSorted());

test("each side of a comparison is what was given, and equal texts stand on one line", () => {
  fc.assert(
    fc.property(TEXTS, TEXTS, (expected, found) => {
      const { rows, missing, surplus } = compareTexts(expected, found);
      assert.deepEqual(
        rows.flatMap((row) => row.expected ?? []),
        expected,
      );
      assert.deepEqual(
        rows.flatMap((row) => row.found ?? []),
        found,
      );
      const lacking = (text: string, one: readonly string[], other: readonly string[]) =>
        Math.max(
          0,
          one.filter((each) => each === text).length - other.filter((each) => each === text).length,
        );
      const sum = (one: readonly string[], other: readonly string[]) =>
        [...new Set(one)].reduce((total, text) => total + lacking(text, one, other), 0);
      assert.deepEqual([missing, surplus], [sum(expected, found), sum(found, expected)]);
    }),
  );
});

test("a short comparison shows both sides whole", () => {
  assert.equal(
    formatSideBySide(compareTexts(["one", "two"], ["three", "two"].toSorted())),
    "    expected   found\n    one        -\n    -          three\n    two        two",
  );
});

test("a long comparison shows what differs, and counts the rest", () => {
  const all = Array.from({ length: 1000 }, (_, at) => String(at).padStart(4, "0"));
  const text = formatSideBySide(compareTexts(all, [...all.slice(1), "9999"]));
  assert.deepEqual(text.split("\n"), [
    "    expected   found",
    "    0000       -",
    "    -          9999",
    "    999 more are on both sides",
  ]);
  const none = formatSideBySide(compareTexts(all, []));
  assert.equal(none.split("\n").length, 42);
  assert.ok(none.endsWith("… and 960 more that differ"));
});
