import assert from "node:assert/strict";
import { test } from "node:test";
import type { ResultColumn } from "../../../../providers/sandbox/session/session.ts";
import { ByteWriter } from "../../../../providers/sandbox/tds/byte-writer.ts";
import { writeColumns } from "../../../../providers/sandbox/tds/columns.ts";
import { framePackets } from "../../../../providers/sandbox/tds/packet.ts";
import { writeTypeInfo } from "../../../../providers/sandbox/tds/type-info-writer.ts";
import { createValueWriter } from "../../../../providers/sandbox/tds/value-writer.ts";
import { describeType } from "../../../../providers/sandbox/tds/wire-type.ts";
import type { SqlType, SqlValue } from "../../../../providers/sandbox/values/sql-type.ts";
import { column } from "../../../support/fake-engine.ts";

const LATIN = "SQL_Latin1_General_CP1_CI_AS";
const GUID = "6F9619FF-8B86-D011-B42D-00C04FC964FF";

/** TYPE_INFO and value of [MS-TDS] 2.2.5.4 to 2.2.5.6, worked out by hand. */
const CASES: readonly (readonly [SqlType, SqlValue, string, string])[] = [
  [{ name: "bit" }, 1, "6801", "0101"],
  [{ name: "int" }, -2, "2604", "04feffffff"],
  [{ name: "bigint" }, null, "2608", "00"],
  [{ name: "decimal", precision: 9, scale: 2 }, -12_345n, "6a050902", "050039300000"],
  [{ name: "numeric", precision: 19, scale: 0 }, 1n, "6c091300", "09010100000000000000"],
  [
    { name: "decimal", precision: 38, scale: 10 },
    10n ** 38n - 1n,
    "6a11260a",
    "1101ffffffff3f228a097ac4865aa84c3b4b",
  ],
  [{ name: "money" }, 123_456n, "6e08", "080000000040e20100"],
  [{ name: "money" }, -1n, "6e08", "08ffffffffffffffff"],
  [{ name: "smallmoney" }, -1n, "6e04", "04ffffffff"],
  [{ name: "real" }, -0, "6d04", "0400000080"],
  [{ name: "float" }, -0, "6d08", "080000000000000080"],
  [{ name: "date" }, 3_652_058, "28", "03dab937"],
  [{ name: "time", scale: 7 }, 1, "2907", "050100000000"],
  [{ name: "time", scale: 0 }, 10_000_000, "2900", "03010000"],
  [{ name: "datetime2", scale: 3 }, 864_000_010_000n, "2a03", "0701000000010000"],
  [
    { name: "datetimeoffset", scale: 7 },
    { utcTicks: 1n, offsetMinutes: -840 },
    "2b07",
    "0a0100000000000000b8fc",
  ],
  [{ name: "datetime" }, -300, "6f08", "08ffffffffd4808b01"],
  [{ name: "smalldatetime" }, 1441, "6f04", "0401000100"],
  [{ name: "uniqueidentifier" }, GUID, "2410", "10ff19966f868b11d0b42d00c04fc964ff"],
  [{ name: "char", length: 3, collation: LATIN }, "a€ ", "af03000904d00034", "0300618020"],
  [
    { name: "varchar", length: -1, collation: LATIN },
    "a",
    "a7ffff0904d00034",
    "0100000000000000010000006100000000",
  ],
  [{ name: "nvarchar", length: 5, collation: LATIN }, "\ud800", "e70a000904d00034", "020000d8"],
  [
    { name: "nvarchar", length: -1, collation: LATIN },
    "",
    "e7ffff0904d00034",
    "000000000000000000000000",
  ],
  [
    { name: "nvarchar", length: -1, collation: LATIN },
    null,
    "e7ffff0904d00034",
    "ffffffffffffffff",
  ],
  [{ name: "varbinary", length: 8000 }, Uint8Array.of(7), "a5401f", "010007"],
  [{ name: "varbinary", length: 1 }, null, "a50100", "ffff"],
  [
    { name: "timestamp" },
    Uint8Array.of(0, 0, 0, 0, 0, 0, 7, 209),
    "ad0800",
    "080000000000000007d1",
  ],
  [{ name: "xml" }, "a", "f100", "020000000000000002000000610000000000"],
  [{ name: "image" }, null, "22ffffff7f", "00"],
  [{ name: "sql_variant" }, null, "62491f0000", "00000000"],
  [
    { name: "sql_variant" },
    { type: { name: "int" }, value: 5 },
    "62491f0000",
    "06000000380005000000",
  ],
  [
    { name: "sql_variant" },
    { type: { name: "varchar", length: 5, collation: LATIN }, value: "a" },
    "62491f0000",
    "0a000000a7070904d00034050061",
  ],
  [
    { name: "sql_variant" },
    { type: { name: "decimal", precision: 5, scale: 1 }, value: -15n },
    "62491f0000",
    "090000006a020501000f000000",
  ],
];

for (const [type, value, info, bytes] of CASES) {
  const shown = JSON.stringify(value, (_, part: unknown) =>
    typeof part === "bigint" ? `${part}n` : part,
  );
  test(`${type.name} ${shown} has its documented bytes`, () => {
    const wire = describeType(type, true);
    const writer = new ByteWriter();
    writeTypeInfo(writer, wire);
    assert.equal(writer.peek().toString("hex"), info);
    writer.truncate(0);
    createValueWriter(wire)(writer, value);
    assert.equal(writer.peek().toString("hex"), bytes);
  });
}

function columnBytes(only: ResultColumn): string {
  const writer = new ByteWriter();
  writeColumns(writer, [only]);
  return writer.peek().toString("hex");
}

test("columns that cannot be NULL have no length, and flags tell what a column is", () => {
  const int: SqlType = { name: "int" };
  assert.equal(columnBytes(column("a", int, false)), `810100${"00000000"}0800${"38"}016100`);
  assert.equal(columnBytes(column("", int)), `810100${"00000000"}0900${"2604"}00`);
  assert.equal(
    columnBytes({ ...column("", int, false), identity: true }),
    `810100000000001000${"38"}00`,
  );
  assert.equal(
    columnBytes({ ...column("", int), computed: true }),
    `810100000000002100${"2604"}00`,
  );
  assert.equal(
    columnBytes(column("", { name: "timestamp" }, false)),
    `81010050000000${"0000"}ad080000`,
  );
  const text = { ...column("", { name: "text", collation: LATIN } as const), tableName: "dbo.t" };
  const parts = "020300640062006f0001007400";
  assert.equal(columnBytes(text), `81010000000000090023ffffff7f0904d00034${parts}00`);
});

test("a NULL in a column that was told not to have one is an error, not a wrong row", () => {
  const write = createValueWriter(describeType({ name: "int" }, false));
  assert.throws(() => write(new ByteWriter(), null), /This is a bug/);
});

for (const length of [1, 503, 504, 505, 1008, 1009]) {
  test(`a response of ${length} bytes is cut into packets that are all full but the last`, () => {
    const payload = Buffer.alloc(length, 7);
    const framing = { type: 4, packetSize: 512, firstId: 255 };
    const { bytes, packets } = framePackets(payload, { ...framing, ends: true });
    const count = Math.ceil(length / 504);
    assert.equal(packets, count);
    const parts: Buffer[] = [];
    for (let index = 0; index < count; index += 1) {
      const packet = bytes.subarray(index * 512, (index + 1) * 512);
      assert.equal(packet.readUInt16BE(2), packet.length);
      assert.equal(packet[1], index === count - 1 ? 1 : 0);
      assert.equal(packet[6], (255 + index) % 256);
      parts.push(packet.subarray(8));
    }
    assert.deepEqual(Buffer.concat(parts), payload);
    assert.ok(framePackets(payload, { ...framing, ends: false }).used < length);
  });
}
