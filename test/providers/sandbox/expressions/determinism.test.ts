import assert from "node:assert/strict";
import { test } from "node:test";
import { compile } from "./evaluating.ts";

test("expressions say whether they are deterministic, as computed columns need", () => {
  const columns = {
    d: { type: { name: "datetime" }, value: 0 },
    s: { type: { name: "varchar", length: 20 }, value: "20240101" },
    n: { type: { name: "int" }, value: 1 },
  } as const;
  const cases: Readonly<Record<string, boolean>> = {
    "n + 1": true,
    "UPPER(s)": true,
    "DATEADD(day, n, d)": true,
    "DATEPART(year, d)": true,
    "DATEPART(weekday, d)": false,
    "DATENAME(month, d)": false,
    "CONVERT(varchar(30), d)": false,
    "CONVERT(varchar(30), d, 120)": true,
    "CONVERT(varchar(30), d, 106)": false,
    "CAST(s AS datetime)": false,
    "CONVERT(datetime, s, 112)": true,
    "CAST(d AS date)": true,
    "GETDATE()": false,
    "NEWID()": false,
    "RAND(1)": true,
    "RAND()": false,
    "@@ROWCOUNT + n": false,
    "CASE WHEN s = 'a' THEN GETDATE() ELSE d END": false,
    "COALESCE(s, 'x')": true,
    "HASHBYTES('MD5', s)": true,
  };
  const seen = Object.fromEntries(
    Object.keys(cases).map((text) => [text, compile(text, { columns }).isDeterministic]),
  );
  assert.deepEqual(seen, cases);
});

test("expressions say whether they may be NULL, as SELECT INTO needs", () => {
  const columns = { n: { type: { name: "int" }, value: 1 } } as const;
  const cases: Readonly<Record<string, boolean>> = {
    "1": false,
    NULL: true,
    n: true,
    "ISNULL(n, 0)": false,
    "COALESCE(n, 0)": false,
    "'a' + 'b'": false,
    "1 + 1": false,
    "NEWID()": false,
    "GETDATE()": false,
    "CASE WHEN n = 1 THEN 1 END": true,
    "CASE WHEN n = 1 THEN 1 ELSE 2 END": false,
    "TRY_CAST('1' AS int)": true,
    "NULLIF(1, 2)": true,
  };
  const seen = Object.fromEntries(
    Object.keys(cases).map((text) => [text, compile(text, { columns }).nullable]),
  );
  assert.deepEqual(seen, cases);
});
