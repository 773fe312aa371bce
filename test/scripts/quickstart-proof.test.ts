import assert from "node:assert/strict";
import { test } from "node:test";
import { prove, RowSum } from "../../scripts/quickstart/proof.mjs";

function readingOf(
  tables: Readonly<Record<string, readonly (readonly unknown[])[]>>,
  defined = "d",
) {
  const sums = Object.entries(tables).map(([name, rows]) => {
    const sum = new RowSum();
    for (const row of rows) sum.add(row);
    return [name, sum.finish()] as const;
  });
  return { tables: new Map(sums), definitions: { rows: 1, sum: defined } };
}

const FIRST = {
  "s.a": [
    ["1", null],
    ["2", "x"],
  ],
  "s.b": [["1"]],
};
const NOW = { ...FIRST, "s.a": [["1", null]] };
const first = readingOf(FIRST);
const now = readingOf(NOW);

test("the proof holds for a restored database with the same rows in another order", () => {
  const restored = readingOf({
    "s.b": [["1"]],
    "s.a": [
      ["2", "x"],
      ["1", null],
    ],
  });
  assert.doesNotThrow(() => prove({ first, now, restored }));
});

const LOST: readonly { readonly what: string; readonly restored: ReturnType<typeof readingOf> }[] =
  [
    {
      what: "one value",
      restored: readingOf({
        ...FIRST,
        "s.a": [
          ["1", null],
          ["2", "y"],
        ],
      }),
    },
    {
      what: "NULL against text",
      restored: readingOf({
        ...FIRST,
        "s.a": [
          ["1", "null"],
          ["2", "x"],
        ],
      }),
    },
    {
      what: "a value that moved to the next column",
      restored: readingOf({ ...FIRST, "s.b": [["1", ""]] }),
    },
    { what: "one row twice", restored: readingOf({ ...FIRST, "s.b": [["1"], ["1"]] }) },
    { what: "a missing table", restored: readingOf({ "s.a": FIRST["s.a"] }) },
    { what: "a table too many", restored: readingOf({ ...FIRST, "s.c": [] }) },
    { what: "the point of the second backup", restored: now },
    { what: "another definition", restored: readingOf(FIRST, "e") },
  ];

for (const { what, restored } of LOST) {
  test(`the proof fails for ${what}`, () => {
    assert.throws(() => prove({ first, now, restored }), /The restored database is not/);
  });
}

test("the proof fails when the shop did not change between the backups", () => {
  assert.throws(() => prove({ first, now: first, restored: first }), /nothing is proved/);
});
