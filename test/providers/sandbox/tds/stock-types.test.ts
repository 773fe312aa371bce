import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { type BulkLoad, type Connection, TYPES } from "tedious";
import { type Sandbox, startSandbox } from "../../../../providers/sandbox/sandbox.ts";
import type { SqlType, SqlValue } from "../../../../providers/sandbox/values/sql-type.ts";
import { column, createFakeEngine, sendResult } from "../../../support/fake-engine.ts";
import { ask, closeTedious, connectTedious } from "../../../support/stock-client.ts";

interface Case {
  readonly type: SqlType;
  readonly value: SqlValue;
  readonly read: unknown;
}

const LATIN = "SQL_Latin1_General_CP1_CI_AS";
const CYRILLIC = "Cyrillic_General_CI_AS";
const UTF8 = "Latin1_General_100_CI_AS_SC_UTF8";
const GUID = "6F9619FF-8B86-D011-B42D-00C04FC964FF";
const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 86_400_000 + 719_162;
const moment = (text: string): bigint => BigInt(day(text)) * 864_000_000_000n;

/**
 * How stock tedious shows each value; only values that it does not round. It reads the collation and the length of a varchar in
 * a sql_variant in the wrong order, so none stands here.
 */
const CASES: readonly Case[] = [
  { type: { name: "bit" }, value: 1, read: true },
  { type: { name: "tinyint" }, value: 255, read: 255 },
  { type: { name: "smallint" }, value: -32_768, read: -32_768 },
  { type: { name: "int" }, value: -2_147_483_648, read: -2_147_483_648 },
  { type: { name: "bigint" }, value: -(2n ** 63n), read: "-9223372036854775808" },
  { type: { name: "decimal", precision: 9, scale: 2 }, value: -12_345n, read: -123.45 },
  { type: { name: "numeric", precision: 28, scale: 0 }, value: 2n ** 52n, read: 2 ** 52 },
  { type: { name: "decimal", precision: 38, scale: 0 }, value: -(2n ** 53n), read: -(2 ** 53) },
  { type: { name: "money" }, value: -1_234_500n, read: -123.45 },
  { type: { name: "smallmoney" }, value: 2_147_483_647n, read: 214_748.3647 },
  { type: { name: "float" }, value: -0, read: -0 },
  { type: { name: "real" }, value: 1.5, read: 1.5 },
  { type: { name: "date" }, value: day("2024-02-29"), read: new Date("2024-02-29T00:00:00Z") },
  { type: { name: "time", scale: 3 }, value: 10_000, read: new Date("1970-01-01T00:00:00.001Z") },
  {
    type: { name: "datetime2", scale: 7 },
    value: moment("9999-12-31"),
    read: new Date("9999-12-31"),
  },
  {
    type: { name: "datetimeoffset", scale: 0 },
    value: { utcTicks: moment("2000-01-01"), offsetMinutes: -840 },
    read: new Date("2000-01-01"),
  },
  { type: { name: "datetime" }, value: -300, read: new Date("1899-12-31T23:59:59Z") },
  { type: { name: "smalldatetime" }, value: 1441, read: new Date("1900-01-02T00:01:00Z") },
  { type: { name: "char", length: 3, collation: LATIN }, value: "é€ ", read: "é€ " },
  { type: { name: "varchar", length: 9, collation: CYRILLIC }, value: "Жизнь", read: "Жизнь" },
  { type: { name: "varchar", length: -1, collation: UTF8 }, value: "日本 😀", read: "日本 😀" },
  { type: { name: "text", collation: LATIN }, value: "text", read: "text" },
  { type: { name: "nchar", length: 2 }, value: "日 ", read: "日 " },
  { type: { name: "nvarchar", length: 4 }, value: "\ud800x", read: "\ud800x" },
  { type: { name: "nvarchar", length: -1 }, value: "", read: "" },
  { type: { name: "ntext" }, value: "日本", read: "日本" },
  { type: { name: "binary", length: 2 }, value: Uint8Array.of(0, 255), read: Buffer.of(0, 255) },
  { type: { name: "varbinary", length: -1 }, value: Uint8Array.of(1), read: Buffer.of(1) },
  { type: { name: "image" }, value: Uint8Array.of(7), read: Buffer.of(7) },
  { type: { name: "timestamp" }, value: new Uint8Array(8), read: Buffer.alloc(8) },
  { type: { name: "uniqueidentifier" }, value: GUID, read: GUID },
  { type: { name: "xml" }, value: "<a>ü</a>", read: "<a>ü</a>" },
  { type: { name: "sql_variant" }, value: { type: { name: "int" }, value: 5 }, read: 5 },
  {
    type: { name: "sql_variant" },
    value: { type: { name: "decimal", precision: 12, scale: 1 }, value: -15n },
    read: -1.5,
  },
  {
    type: { name: "sql_variant" },
    value: { type: { name: "nvarchar", length: 5, collation: CYRILLIC }, value: "Ж" },
    read: "Ж",
  },
  {
    type: { name: "sql_variant" },
    value: { type: { name: "datetime2", scale: 3 }, value: moment("1999-12-31") },
    read: new Date("1999-12-31"),
  },
];

let answer: readonly Case[] = CASES;
const received: { type: SqlType; value: SqlValue }[] = [];
let sandbox: Sandbox;
let connection: Connection;

before(async () => {
  const engine = createFakeEngine({
    async batch(sql, sink) {
      if (/insert bulk/i.test(sql)) return;
      const columns = answer.map(({ type }, index) => ({
        ...column(`c${index}`, type),
        tableName: "dbo.t",
      }));
      const values = answer.map(({ value }) => value);
      await sendResult(sink, columns, [values, values.map(() => null)]);
    },
    procedure({ parameters }) {
      const [, , ...own] = parameters;
      received.push(...own.map(({ type, value }) => ({ type, value })));
      return Promise.resolve();
    },
    async bulkLoad({ columns, rows }, sink) {
      let count = 0;
      for await (const some of rows) {
        count += some.length;
        for (const row of some) {
          received.push(...columns.map(({ type }, index) => ({ type, value: row[index] ?? null })));
        }
      }
      sink.statementEnd({ rowCount: count, isError: false, command: 0xc3 });
    },
  });
  sandbox = await startSandbox({ engine, port: 0 });
  connection = await connectTedious(sandbox);
});

after(async () => {
  await closeTedious(connection);
  await sandbox.close();
});

test("stock tedious reads a value of every type as it was, and its NULL", async () => {
  answer = CASES;
  const { rows, error } = await ask(connection, "select");
  assert.equal(error, undefined);
  const plain = (value: unknown): unknown => (value instanceof Date ? value.getTime() : value);
  rows[0]?.forEach((value, index) => {
    const expected = CASES[index];
    assert.deepStrictEqual(plain(value), plain(expected?.read), JSON.stringify(expected?.type));
  });
  assert.ok(rows[1]?.every((value) => value === null));
});

test("stock tedious reads any text in its code page and any number", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 50 }), fc.integer(), async (text, number) => {
      answer = [
        { type: { name: "nvarchar", length: 100 }, value: text, read: text },
        { type: { name: "varchar", length: 200, collation: UTF8 }, value: text, read: text },
        { type: { name: "int" }, value: number, read: number },
      ];
      const { rows } = await ask(connection, "select");
      assert.deepEqual(rows[0], [text, text, number]);
    }),
    { numRuns: 60 },
  );
});

const SENT: readonly [keyof typeof TYPES, unknown, SqlType["name"], SqlValue, object?][] = [
  ["Bit", true, "bit", 1],
  ["TinyInt", 255, "tinyint", 255],
  ["SmallInt", -5, "smallint", -5],
  ["Int", -7, "int", -7],
  ["BigInt", -(2n ** 62n), "bigint", -(2n ** 62n)],
  ["Decimal", -123.45, "decimal", -12_345n, { precision: 10, scale: 2 }],
  ["Numeric", 5, "numeric", 500n, { precision: 19, scale: 2 }],
  ["Money", 123.45, "money", 1_234_500n],
  ["Float", 1.25, "float", 1.25],
  ["Real", 1.5, "real", 1.5],
  ["Date", new Date("2024-02-29"), "date", day("2024-02-29")],
  ["Time", new Date("1970-01-01T00:00:01Z"), "time", 10_000_000, { scale: 3 }],
  ["DateTime", new Date("1900-01-02"), "datetime", 25_920_000],
  ["SmallDateTime", new Date("1900-01-02"), "smalldatetime", 1440],
  ["DateTime2", new Date("2000-01-01"), "datetime2", moment("2000-01-01"), { scale: 7 }],
  ["VarChar", "é€", "varchar", "é€"],
  ["NVarChar", "日", "nvarchar", "日"],
  ["Char", "ab", "char", "ab", { length: 2 }],
  ["Text", "long", "text", "long"],
  ["VarBinary", Buffer.of(1, 2), "varbinary", Uint8Array.of(1, 2)],
  ["Image", Buffer.of(3), "image", Uint8Array.of(3)],
  ["UniqueIdentifier", GUID, "uniqueidentifier", GUID],
  ["NVarChar", null, "nvarchar", null],
  ["Int", null, "int", null],
  ["VarBinary", null, "varbinary", null],
];

test("parameters of stock tedious arrive with type and value", async () => {
  received.length = 0;
  const { error } = await ask(connection, "select", (request) => {
    SENT.forEach(([type, value, , , options], index) => {
      request.addParameter(`p${index}`, TYPES[type], value, options);
    });
    return "execSql";
  });
  assert.equal(error, undefined);
  SENT.forEach(([, , name, value], index) => {
    assert.deepStrictEqual([received[index]?.type.name, received[index]?.value], [name, value]);
  });
});

test("a table-valued parameter is refused with error 8009, and the connection goes on", async () => {
  const { error } = await ask(connection, "select @t", (request) => {
    request.addParameter("t", TYPES.TVP, { columns: [], rows: [] });
    return "execSql";
  });
  assert.equal((error as unknown as { number: number }).number, 8009);
  answer = [{ type: { name: "int" }, value: 1, read: 1 }];
  assert.deepEqual((await ask(connection, "select")).rows[0], [1]);
});

async function runBulk(fill: (load: BulkLoad) => Iterable<unknown[]>): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const load = connection.newBulkLoad("dbo.t", (error, rowCount) =>
    error ? reject(error) : resolve(rowCount ?? 0),
  );
  connection.execBulkLoad(load, fill(load) as unknown[][]);
  return promise;
}

test("a bulk load of stock tedious arrives whole", async () => {
  received.length = 0;
  const kept = SENT.filter(([type]) => type !== "Text" && type !== "Image");
  const count = await runBulk((load) => {
    kept.forEach(([type, , , , options], index) => {
      load.addColumn(`c${index}`, TYPES[type], { nullable: true, length: 50, ...options });
    });
    return [kept.map(([, value]) => value), kept.map(() => null)];
  });
  assert.equal(count, 2);
  kept.forEach(([, , name, value], index) => {
    assert.deepStrictEqual([received[index]?.type.name, received[index]?.value], [name, value]);
    assert.equal(received[kept.length + index]?.value, null);
  });
});

test("a bulk load that its client cancels is answered, and the connection goes on", async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const load = connection.newBulkLoad("dbo.t", (error) => resolve(error));
  load.addColumn("n", TYPES.Int, { nullable: false });
  function* endless(): Generator<number[]> {
    for (let index = 0; ; index += 1) {
      if (index === 50_000) load.cancel();
      yield [index];
    }
  }
  connection.execBulkLoad(load, endless() as unknown as number[][]);
  assert.match(String(await promise), /Canceled/);
  answer = [{ type: { name: "int" }, value: 1, read: 1 }];
  assert.deepEqual((await ask(connection, "select")).rows[0], [1]);
});
