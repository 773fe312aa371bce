import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { SqlTypeName } from "../../../../providers/sandbox/values/sql-type.ts";
import { type TextRules, textRules } from "../../../../providers/sandbox/values/text-rules.ts";

function rules(collation: string, name: SqlTypeName = "nvarchar"): TextRules {
  return textRules({ name, collation });
}

const SQL_DEFAULT = "SQL_Latin1_General_CP1_CI_AS";

test("collations tell case, accent and width apart as their names say", () => {
  const cases: readonly (readonly [string, SqlTypeName, string, string, boolean])[] = [
    ["Latin1_General_CI_AS", "nvarchar", "Straße", "STRASSE", true],
    ["Latin1_General_CI_AS", "nvarchar", "é", "e", false],
    ["Latin1_General_CI_AI", "nvarchar", "É", "e", true],
    ["Latin1_General_CS_AI", "nvarchar", "É", "e", false],
    ["Latin1_General_CS_AS", "nvarchar", "a", "A", false],
    ["Latin1_General_CI_AS", "nvarchar", "Ａ", "a", true],
    ["Latin1_General_CI_AS_WS", "nvarchar", "Ａ", "a", false],
    ["Japanese_CI_AS", "nvarchar", "ア", "あ", true],
    ["Japanese_CI_AS_KS", "nvarchar", "ア", "あ", false],
    ["Latin1_General_CI_AS", "nvarchar", "é", "e\u0301", true],
    ["Turkish_CI_AS", "nvarchar", "I", "i", false],
    ["Turkish_CI_AS", "nvarchar", "I", "ı", true],
    [SQL_DEFAULT, "varchar", "ß", "ss", false],
    [SQL_DEFAULT, "nvarchar", "ß", "ss", true],
    [SQL_DEFAULT, "varchar", "abc", "ABC   ", true],
    ["Latin1_General_BIN2", "nvarchar", "a", "a  ", true],
    ["Latin1_General_BIN2", "nvarchar", "a", "A", false],
    ["Latin1_General_CI_AI", "nvarchar", "😀", "😁", false],
    ["Latin1_General_CI_AI", "nvarchar", "一", "丁", false],
    ["Latin1_General_CI_AI", "nvarchar", "\ud800", "\ud801", false],
    ["Latin1_General_CI_AS", "nvarchar", "→", "0", false],
  ];
  for (const [collation, name, left, right, equal] of cases) {
    const { equals, key } = rules(collation, name);
    assert.equal(equals(left, right), equal, `${left} ${right} ${collation} ${name}`);
    assert.equal(key(left) === key(right), equal, `key of ${left} ${right} ${collation}`);
  }
});

test("collations order texts as SQL Server lists them", () => {
  const cases: readonly (readonly [string, SqlTypeName, string])[] = [
    ["Latin1_General_CI_AS", "nvarchar", "_x 1 2 a á b z"],
    ["Latin1_General_CS_AS", "nvarchar", "a A b B"],
    ["SQL_Latin1_General_CP1_CS_AS", "varchar", "A a B b"],
    ["Latin1_General_BIN2", "nvarchar", "A B a b"],
    ["Finnish_Swedish_CI_AS", "nvarchar", "a z å ä ö"],
    ["Latin1_General_CI_AS", "nvarchar", "a å ä b z"],
    ["Czech_CI_AS", "nvarchar", "c č d z ž"],
    ["Latin1_General_CI_AS", "nvarchar", "coop co-op cop"],
    [SQL_DEFAULT, "varchar", "co-op coop cop"],
    ["Cyrillic_General_CI_AS", "nvarchar", "a б в я"],
    ["Estonian_CI_AS", "nvarchar", "s z t"],
    ["Chinese_PRC_CI_AS", "nvarchar", "a 阿 北 中"],
  ];
  for (const [collation, name, text] of cases) {
    const words = text.split(" ");
    const { compare } = rules(collation, name);
    assert.deepEqual(words.toReversed().sort(compare), words, collation);
  }
});

const LETTERS = fc.string({
  unit: fc.constantFrom(..."aAbBzZéÉß-' _19ñøжア".split("")),
  maxLength: 6,
});
const COLLATIONS = fc.constantFrom(
  "Latin1_General_CI_AS",
  "Latin1_General_CS_AS",
  "Latin1_General_CI_AI",
  SQL_DEFAULT,
  "Latin1_General_BIN2",
  "Finnish_Swedish_CI_AS",
);

test("the order is total, and keys agree with it", () => {
  fc.assert(
    fc.property(COLLATIONS, fc.tuple(LETTERS, LETTERS, LETTERS), (collation, [a, b, c]) => {
      const { compare, key } = rules(collation);
      const sign = (left: string, right: string): number => Math.sign(compare(left, right));
      assert.equal(sign(a, b), -sign(b, a) + 0);
      if (sign(a, b) <= 0 && sign(b, c) <= 0) assert.ok(sign(a, c) <= 0);
      const keyOrder = key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
      assert.equal(keyOrder, sign(a, b) + 0);
    }),
    { numRuns: 1000 },
  );
});

test("folding keeps the length and joins exactly the characters that are equal", () => {
  fc.assert(
    fc.property(COLLATIONS, LETTERS, (collation, text) => {
      const { fold, equals } = rules(collation);
      const folded = fold(text);
      assert.equal(folded.length, text.length);
      for (let index = 0; index < text.length; index += 1) {
        assert.ok(equals(`x${text.charAt(index)}x`, `x${folded.charAt(index)}x`));
      }
    }),
  );
});
