import { test } from "node:test";
import fc from "fast-check";
import { functionRegistry } from "../../../../providers/sandbox/expressions/built-in-functions.ts";
import { show, truthOf } from "./evaluating.ts";

/** One value of every type, and the extremes of some. */
const VALUES = fc.constantFrom(
  "NULL",
  "1",
  "-1",
  "2147483647",
  "1.5",
  "1e10",
  "-0e0",
  "$12.34",
  "'a'",
  "''",
  "N'é'",
  "'2024-01-01'",
  "0x0102",
  "CAST(1 AS bit)",
  "CAST(255 AS tinyint)",
  "CAST(-5 AS bigint)",
  "CAST('0001-01-01' AS date)",
  "CAST('23:59:59.9999999' AS time)",
  "CAST('9999-12-31 23:59:59.997' AS datetime)",
  "CAST('2079-06-06' AS smalldatetime)",
  "CAST('9999-12-31 23:59:59.9999999' AS datetime2)",
  "CAST('0001-01-01' AS datetimeoffset)",
  "NEWID()",
  "CAST('x' AS text)",
  "CAST(N'x' AS ntext)",
  "CAST(0x01 AS image)",
  "CAST('<a/>' AS xml)",
  "CAST(1 AS sql_variant)",
  "CAST('z' AS sql_variant)",
  "CAST(0x01 AS timestamp)",
  "CAST('abc' AS varchar(max))",
  "CAST(99999999999999999999999999999999999999 AS decimal(38))",
  "CAST(0.5 AS real)",
  "'a' COLLATE Latin1_General_BIN2",
);

const TYPES = fc.constantFrom(
  "bit",
  "tinyint",
  "smallint",
  "int",
  "bigint",
  "decimal(5,2)",
  "money",
  "smallmoney",
  "float",
  "real",
  "date",
  "time(3)",
  "datetime",
  "datetime2(0)",
  "smalldatetime",
  "datetimeoffset(2)",
  "char(3)",
  "varchar(5)",
  "nvarchar(max)",
  "text",
  "binary(9)",
  "varbinary(4)",
  "image",
  "timestamp",
  "uniqueidentifier",
  "xml",
  "sql_variant",
);

const PARTS = fc.constantFrom("year", "week", "ns", "tz", "isowk", "dw");
const FUNCTIONS = [...functionRegistry().values()].filter(({ name }) => !name.startsWith("@@"));
const STARTS_WITH_PART = /^DATE(?:ADD|DIFF|DIFF_BIG|PART|NAME|TRUNC)$/;

const calls = fc
  .tuple(fc.constantFrom(...FUNCTIONS), fc.array(VALUES, { minLength: 4, maxLength: 4 }), PARTS)
  .map(([{ name, minimum, maximum }, values, part]) => {
    const count = Math.min(maximum, Math.max(minimum, 1), 4);
    const given = values.slice(0, count);
    const shown = STARTS_WITH_PART.test(name) ? [part, ...given.slice(1)] : given;
    return `${name}(${shown.join(", ")})`;
  });

const operations = fc
  .tuple(VALUES, fc.constantFrom("+", "-", "*", "/", "%", "&", "|", "^"), VALUES)
  .map((tokens) => tokens.join(" "));

const casts = fc
  .tuple(VALUES, TYPES, fc.constantFrom("", ", 1", ", 3", ", 121", ", 126"))
  .map(([value, type, style]) => `CONVERT(${type}, ${value}${style})`);

test("every expression ends in a value or in an error of SQL Server, never in a fault of ours", () => {
  fc.assert(
    fc.property(fc.oneof(calls, operations, casts), (text) => {
      show(text);
    }),
    { numRuns: 4000 },
  );
});

test("every predicate ends in a truth or in an error of SQL Server", () => {
  const predicates = fc
    .tuple(VALUES, fc.constantFrom("=", "<>", "<", ">=", "LIKE", "IS DISTINCT FROM"), VALUES)
    .map((tokens) => tokens.join(" "));
  const lists = fc
    .tuple(VALUES, fc.array(VALUES, { minLength: 5, maxLength: 5 }))
    .map(([value, items]) => `${value} IN (${items.join(", ")})`);
  fc.assert(
    fc.property(fc.oneof(predicates, lists), (text) => {
      truthOf(text);
    }),
    { numRuns: 2000 },
  );
});
