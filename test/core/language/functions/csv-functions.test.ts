import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readCsv } from "../../../../core/language/functions/csv.ts";
import { evaluateText } from "../../../support/evaluate-text.ts";

function decode(text: string): unknown {
  return evaluateText(`csvdecode(${JSON.stringify(text).replaceAll("$", "$$$$")})`);
}

const TABLES: readonly (readonly [text: string, want: unknown])[] = [
  [
    "a,b\n1,2\n3,4",
    [
      { a: "1", b: "2" },
      { a: "3", b: "4" },
    ],
  ],
  ["a,b\r\n1,2\r\n", [{ a: "1", b: "2" }]],
  ["\n\na\n\n1\n\n", [{ a: "1" }]],
  ["a", []],
  ['a,b\n"1,2","x ""y"" z"', [{ a: "1,2", b: 'x "y" z' }]],
  ['a\n"line\r\nbreak"', [{ a: "line\nbreak" }]],
  ['a,b\n"",', [{ a: "", b: "" }]],
  ["a,b\n x , y ", [{ a: " x ", b: " y " }]],
  ["ä,名\n1,2", [{ ä: "1", 名: "2" }]],
];

for (const [text, want] of TABLES) {
  test(`${JSON.stringify(text)} is a table`, () => assert.deepEqual(decode(text), want));
}

const FAULTS: readonly (readonly [text: string, fault: string])[] = [
  ["", "missing header line"],
  ["\n\n", "missing header line"],
  ["a,a\n1,2", 'duplicate column name "a"'],
  ["a,b\n1,2\n\n1", "CSV parse error on line 4: wrong number of fields"],
  ["a\n1,2", "CSV parse error on line 2: wrong number of fields"],
  ['a\nx"y', 'CSV parse error on line 2: bare " in non-quoted-field'],
  ['a\n"x', 'CSV parse error on line 2: extraneous or missing " in quoted-field'],
  ['a\n"x\n\ny"z', 'CSV parse error on line 4: extraneous or missing " in quoted-field'],
  ['a,b\n"x"y,z', 'CSV parse error on line 2: extraneous or missing " in quoted-field'],
];

for (const [text, fault] of FAULTS) {
  test(`${JSON.stringify(text)} is no table: ${fault}`, () => {
    assert.equal(
      decode(text),
      `Error in function call: Call to function "csvdecode" failed: ${fault}.`,
    );
  });
}

test("every table with quoted fields reads back as it was", () => {
  const field = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", " ", "é") });
  const table = fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(
    fc.property(table, fc.constantFrom("\n", "\r\n"), (rows, end) => {
      const text = rows
        .map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(",") + end)
        .join("");
      assert.deepEqual(
        [...readCsv(text)].map(({ fields }) => fields),
        rows,
      );
    }),
  );
});
