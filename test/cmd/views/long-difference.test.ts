import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type LongDifference, longDifference } from "../../../cmd/views/plan/long-difference.ts";

const SET = { type: "patterns", description: "" } as const;
const TEXT = { type: "string", description: "" } as const;

function linesOf(difference: LongDifference | undefined): readonly string[] {
  assert.ok(difference);
  const rest = difference.kept > 0 ? [`(${difference.kept})`] : [];
  return [...difference.pieces.map(({ mark, text }) => `${mark} ${text}`), ...rest];
}

test("a long set is shown by what comes and goes, in whatever order it is written", () => {
  const names = Array.from({ length: 12 }, (_, index) => `database_${index}`);
  const after = [...names.slice(2), "new"].toReversed();
  assert.deepEqual(linesOf(longDifference(SET, names, after)), [
    '- "database_0"',
    '- "database_1"',
    '+ "new"',
    "(10)",
  ]);
});

test("values that fit beside their name are shown whole", () => {
  assert.equal(longDifference(SET, ["a"], ["b"]), undefined);
  assert.equal(longDifference(TEXT, "one line", "another"), undefined);
  assert.equal(longDifference(TEXT, 1, 2), undefined);
});

test("a text of several lines is shown by the lines that change, and what stands beside them", () => {
  const before = "a\nb\nc\nd\ne\nf\ng\n";
  const after = "a\nb\nc\nD\ne\nf\ng\n";
  assert.deepEqual(linesOf(longDifference(TEXT, before, after)), [
    "  b",
    "  c",
    "- d",
    "+ D",
    "  e",
    "  f",
    "(2)",
  ]);
});

test("from one text and the pieces follows the other", () => {
  const lines = fc.array(fc.constantFrom("a", "b", "c", "", "d"), { minLength: 2, maxLength: 12 });
  fc.assert(
    fc.property(lines, lines, (old, fresh) => {
      const difference = longDifference(TEXT, `${old.join("\n")}\n`, `${fresh.join("\n")}\n`);
      assert.ok(difference);
      const { pieces, kept } = difference;
      const count = (mark: string) => pieces.filter((piece) => piece.mark === mark).length;
      assert.equal(count("-") + count(" ") + kept, old.length);
      assert.equal(count("+") + count(" ") + kept, fresh.length);
    }),
  );
});
