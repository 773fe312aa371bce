import assert from "node:assert/strict";
import { test } from "node:test";
import { findCodePage } from "../../../../providers/sandbox/values/code-pages.ts";
import { COLLATION_LOCALES } from "../../../../providers/sandbox/values/collation-locales.ts";
import {
  findCollation,
  findCollationOfWire,
} from "../../../../providers/sandbox/values/collations.ts";

const WIRE: readonly (readonly [string, string])[] = [
  ["SQL_Latin1_General_CP1_CI_AS", "0904d00034"],
  ["Latin1_General_CI_AS", "0904d00000"],
  ["Latin1_General_BIN", "0904000100"],
  ["Latin1_General_BIN2", "0904000200"],
  ["Latin1_General_100_CI_AS_SC_UTF8", "0904d02400"],
  ["Latin1_General_100_BIN2_UTF8", "0904002600"],
  ["Cyrillic_General_CI_AS", "1904d00000"],
  ["Cyrillic_General_CS_AI_KS_WS", "1904200000"],
  ["Japanese_90_CI_AS_KS", "1104501000"],
];

for (const [name, hex] of WIRE) {
  test(`the collation ${name} is ${hex} on the wire, and back`, () => {
    const collation = findCollation(name);
    assert.ok(collation);
    assert.equal(Buffer.from(collation.wire).toString("hex"), hex);
    assert.equal(findCollationOfWire(Buffer.from(hex, "hex"))?.name, name);
  });
}

test("a collation is found in any letter case and keeps SQL Server's spelling", () => {
  assert.equal(findCollation("sql_latin1_general_cp1_ci_as")?.name, "SQL_Latin1_General_CP1_CI_AS");
  assert.equal(findCollation("LATIN1_GENERAL_100_ci_as_SC")?.name, "Latin1_General_100_CI_AS_SC");
});

for (const name of [
  "",
  "Latin1_General",
  "Klingon_CI_AS",
  "Latin1_General_90_CI_AS",
  "Latin1_General_CI_AS_SC",
  "Latin1_General_CI_AS_UTF8",
  "Latin1_General_100_CI_AS_UTF8",
  "Latin1_General_CI",
  "SQL_Latin1_General_CP1_CI_AS_KS",
]) {
  test(`"${name}" is no collation`, () => assert.equal(findCollation(name), undefined));
}

test("every locale's collations have a code page that encodes, or none", () => {
  for (const { codePage } of COLLATION_LOCALES) {
    if (codePage !== 0) assert.deepEqual([...findCodePage(codePage).encode("Az?")], [65, 122, 63]);
  }
});

for (const number of [437, 850, 874, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258]) {
  test(`code page ${number} gives every one of the 256 bytes back`, () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const text = findCodePage(number).decode(bytes);
    assert.equal(text.length, 256);
    assert.ok(!text.includes("\ufffd"));
    assert.deepEqual(Uint8Array.from(findCodePage(number).encode(text)), bytes);
  });
}

test("text goes to the bytes that Windows has for it", () => {
  assert.deepEqual([...findCodePage(1252).encode("€ü\u0081Ж")], [0x80, 0xfc, 0x81, 0x3f]);
  assert.deepEqual([...findCodePage(1251).encode("Ж€")], [0xc6, 0x88]);
  assert.deepEqual([...findCodePage(850).encode("Ø")], [0x9d]);
  assert.deepEqual([...findCodePage(932).encode("日aｱ")], [0x93, 0xfa, 0x61, 0xb1]);
  assert.equal(findCodePage(932).decode(Uint8Array.of(0x93, 0xfa, 0x61, 0xb1)), "日aｱ");
});
