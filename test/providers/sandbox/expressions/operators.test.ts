import assert from "node:assert/strict";
import { test } from "node:test";
import { show, truthOf, typeOf } from "./evaluating.ts";

const ARITHMETIC: readonly (readonly [string, string, string])[] = [
  ["7/2", "3", "int"],
  ["-7%3", "-1", "int"],
  ["2147483647+1", "error 8115", "int"],
  ["CAST(255 AS tinyint)+CAST(1 AS tinyint)", "error 8115", "tinyint"],
  ["CAST(1 AS bigint)*3000000000", "3000000000", "numeric(30,0)"],
  ["2.0/3", "0.666666", "numeric(7,6)"],
  ["CAST(1 AS decimal(38,10))/3", "0.3333333333", "numeric(38,10)"],
  ["CAST(1 AS decimal(10,2))*CAST(1 AS decimal(10,2))", "1.0000", "numeric(21,4)"],
  ["CAST(1 AS decimal(38,20))*CAST(1 AS decimal(38,20))", "1.000000", "numeric(38,6)"],
  ["CAST(99999999999999999999999999999999999999 AS decimal(38))+1", "error 8115", "numeric(38,0)"],
  ["CAST(1 AS decimal(10,2))+CAST(1 AS decimal(10,4))", "2.0000", "numeric(13,4)"],
  ["1/0", "error 8134", "int"],
  ["1.0/0", "error 8134", "numeric(7,6)"],
  ["1e308*10", "error 8115", "float"],
  ["$922337203685477.5807+$0.0001", "error 8115", "money"],
  ["$10/$3*$3", "10.00", "money"],
  ["'1'+1", "2", "int"],
  ["'a'+N'b'", "ab", "nvarchar(2)"],
  ["'a'+NULL", "NULL", "varchar(2)"],
  ["0x01+0x02", "0x0102", "varbinary(2)"],
  ["5&3|8^1", "8", "int"],
  ["~CAST(1 AS bit)", "0", "bit"],
  ["-(-2147483647-1)", "error 8115", "int"],
  ["CAST('2024-01-31' AS datetime)+1.5", "Feb  1 2024 12:00PM", "datetime"],
  ["CAST('9999-12-31' AS datetime)+1", "error 8115", "datetime"],
];

test("operators give the value and the type that the T-SQL reference derives", () => {
  const seen = ARITHMETIC.map(([text]) => [text, show(text), typeOf(text)]);
  assert.deepEqual(seen, ARITHMETIC);
});

test("operators that types do not have are refused", () => {
  const refused = {
    "'a'-'b'": "error 8117",
    "CAST('2024-01-01' AS date)+1": "error 206",
    "CAST('a' AS text)+'b'": "error 402",
    "CAST('<a/>' AS xml)+'b'": "error 402",
    "1.5&1": "error 402",
    "1e0%2": "error 402",
    "NEWID()+1": "error 402",
    "-'a'": "error 8117",
    "'a' COLLATE Latin1_General_CS_AS + 'b' COLLATE Latin1_General_CI_AS": "error 468",
  };
  const seen = Object.fromEntries(Object.keys(refused).map((text) => [text, show(text)]));
  assert.deepEqual(seen, refused);
});

test("predicates know three truths", () => {
  const truths = {
    "NULL = NULL": null,
    "NOT (NULL = 1)": null,
    "1 = 1 OR NULL = 1": true,
    "1 = 0 AND NULL = 1": false,
    "1 IN (2, NULL)": null,
    "1 NOT IN (2, NULL)": null,
    "3 IN (1, 2, 3, 4, 5, 6)": true,
    "7 IN (1, 2, 3, 4, 5, NULL)": null,
    "'B' IN ('a', 'b', 'c', 'd', 'e')": true,
    "1 BETWEEN NULL AND 0": false,
    "1 IS NOT DISTINCT FROM NULL": false,
    "NULL IS NOT DISTINCT FROM NULL": true,
    "'a' = 'A  '": true,
    "CAST('a' AS char(5)) = 'a'": true,
    "0x01 = 0x0100": true,
    "1 = '1'": true,
    "1 = 'x'": "error 245",
    "9007199254740993 = CAST(9007199254740993 AS bigint)": true,
    "CAST(0.1 AS decimal(38,38)) < CAST(99999999999999999999999999999999999999 AS decimal(38))": true,
    "CAST('2024-01-01 00:00 +01:00' AS datetimeoffset) = '2023-12-31 23:00 +00:00'": true,
    "'a' COLLATE Latin1_General_CS_AS = 'A'": false,
    "'a' COLLATE Latin1_General_CS_AS = 'A' COLLATE Latin1_General_CI_AS": "error 468",
    "CAST('a' AS text) = 'a'": "error 402",
    "CAST('<a/>' AS xml) = 'a'": "error 305",
    "CAST(1 AS sql_variant) = CAST(1.0 AS sql_variant)": true,
    "CAST('z' AS sql_variant) < CAST(1 AS sql_variant)": true,
    "CAST('6F9619FF-8B86-D011-B42D-00C04FC964FF' AS uniqueidentifier) > '00000000-0000-0000-0000-FF0000000000'": false,
  };
  const seen = Object.fromEntries(Object.keys(truths).map((text) => [text, truthOf(text)]));
  assert.deepEqual(seen, truths);
});

test("LIKE knows wildcards, sets, escapes and the collation", () => {
  const truths = {
    "'abc' LIKE 'A_C'": true,
    "'abc' LIKE '%'": true,
    "'' LIKE '%'": true,
    "'abc' LIKE '%b%c'": true,
    "'abcb' LIKE '%b'": true,
    "'abc' LIKE '[a-c][^x]c'": true,
    "'a-c' LIKE 'a[-]c'": true,
    "'a]c' LIKE 'a[]]c'": true,
    "'50%' LIKE '50!%' ESCAPE '!'": true,
    "'500' LIKE '50!%' ESCAPE '!'": false,
    "'a%' LIKE 'a[%]'": true,
    "'abc' LIKE 'a[bc'": false,
    "'abc ' LIKE 'abc'": true,
    "N'abc ' LIKE N'abc'": false,
    "'abc' LIKE 'abc '": false,
    "'é' LIKE 'e' COLLATE Latin1_General_CI_AI": true,
    "'A' LIKE 'a' COLLATE Latin1_General_BIN2": false,
    "NULL LIKE 'a'": null,
    "'a' LIKE 'a' ESCAPE 'xx'": "error 506",
    "1234 LIKE '12%'": true,
  };
  const seen = Object.fromEntries(Object.keys(truths).map((text) => [text, truthOf(text)]));
  assert.deepEqual(seen, truths);
});

test("settings of the session change what expressions mean", () => {
  assert.equal(truthOf("NULL = NULL", { settings: { ansiNulls: false } }), true);
  assert.equal(show("'a' + NULL", { settings: { concatNullYieldsNull: false } }), "a");
  assert.equal(
    show("CAST('01/02/2024' AS datetime)", { settings: { dateFormat: "dmy" } }),
    "Feb  1 2024 12:00AM",
  );
  assert.equal(
    show("CAST('2024-02-01' AS datetime)", { settings: { dateFormat: "dmy" } }),
    "Jan  2 2024 12:00AM",
  );
  assert.equal(
    show("CAST('2024-02-01' AS date)", { settings: { dateFormat: "dmy" } }),
    "2024-02-01",
  );
  const careless = { settings: { arithAbort: false, ansiWarnings: false } };
  assert.equal(show("1/0", careless), "NULL");
  assert.equal(show("2147483647+1", careless), "NULL");
  assert.equal(show("1/0", { settings: { arithAbort: false } }), "error 8134");
  assert.equal(show("DATEPART(weekday, '2024-02-29')", { settings: { dateFirst: 1 } }), "4");
});

test("a row's values reach the expression through its columns", () => {
  const columns = {
    a: { type: { name: "int" }, value: 41 },
    b: { type: { name: "varchar", length: 10, collation: "Latin1_General_CS_AS" }, value: "x" },
  } as const;
  assert.equal(show("a + 1", { columns }), "42");
  assert.equal(truthOf("b = 'X'", { columns }), false);
  assert.equal(show("c", { columns }), "error 207");
});
