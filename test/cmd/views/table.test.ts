import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatCount, formatCounted } from "../../../cmd/views/count-text.ts";
import { shellWord } from "../../../cmd/views/shell-word.ts";
import { formatTable } from "../../../cmd/views/table.ts";

const COLUMNS = [
  { title: "NAME", cell: ([name]: readonly [string, string]) => name },
  { title: "SIZE", align: "right", cell: ([, size]: readonly [string, string]) => size },
] as const;

test("columns stand under their titles, numbers at the right", () => {
  const rows = [
    ["a", "1"],
    ["longer", "1000"],
  ] as const;
  assert.equal(formatTable(rows, COLUMNS), "NAME    SIZE\na          1\nlonger  1000\n");
});

test("wide characters take two cells", () => {
  const table = formatTable(
    [
      ["注文", "1"],
      ["abcd", "2"],
    ] as const,
    COLUMNS,
  );
  assert.equal(table, "NAME  SIZE\n注文     1\nabcd     2\n");
});

test("no name of a database steers the terminal", () => {
  const table = formatTable([["a\u001b[31m\nb\u202e", "1"] as const], COLUMNS);
  assert.equal(table, "NAME       SIZE\na\ufffd[31m\ufffdb\ufffd     1\n");
});

test("no line of a table ends in spaces", () => {
  const columns = [COLUMNS[1], COLUMNS[0]] as const;
  assert.doesNotMatch(formatTable([["", "1"] as const], columns), / \n/);
});

test("counts have their thousands apart and their noun in number", () => {
  assert.equal(formatCount(15_607), "15,607");
  assert.equal(formatCounted(1, "table"), "1 table");
  assert.equal(formatCounted(0, "row"), "0 rows");
  assert.equal(formatCounted(2, "index"), "2 indexes");
  assert.equal(formatCounted(3, "extended property"), "3 extended properties");
  assert.equal(formatCounted(2, "primary key"), "2 primary keys");
});

test("a word for a shell is quoted when it must be", () => {
  assert.equal(shellWord("weekly.plan"), "weekly.plan");
  assert.equal(shellWord("my plan"), "'my plan'");
  assert.equal(shellWord("it's"), String.raw`'it'\''s'`);
  assert.equal(shellWord(""), "''");
  fc.assert(
    fc.property(fc.string(), (text) => {
      const word = shellWord(text);
      const plain = word.startsWith("'")
        ? word.slice(1, -1).replaceAll(String.raw`'\''`, "'")
        : word;
      return plain === text;
    }),
  );
});
