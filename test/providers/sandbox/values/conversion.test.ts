import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compileConversion } from "../../../../providers/sandbox/values/conversion.ts";
import {
  requireExplicitConversion,
  requireImplicitConversion,
} from "../../../../providers/sandbox/values/conversion-rules.ts";
import { SqlException } from "../../../../providers/sandbox/values/sql-exception.ts";
import type { SqlType, SqlValue } from "../../../../providers/sandbox/values/sql-type.ts";
import { formatType, resolveSystemType } from "../../../../providers/sandbox/values/type-names.ts";

const SETTINGS = { dateFormat: "mdy" } as const;

function typeNamed(text: string): SqlType {
  const match = /^([\w ]+?)(?:\((.*)\))?$/.exec(text);
  const given = match?.[2]?.split(",").map((part) => (part === "max" ? -1 : Number(part))) ?? [];
  const type = resolveSystemType({ name: match?.[1] ?? "", arguments: given, defaultLength: 30 });
  assert.ok(type, `${text} is no type`);
  return type;
}

function convert(
  value: SqlValue,
  [from, to, style]: readonly [string, string, (number | undefined)?],
): SqlValue {
  const request = { from: typeNamed(from), to: typeNamed(to), style };
  return compileConversion(request)?.(value, SETTINGS) ?? value;
}

/** The text of the value after a conversion, or the error's number. */
function attempt(value: SqlValue, path: readonly [string, string, (number | undefined)?]): string {
  try {
    const converted = convert(value, path);
    return converted instanceof Uint8Array
      ? `0x${Buffer.from(converted).toString("hex")}`
      : String(converted as string | number | bigint);
  } catch (error) {
    if (error instanceof SqlException) return `error ${error.number}`;
    throw error;
  }
}

type Case = readonly [value: SqlValue, from: string, to: string, expected: string, style?: number];

function check(cases: readonly Case[]): void {
  for (const [value, from, to, expected, style] of cases) {
    assert.equal(
      attempt(value, [from, to, style]),
      expected,
      `${String(value as string)} ${from} to ${to}`,
    );
  }
}

test("text becomes a number, or SQL Server's error for that number", () => {
  check([
    [" 12 ", "varchar", "int", "12"],
    ["", "varchar", "int", "0"],
    ["12.0", "varchar", "int", "error 245"],
    ["99999999999", "varchar", "int", "error 248"],
    ["300", "varchar", "tinyint", "error 244"],
    ["abc", "varchar", "bigint", "error 8114"],
    ["true", "varchar", "bit", "1"],
    ["2", "varchar", "bit", "1"],
    ["1.005", "varchar", "decimal(5,2)", "101"],
    ["1e3", "varchar", "decimal(9,2)", "error 8114"],
    ["1000", "varchar", "decimal(3,0)", "error 8115"],
    ["1e3", "varchar", "float", "1000"],
    ["x", "varchar", "float", "error 8114"],
    ["$1,234.56785", "varchar", "money", "12345679"],
    ["-$5", "varchar", "money", "-50000"],
    ["1.2.3", "varchar", "money", "error 235"],
    ["922337203685477.5808", "varchar", "money", "error 8115"],
    ["-922337203685477.5808", "varchar", "money", "-9223372036854775808"],
  ]);
});

test("numbers convert by rounding or cutting as each pair of types does", () => {
  check([
    [300, "int", "tinyint", "error 220"],
    [-1, "int", "tinyint", "error 220"],
    [2147483648n, "bigint", "int", "error 8115"],
    [17n, "decimal(2,1)", "int", "1"],
    [17_500n, "money", "int", "2"],
    [1.9, "float", "int", "1"],
    [3e9, "float", "int", "error 232"],
    [0.1, "float", "decimal(38,30)", "100000000000000005551115123126"],
    [-125n, "decimal(5,2)", "decimal(4,1)", "-13"],
    [999n, "decimal(3,0)", "decimal(4,2)", "error 8115"],
    [1, "int", "decimal(38,38)", "error 8115"],
    [0.1, "float", "real", String(Math.fround(0.1))],
    [1e300, "float", "real", "error 8115"],
    [1.5, "float", "bit", "1"],
  ]);
  assert.ok(Object.is(convert(-0, ["float", "real"]), -0));
});

test("numbers and dates become text in the styles of CONVERT", () => {
  check([
    [123456, "int", "varchar(3)", "*"],
    [123456, "int", "nvarchar(3)", "error 8115"],
    [-5n, "decimal(3,2)", "varchar", "-0.05"],
    [12345n, "decimal(5,2)", "varchar(3)", "error 8115"],
    [1_234_567.891, "float", "varchar", "1.23457e+006"],
    [1_234_567.891, "float", "varchar", "1.2345679e+006", 1],
    [0.1, "float", "varchar", "1.0000000000000001e-001", 3],
    [0.0001, "float", "varchar", "0.0001"],
    [12_345_678n, "money", "varchar", "1234.57"],
    [12_345_678_901n, "money", "varchar", "1,234,567.89", 1],
    [12_345_678n, "money", "varchar", "1234.5678", 2],
    [12_345_678n, "money", "varchar(3)", "error 234"],
    [1n, "money", "varchar", "error 281", 9],
    [0, "datetime", "varchar", "Jan  1 1900 12:00AM"],
    [0, "datetime", "varchar", "1900-01-01T00:00:00", 126],
    [1, "datetime", "varchar", "1900-01-01T00:00:00.003", 126],
    [0, "datetime", "varchar(10)", "1900-01-01", 120],
    [0, "datetime", "varchar", "error 281", 99],
    ["6F9619FF-8B86-D011-B42D-00C04FC964FF", "uniqueidentifier", "char(10)", "error 8170"],
    [Uint8Array.of(0xab, 0x01), "varbinary", "varchar", "0xAB01", 1],
    [Uint8Array.of(0xab, 0x01), "varbinary", "varchar", "AB01", 2],
  ]);
});

test("text becomes a date in every form that SQL Server documents", () => {
  const shown = (text: string, type: string): string => {
    try {
      return String(
        convert(convert(text, ["varchar", type]), [type, "varchar(40)", 121]) as string,
      );
    } catch (error) {
      if (error instanceof SqlException) return `error ${error.number}`;
      throw error;
    }
  };
  const cases: readonly (readonly [string, string, string])[] = [
    ["20060105", "datetime", "2006-01-05 00:00:00.000"],
    ["060105", "date", "2006-01-05"],
    ["500105", "date", "1950-01-05"],
    ["1999", "date", "1999-01-01"],
    ["1/5/06", "date", "2006-01-05"],
    ["1.5.2006", "date", "2006-01-05"],
    ["2006-01-05T13:04:05.997", "datetime", "2006-01-05 13:04:05.997"],
    ["2006-01-05 13:04:05.999", "datetime", "2006-01-05 13:04:06.000"],
    ["2006-01-05 13:04:05.1234", "datetime", "error 241"],
    ["13:04:05:5", "datetime", "1900-01-01 13:04:05.007"],
    ["Jan 5, 2006 1PM", "datetime", "2006-01-05 13:00:00.000"],
    ["5 january 2006", "date", "2006-01-05"],
    ["2006 JAN 5", "date", "2006-01-05"],
    ["Jan 2006", "date", "2006-01-01"],
    ["12:30 AM", "time(0)", "00:30:00"],
    ["2006-02-30", "datetime", "error 242"],
    ["2006-02-30", "date", "error 241"],
    ["1752-12-31", "datetime", "error 242"],
    ["hello", "smalldatetime", "error 295"],
    ["2079-06-07", "smalldatetime", "error 242"],
    ["2000-05-08 12:35:29.998", "smalldatetime", "2000-05-08 12:35:00.000"],
    ["2000-05-08 12:35:29.999", "smalldatetime", "2000-05-08 12:36:00.000"],
    ["0001-01-01", "datetime2(7)", "0001-01-01 00:00:00.0000000"],
    ["9999-12-31 23:59:59.9999999", "datetime2(7)", "9999-12-31 23:59:59.9999999"],
    ["9999-12-31 23:59:59.9999999", "datetime2(0)", "error 241"],
    ["9999-12-31 23:59:59.997", "datetime", "9999-12-31 23:59:59.997"],
    ["0001-01-02 00:00:00 +14:00", "datetimeoffset(7)", "0001-01-02 00:00:00.0000000 +14:00"],
    ["2007-05-08 12:35:29.1234567-14:00", "datetimeoffset(3)", "2007-05-08 12:35:29.123 -14:00"],
    ["2007-05-08 12:35:29 +14:01", "datetimeoffset(3)", "error 241"],
    ["2007-05-08T12:35:29Z", "datetimeoffset(0)", "2007-05-08 12:35:29 +00:00"],
    ["", "datetime", "1900-01-01 00:00:00.000"],
  ];
  assert.deepEqual(
    cases.map(([text, type]) => [text, type, shown(text, type)]),
    cases,
  );
});

test("bytes keep the order that SQL Server gives them", () => {
  check([
    [1, "int", "varbinary", "0x00000001"],
    [1, "int", "varbinary(2)", "0x0001"],
    [1, "int", "binary(6)", "0x000000000001"],
    [15n, "decimal(2,1)", "varbinary", "0x020100010f000000"],
    [10_000n, "money", "varbinary", "0x0000000000002710"],
    [0, "datetime", "varbinary", "0x0000000000000000"],
    [
      "6F9619FF-8B86-D011-B42D-00C04FC964FF",
      "uniqueidentifier",
      "varbinary",
      "0xff19966f868b11d0b42d00c04fc964ff",
    ],
    ["aé", "varchar", "varbinary", "0x61e9"],
    ["a", "nvarchar", "varbinary", "0x6100"],
    ["0xABCD", "varchar", "varbinary", "0xabcd", 1],
    ["ABC", "varchar", "varbinary", "error 8114", 2],
    [Uint8Array.of(0xff, 0xff), "varbinary", "int", "65535"],
    [Uint8Array.of(0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0), "varbinary", "datetime", "error 241"],
  ]);
});

test("text is cut, filled and brought into the code page of its type", () => {
  check([
    ["abc", "varchar", "char(5)", "abc  "],
    ["abcdef", "varchar", "varchar(3)", "abc"],
    ["Ж€", "nvarchar", "varchar", "?€"],
    ["\ud800", "nvarchar", "nvarchar(max)", "\ud800"],
    ["<a><b/>x</a>", "varchar", "xml", "<a><b/>x</a>"],
    ["<a><b></a>", "varchar", "xml", "error 9436"],
    ["<a", "varchar", "xml", "error 9455"],
    ["a & b", "varchar", "xml", "error 9421"],
  ]);
});

test("types that do not convert are refused by 206, 257 and 529", () => {
  const refusal = (from: string, to: string, isExplicit: boolean): number | undefined => {
    try {
      const check = isExplicit ? requireExplicitConversion : requireImplicitConversion;
      check(typeNamed(from), typeNamed(to));
      return undefined;
    } catch (error) {
      return error instanceof SqlException ? error.number : undefined;
    }
  };
  assert.equal(refusal("int", "date", false), 206);
  assert.equal(refusal("int", "date", true), 529);
  assert.equal(refusal("varchar", "varbinary", false), 257);
  assert.equal(refusal("varchar", "varbinary", true), undefined);
  assert.equal(refusal("sql_variant", "int", false), 257);
  assert.equal(refusal("int", "text", true), 529);
  assert.equal(refusal("varchar(max)", "sql_variant", false), 206);
});

test("type names have synonyms, limits and defaults", () => {
  const shown = (text: string): string => formatType(typeNamed(text));
  assert.equal(shown("character varying(10)"), "varchar(10)");
  assert.equal(shown("double precision"), "float");
  assert.equal(shown("float(24)"), "real");
  assert.equal(shown("dec"), "decimal(18,0)");
  assert.equal(shown("sysname"), "nvarchar(128)");
  assert.equal(shown("datetime2"), "datetime2(7)");
  assert.equal(shown("nvarchar(max)"), "nvarchar(max)");
  assert.throws(() => shown("varchar(8001)"), { number: 131 });
  assert.throws(() => shown("decimal(39)"), { number: 2750 });
  assert.throws(() => shown("decimal(5,6)"), { number: 2751 });
  assert.throws(() => shown("time(8)"), { number: 1002 });
  assert.throws(() => shown("int(4)"), { number: 2716 });
});

test("a decimal comes back from its text and its bytes", () => {
  const limit = 10n ** 38n - 1n;
  fc.assert(
    fc.property(fc.bigInt(-limit, limit), fc.integer({ min: 0, max: 38 }), (value, scale) => {
      const type = `decimal(38,${scale})`;
      assert.equal(convert(convert(value, [type, "varchar(50)"]), ["varchar(50)", type]), value);
      assert.equal(
        convert(convert(value, [type, "varbinary(50)"]), ["varbinary(50)", type]),
        value,
      );
    }),
  );
});

test("every day and every tick comes back from its text", () => {
  const lastTick = 3_155_378_975_999_999_999n;
  fc.assert(
    fc.property(fc.bigInt(0n, lastTick), fc.integer({ min: -840, max: 840 }), (ticks, offset) => {
      const text = convert(ticks, ["datetime2(7)", "varchar(40)", 121]);
      assert.equal(convert(text, ["varchar(40)", "datetime2(7)"]), ticks);
      const utcTicks = ticks - BigInt(offset) * 600_000_000n;
      if (utcTicks < 0n || utcTicks > lastTick) return;
      const value = { utcTicks, offsetMinutes: offset };
      const shown = convert(value, ["datetimeoffset(7)", "varchar(40)"]);
      assert.deepEqual(convert(shown, ["varchar(40)", "datetimeoffset(7)"]), value);
    }),
  );
});

test("a datetime comes back through datetime2, text and bytes", () => {
  const [first, last] = [-53_690 * 25_920_000, 2_958_464 * 25_920_000 - 1];
  fc.assert(
    fc.property(fc.integer({ min: first, max: last }), (value) => {
      assert.equal(
        convert(convert(value, ["datetime", "datetime2(7)"]), ["datetime2(7)", "datetime"]),
        value,
      );
      assert.equal(
        convert(convert(value, ["datetime", "varchar(40)", 121]), ["varchar(40)", "datetime"]),
        value,
      );
      assert.equal(
        convert(convert(value, ["datetime", "varbinary"]), ["varbinary", "datetime"]),
        value,
      );
    }),
  );
});

test("a float comes back from the lossless style, and -0 stays -0", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = convert(value, ["float", "varchar(40)", 3]);
      assert.ok(Object.is(convert(text, ["varchar(40)", "float"]), value));
    }),
  );
});
