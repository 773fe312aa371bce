import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { COLOURED } from "../../../cmd/views/paint.ts";
import { formatDiff } from "../../../cmd/views/unified-diff.ts";

const NAMES = { before: "old/a", after: "new/a" };

function diff(before: string, after: string): string {
  return formatDiff(before, after, { names: NAMES });
}

interface Hunk {
  /** Of the line that it starts at, counted from 0. */
  readonly start: number;
  /** With their marks. */
  readonly lines: readonly string[];
}

function readHunk(hunk: string): Hunk {
  const marked = hunk.replaceAll("\n\\ No newline at end of file\n", "\0");
  const [head = "", ...lines] = marked.match(/[^\n\0]*[\n\0]/g) ?? [];
  const [, from, count = "1", given = "1"] =
    /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@$/m.exec(head) ?? [];
  assert.equal(lines.filter(([mark]) => mark !== "+").length, Number(count));
  assert.equal(lines.filter(([mark]) => mark !== "-").length, Number(given));
  const start = Number(from) - (count === "0" ? 0 : 1);
  return { start, lines: lines.map((line) => line.replace("\0", "")) };
}

/** Carries out a unified diff as `patch` does, every line that stays or goes checked. */
function applyDiff(text: string, patch: string): string {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const patched: string[] = [];
  let at = 0;
  for (const hunk of patch
    .split(/^(?=@@ )/m)
    .slice(1)
    .map(readHunk)) {
    const stays = hunk.lines.filter(([mark]) => mark !== "+").map((line) => line.slice(1));
    assert.deepEqual(lines.slice(hunk.start, hunk.start + stays.length), stays);
    patched.push(...lines.slice(at, hunk.start));
    patched.push(...hunk.lines.filter(([mark]) => mark !== "-").map((line) => line.slice(1)));
    at = hunk.start + stays.length;
  }
  return [...patched, ...lines.slice(at)].join("");
}

test("texts that are the same have no diff", () => {
  assert.equal(diff("a\nb", "a\nb"), "");
});

test("changes far from each other stand in hunks of their own, with three lines around", () => {
  const lines = Array.from({ length: 20 }, (_, at) => `line ${at}\n`);
  const after = lines.with(1, "line  1\n").with(3, "line  3\n").with(18, "line  18\n");
  assert.equal(
    diff(lines.join(""), after.join("")),
    `--- old/a
+++ new/a
@@ -1,7 +1,7 @@
 line 0
-line 1
+line  1
 line 2
-line 3
+line  3
 line 4
 line 5
 line 6
@@ -16,5 +16,5 @@
 line 15
 line 16
 line 17
-line 18
+line  18
 line 19
`,
  );
});

test("a missing line feed at the end is told", () => {
  assert.equal(
    diff("a=1", "a = 1"),
    "--- old/a\n+++ new/a\n@@ -1 +1 @@\n-a=1\n\\ No newline at end of file\n+a = 1\n\\ No newline at end of file\n",
  );
});

test("lines that go do not unsettle those behind them", () => {
  const printed = diff('a = "${\n  b\n}"\nc=1\nd = 2\n', "a = b\nc = 1\nd = 2\n");
  assert.ok(printed.endsWith("-c=1\n+c = 1\n d = 2\n") || printed.includes("+c = 1\n"), printed);
  assert.ok(!printed.includes("-d"), printed);
});

test("colours end with their line", () => {
  const printed = formatDiff("a=1\n", "a = 1\n", { names: NAMES, paint: COLOURED });
  assert.ok(printed.endsWith("\u001b[31m-a=1\u001b[39m\n\u001b[32m+a = 1\u001b[39m\n"));
});

test("a diff turns the one text into the other", () => {
  const text = fc
    .array(fc.constantFrom("a", "a ", " a", "b", "c=1", "c = 1", "", "}"), { maxLength: 25 })
    .chain((lines) => fc.constantFrom("", "\n").map((end) => lines.join("\n") + end));
  fc.assert(
    fc.property(text, text, (before, after) => {
      assert.equal(applyDiff(before, diff(before, after)), after);
    }),
  );
});
