import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { CellValue } from "../../../../core/resource/row-format.ts";
import {
  COLLATION_LOCALES,
  SQL_COLLATIONS,
} from "../../../../providers/sandbox/values/collation-locales.ts";
import type {
  DateTimeOffset,
  SqlValue,
  Variant,
} from "../../../../providers/sandbox/values/sql-type.ts";
import { codePageOf, decodeText } from "../../../../providers/sqlserver/rows/code-page.ts";
import { openRowFormat } from "../../../../providers/sqlserver/rows/row-format.ts";
import { encodedTable } from "../../../support/encoded-table.ts";
import { type TypedValue, typedValues } from "../../../support/sql-values.ts";
import { encodeMetadata, encodeRow, wireTables } from "../../../support/wire-rows.ts";

const DAY = 864_000_000_000n;
const BEGIN = Date.parse("0001-01-01T00:00:00Z");
const OLD_BEGIN = Date.parse("1900-01-01T00:00:00Z");
const DAY_MS = 86_400_000;
/** Of datetime. */
const DAY_TICKS = 25_920_000;
const PER_SECOND = 10_000_000n;

function dateOf(days: bigint | number): string {
  return new Date(BEGIN + Number(days) * DAY_MS).toISOString().slice(0, 10);
}

function clockOf(ticks: bigint, scale: number): string {
  const seconds = new Date(Number(ticks / PER_SECOND) * 1000).toISOString().slice(11, 19);
  const rest = String(ticks % PER_SECOND)
    .padStart(7, "0")
    .slice(0, scale);
  return scale === 0 ? seconds : `${seconds}.${rest}`;
}

function momentOf(ticks: bigint, scale: number): string {
  return `${dateOf(ticks / DAY)} ${clockOf(ticks % DAY, scale)}`;
}

function pointed(units: bigint, scale: number): string {
  const size = units < 0n ? -units : units;
  const [whole, rest] = [size / 10n ** BigInt(scale), size % 10n ** BigInt(scale)];
  const text = scale === 0 ? `${whole}` : `${whole}.${String(rest).padStart(scale, "0")}`;
  return units < 0n ? `-${text}` : text;
}

function offsetText(minutes: number): string {
  const [hours, rest] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? "-" : "+"}${String(hours).padStart(2, "0")}:${String(rest).padStart(2, "0")}`;
}

function offsetMoment({ utcTicks, offsetMinutes }: DateTimeOffset, scale: number) {
  const local = utcTicks + BigInt(offsetMinutes) * 60n * PER_SECOND;
  const isYear = local >= 0n && local < 3_652_059n * DAY;
  return isYear ? `${momentOf(local, scale)} ${offsetText(offsetMinutes)}` : undefined;
}

function oldMoment(ticks: number): string {
  const days = Math.floor(ticks / DAY_TICKS);
  const milliseconds = Math.round(((ticks - days * DAY_TICKS) * 10) / 3);
  const iso = new Date(OLD_BEGIN + days * DAY_MS + milliseconds).toISOString();
  return iso.slice(0, 23).replace("T", " ");
}

function smallMoment(minutes: number): string {
  return new Date(OLD_BEGIN + minutes * 60_000).toISOString().slice(0, 19).replace("T", " ");
}

const plainText = (value: SqlValue) => String(value as number | bigint);
const money = (value: SqlValue) => pointed(value as bigint, 4);
const decimal = (value: SqlValue, scale: number) => pointed(value as bigint, scale);

/** What the sandbox's values mean, told without the code under test. */
const EXPECTED: Readonly<Record<string, (value: SqlValue, scale: number) => unknown>> = {
  bit: (value) => value === 1,
  tinyint: plainText,
  smallint: plainText,
  int: plainText,
  bigint: plainText,
  money,
  smallmoney: money,
  decimal,
  numeric: decimal,
  date: (value) => dateOf(value as number),
  time: (value, scale) => clockOf(BigInt(value as number), scale),
  datetime2: (value, scale) => momentOf(value as bigint, scale),
  datetimeoffset: (value, scale) => offsetMoment(value as DateTimeOffset, scale),
  datetime: (value) => oldMoment(value as number),
  smalldatetime: (value) => smallMoment(value as number),
  sql_variant: (value) => expectedOf(value as Variant),
  xml: (value) => (value as string).replace(/^\ufeff/, ""),
};

/** Undefined where SQL Server has no such value. */
function expectedOf({ type, value }: TypedValue): unknown {
  const expected = EXPECTED[type.name];
  if (expected !== undefined) return expected(value, type.scale ?? 0);
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value;
}

function plain(value: CellValue): unknown {
  if (value.kind === "flag") return value.isTrue;
  if (value.kind === "typed") return plain(value.value);
  return value.kind === "binary" ? Buffer.from(value.bytes).toString("hex") : value.text;
}

function isRead(expected: number, read: unknown): boolean {
  return Object.is(Number(read), expected) || Object.is(Math.fround(Number(read)), expected);
}

test("values of every type are read as what they mean", () => {
  fc.assert(
    fc.property(fc.array(typedValues, { minLength: 1, maxLength: 8 }), (values) => {
      const table = encodedTable(
        values.map(({ type }, at) => ({ name: `c${at}`, type, nullable: true })),
        [values.map(({ value }) => value), values.map(() => null)],
      );
      const format = openRowFormat(table.metadata);
      const [begin = 0] = format.rowEnds(table.bytes);
      assert.deepEqual(format.rowEnds(table.bytes), [begin, table.bytes.length]);
      assert.equal(table.rows[0]?.length, begin);
      const [first, second] = [0, begin].map((start) => format.contents(table.bytes, start));
      const reversed = [...values.keys()].reverse();
      assert.deepEqual(format.contents(table.bytes, 0, reversed), first?.toReversed());
      assert.deepEqual(
        second,
        values.map(() => null),
      );
      for (const [at, value] of values.entries()) {
        const expected = expectedOf(value);
        if (expected === undefined) continue;
        const read = plain(format.value(at, first?.[at] ?? new Uint8Array()));
        if (typeof expected !== "number") assert.deepEqual(read, expected, value.type.name);
        // The shortest text of a real is that of another double.
        else
          assert.ok(
            [expected, Math.fround(expected)].some((one) => isRead(one, read)),
            String(read),
          );
      }
    }),
    { numRuns: 300 },
  );
});

test("rows of any form are found and taken apart as they were put together", () => {
  fc.assert(
    fc.property(wireTables, (table) => {
      const format = openRowFormat(encodeMetadata(table));
      const rows = table.rows.map((row) => encodeRow(table, row));
      const ends = format.rowEnds(Buffer.concat(rows));
      assert.deepEqual(
        ends.map((end, at) => end - (ends[at - 1] ?? 0)),
        rows.map(({ length }) => length),
      );
      for (const [at, row] of rows.entries()) {
        const isNull = format.contents(row, 0).map((content) => content === null);
        assert.deepEqual(
          isNull,
          table.rows[at]?.cells.map((cell) => cell === undefined),
        );
      }
    }),
  );
});

test("bytes that are no rows are refused", () => {
  const { metadata, bytes } = encodedTable(
    [{ name: "a", type: { name: "int" }, nullable: false }],
    [[7]],
  );
  const format = openRowFormat(metadata);
  assert.throws(() => format.rowEnds(bytes.subarray(0, 3)), RangeError);
  assert.throws(() => format.rowEnds(Buffer.from("fd00", "hex")), RangeError);
  assert.throws(() => openRowFormat(Buffer.from("d1", "hex")), RangeError);
});

const PAGES: Readonly<Record<number, string>> = {
  437: "cp437",
  850: "cp850",
  932: "shift_jis",
  936: "gbk",
  949: "euc-kr",
  950: "big5",
};

function wireOf(lcid: number, sortId: number): Buffer {
  const wire = Buffer.alloc(5);
  wire.writeUInt32LE(lcid);
  wire.writeUInt8(sortId, 4);
  return wire;
}

test("every collation leads to its code page", () => {
  // Its LCID is that of simplified Chinese, so nothing on the wire tells it apart.
  const ambiguous = new Set(["Chinese_Traditional_Pinyin"]);
  const windows = COLLATION_LOCALES.filter(
    ({ codePage, designator }) => codePage !== 0 && !ambiguous.has(designator),
  ).map(({ lcid, codePage }) => ({ lcid, codePage, sortId: 0 }));
  for (const { lcid, codePage, sortId } of [...windows, ...SQL_COLLATIONS]) {
    const expected = PAGES[codePage] ?? `windows-${codePage}`;
    assert.equal(codePageOf(wireOf(lcid, sortId)), expected, `${lcid} ${sortId}`);
  }
  assert.equal(codePageOf(Buffer.from("0904000400", "hex")), "utf-8");
});

test("texts are read in their code page, bytes without a meaning as what Windows makes of them", () => {
  const read = [
    ["cp437", "80e1ff", "Çß\u00a0"],
    ["cp850", "809bff", "Çø\u00a0"],
    ["windows-1250", "b3e6", "łć"],
    ["windows-1252", "8180ff", "\u0081€ÿ"],
    ["shift_jis", "93fa967b", "日本"],
    ["utf-8", "efbbbf41", "\ufeffA"],
  ] as const;
  for (const [page, bytes, text] of read) {
    assert.equal(decodeText(Buffer.from(bytes, "hex"), page), text, page);
  }
});
