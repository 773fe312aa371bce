import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeScript, splitScript } from "../../../providers/sandbox/script-batches.ts";

const CASES: readonly (readonly [
  string,
  string,
  readonly (readonly [string, number, number])[],
])[] = [
  ["no separator", "select 1", [["select 1", 1, 1]]],
  [
    "GO in any case, with spaces",
    "a\n  gO \nb\nGO\n",
    [
      ["a\n", 1, 1],
      ["b\n", 3, 1],
    ],
  ],
  [
    "a count",
    "a\nGO 5\nb",
    [
      ["a\n", 1, 5],
      ["b", 3, 1],
    ],
  ],
  [
    "a comment behind GO",
    "a\nGO -- next\nb",
    [
      ["a\n", 1, 1],
      ["b", 3, 1],
    ],
  ],
  [
    "Windows line ends, kept as they are",
    "a\r\nb\r\nGO\r\nc",
    [
      ["a\r\nb\r\n", 1, 1],
      ["c", 4, 1],
    ],
  ],
  [
    "GO within a word or a statement",
    "select go\nGOTO x\nGO; select",
    [["select go\nGOTO x\nGO; select", 1, 1]],
  ],
  [
    "GO within a block comment, nested too",
    "/* /* \nGO\n*/\nGO\n*/ a\nGO",
    [["/* /* \nGO\n*/\nGO\n*/ a\n", 1, 1]],
  ],
  [
    "GO within a quoted text",
    "print 'it''s\nGO\n'\nGO\nb",
    [
      ["print 'it''s\nGO\n'\n", 1, 1],
      ["b", 5, 1],
    ],
  ],
  ["GO within a quoted name", "select 1 as [a\nGO\n]]]", [["select 1 as [a\nGO\n]]]", 1, 1]]],
  [
    "a quote within a line comment",
    "-- it's\nGO\nb",
    [
      ["-- it's\n", 1, 1],
      ["b", 3, 1],
    ],
  ],
  ["empty batches", "GO\n\n  \nGO\na\nGO\nGO", [["a\n", 5, 1]]],
];

for (const [what, script, expected] of CASES) {
  test(`a script is cut right with ${what}`, () => {
    assert.deepEqual(
      splitScript(script).map(({ sql, line, count }) => [sql, line, count]),
      expected,
    );
  });
}

test("a batch starts on the line that it tells", () => {
  const line = fc.constantFrom("select 1", "GO", "", "go 2", "-- '", "'a\nGO'", "/*\nGO */");
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const script = lines.join("\n");
      const all = script.split("\n");
      for (const { sql, line: first } of splitScript(script)) {
        const height = sql.split("\n").length;
        assert.ok(
          all
            .slice(first - 1, first - 1 + height)
            .join("\n")
            .startsWith(sql.replace(/\n$/, "")),
        );
      }
    }),
  );
});

for (const [what, bytes] of [
  ["UTF-8", Buffer.from("é'日")],
  ["UTF-8 with a mark", Buffer.from("\ufeffé'日")],
  ["UTF-16LE with a mark", Buffer.from("\ufeffé'日", "utf16le")],
  ["UTF-16BE with a mark", Buffer.from("\ufeffé'日", "utf16le").swap16()],
] as const) {
  test(`a script in ${what} is read without its mark`, () =>
    assert.equal(decodeScript(bytes), "é'日"));
}

test("a script that is no UTF-8 is read as Windows-1252", () => {
  assert.equal(decodeScript(Buffer.of(0x80, 0xe9)), "€é");
});
