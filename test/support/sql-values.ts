import fc from "fast-check";
import type { SqlType, SqlValue } from "../../providers/sandbox/values/sql-type.ts";
import { anyText } from "./any-text.ts";

/** A type with values that fit it. */
export interface TypedValue {
  readonly type: SqlType;
  readonly value: SqlValue;
}

const DAY = 864_000_000_000;

function ofType(type: SqlType, values: fc.Arbitrary<SqlValue>): fc.Arbitrary<TypedValue> {
  return values.map((value) => ({ type, value }));
}

function ticksAt(scale: number): fc.Arbitrary<number> {
  const unit = 10 ** (7 - scale);
  return fc.integer({ min: 0, max: DAY / unit - 1 }).map((units) => units * unit);
}

function momentsAt(scale: number): fc.Arbitrary<bigint> {
  return fc
    .tuple(fc.integer({ min: 0, max: 3_652_058 }), ticksAt(scale))
    .map(([days, ticks]) => BigInt(days) * BigInt(DAY) + BigInt(ticks));
}

function decimals(precision: number): fc.Arbitrary<bigint> {
  const limit = 10n ** BigInt(precision) - 1n;
  return fc.oneof(fc.bigInt(-limit, limit), fc.constantFrom(limit, -limit, 0n));
}

/** UTF-16 with lone surrogates. */
const unicode = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 })
  .map((units) => String.fromCharCode(...units));

function textsOf(alphabet: string): fc.Arbitrary<string> {
  return fc
    .array(fc.constantFrom(...alphabet.split("")), { maxLength: 40 })
    .map((characters) => characters.join(""));
}

const western = textsOf("aZ09 €üß\u0081ÿ");

const cyrillic = textsOf("Жизнь 7€\u0098");

const bytes = fc.uint8Array({ maxLength: 60 });

const guids = fc.uuid().map((text) => text.toUpperCase());

const UTF8 = "Latin1_General_100_CI_AS_SC_UTF8";

/** Types that a sql_variant may hold. */
const simple: fc.Arbitrary<TypedValue> = fc.oneof(
  ofType({ name: "bit" }, fc.constantFrom(0, 1)),
  ofType({ name: "tinyint" }, fc.integer({ min: 0, max: 255 })),
  ofType({ name: "smallint" }, fc.integer({ min: -32_768, max: 32_767 })),
  ofType({ name: "int" }, fc.integer()),
  ofType({ name: "bigint" }, fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)),
  ofType({ name: "money" }, fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)),
  ofType({ name: "smallmoney" }, fc.bigInt(-(2n ** 31n), 2n ** 31n - 1n)),
  ofType(
    { name: "float" },
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .chain((value) => fc.constantFrom(value, -0)),
  ),
  ofType({ name: "real" }, fc.float({ noNaN: true, noDefaultInfinity: true })),
  fc
    .tuple(fc.constantFrom("decimal", "numeric"), fc.integer({ min: 1, max: 38 }))
    .chain(([name, precision]) =>
      ofType({ name, precision, scale: Math.floor(precision / 3) }, decimals(precision)),
    ),
  ofType({ name: "date" }, fc.integer({ min: 0, max: 3_652_058 })),
  ofType(
    { name: "datetime" },
    fc.integer({ min: -53_690 * 25_920_000, max: 2_958_463 * 25_920_000 }),
  ),
  ofType({ name: "smalldatetime" }, fc.integer({ min: 0, max: 65_536 * 1440 - 1 })),
  fc.integer({ min: 0, max: 7 }).chain((scale) =>
    fc.oneof(
      ofType({ name: "time", scale }, ticksAt(scale)),
      ofType({ name: "datetime2", scale }, momentsAt(scale)),
      ofType(
        { name: "datetimeoffset", scale },
        fc
          .tuple(momentsAt(scale), fc.integer({ min: -840, max: 840 }))
          .map(([utcTicks, offsetMinutes]) => ({ utcTicks, offsetMinutes })),
      ),
    ),
  ),
  ofType({ name: "uniqueidentifier" }, guids),
  ofType({ name: "nvarchar", length: 60, collation: "Latin1_General_CI_AS" }, unicode),
  ofType({ name: "nchar", length: 60, collation: "Cyrillic_General_CI_AS" }, unicode),
  ofType({ name: "varchar", length: 40, collation: "SQL_Latin1_General_CP1_CI_AS" }, western),
  ofType({ name: "char", length: 40, collation: "Cyrillic_General_CS_AS" }, cyrillic),
  ofType({ name: "varchar", length: 400, collation: UTF8 }, anyText({ maxLength: 40 })),
  ofType({ name: "varbinary", length: 60 }, bytes),
  ofType({ name: "binary", length: 60 }, bytes),
);

/** Every type of the sandbox with a value of it; NULL is left to the caller. */
export const typedValues: fc.Arbitrary<TypedValue> = fc.oneof(
  { weight: 8, arbitrary: simple },
  ofType({ name: "nvarchar", length: -1, collation: "Latin1_General_BIN2" }, unicode),
  ofType({ name: "varchar", length: -1, collation: "Cyrillic_General_CI_AS" }, cyrillic),
  ofType({ name: "varbinary", length: -1 }, bytes),
  ofType({ name: "xml" }, unicode),
  ofType({ name: "text", collation: "SQL_Latin1_General_CP1_CI_AS" }, western),
  ofType({ name: "ntext", collation: "Latin1_General_CI_AS" }, unicode),
  ofType({ name: "image" }, bytes),
  ofType({ name: "timestamp" }, fc.uint8Array({ minLength: 8, maxLength: 8 })),
  simple.map(({ type, value }) => ({
    type: { name: "sql_variant" as const },
    value: { type, value: value as never },
  })),
);
