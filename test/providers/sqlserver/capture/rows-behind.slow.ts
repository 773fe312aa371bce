import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { selectRowsBehind } from "../../../../providers/sqlserver/capture/rows-behind.ts";
import { selectRows } from "../../../../providers/sqlserver/capture/select-rows.ts";
import { openConnection } from "../../../../providers/sqlserver/connection/open-connection.ts";
import type { TdsConnection } from "../../../../providers/sqlserver/connection/tds-connection.ts";
import { readRows } from "../../../../providers/sqlserver/lane/read-rows.ts";
import { openRowFormat } from "../../../../providers/sqlserver/rows/row-format.ts";
import {
  describeSchema,
  NO_POSITIONS,
} from "../../../../providers/sqlserver/schema/describe-schema.ts";
import { readCatalog } from "../../../../providers/sqlserver/schema/read-catalog.ts";
import type { SchemaTable } from "../../../../schemas/sql-server-schema.ts";
import { openProviderServer, type ProviderServer } from "../../../support/sql-server-target.ts";

let home: ProviderServer;

before(async () => {
  home = await openProviderServer();
});
after(() => home[Symbol.asyncDispose]());

interface ReadTable {
  readonly metadata: Uint8Array;
  readonly rows: readonly Buffer[];
}

async function rowsOf(
  connection: TdsConnection,
  selection: { readonly sql: string; readonly key: readonly string[] },
): Promise<ReadTable> {
  const { metadata, slices } = await readRows(connection, selection);
  const parts: Buffer[] = [];
  for await (const { bytes } of slices) parts.push(Buffer.from(bytes));
  const all = Buffer.concat(parts);
  const ends = openRowFormat(metadata).rowEnds(all);
  return { metadata, rows: ends.map((end, at) => all.subarray(ends[at - 1] ?? 0, end)) };
}

const KEYS: Readonly<Record<string, readonly string[]>> = {
  tinyint: ["0", "1", "255"],
  smallint: ["-32768", "-1", "0", "32767"],
  int: ["-2147483648", "0", "7", "2147483647"],
  bigint: ["-9223372036854775808", "0", "9007199254740993", "9223372036854775807"],
  bit: ["0", "1"],
  "decimal(38,10)": ["-9999999999999999999999999999.9999999999", "-0.0000000001", "0", "12.5"],
  "numeric(9,2)": ["-1.01", "0", "1.01"],
  money: ["-922337203685477.5808", "-0.0001", "0", "922337203685477.5807"],
  smallmoney: ["-214748.3648", "0.0001", "214748.3647"],
  uniqueidentifier: [
    "'00000000-0000-0000-0000-000000000001'",
    "'01000000-0000-0000-0000-000000000000'",
    "'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF'",
  ],
  date: ["'0001-01-01'", "'2024-02-29'", "'9999-12-31'"],
  "time(7)": ["'00:00:00'", "'12:34:56.7890123'", "'23:59:59.9999999'"],
  datetime: ["'1753-01-01T00:00:00'", "'2024-02-03T04:05:06.003'", "'2024-02-03T04:05:06.007'"],
  smalldatetime: ["'1900-01-01T00:00:00'", "'2024-02-03T04:05:00'"],
  "datetime2(7)": [
    "'0001-01-01'",
    "'2024-02-03T04:05:06.0000001'",
    "'9999-12-31T23:59:59.9999999'",
  ],
  "datetimeoffset(3)": [
    "'2024-02-03T04:05:06.001 +14:00'",
    "'2024-02-03T04:05:06.001 +00:00'",
    "'2024-02-03T04:05:06.001 -05:30'",
  ],
  "binary(4)": ["0x00000000", "0x00000001", "0xff000000"],
  "varbinary(6)": ["0x", "0x00ff", "0x01", "0xffffffffffff"],
  "char(5)": ["''", "'a'", "'b''c'", "'~'"],
  "varchar(20)": ["''", "'O''Neil'", "'Zoe'", "'a-b'", "'ab'"],
  "nchar(4)": ["N'a'", "N'\u00e4'", "N'\u0416'"],
  "nvarchar(20)": ["N''", "N'co-op'", "N'coop'", "N'\u00c4rger'", "N'\u{1f600}'", "N'z''z'"],
};

async function makeTable(body: string, rows: readonly string[]): Promise<SchemaTable> {
  made += 1;
  const database = home.name(`Behind${made}`);
  await home.run("master", `CREATE DATABASE [${database}]`);
  await home.run(database, `CREATE TABLE dbo.T (${body})`);
  if (rows.length > 0) await home.run(database, `INSERT INTO dbo.T VALUES ${rows.join(", ")}`);
  connection = await openConnection(home.target, { database });
  const [table] = describeSchema(await readCatalog(connection, {}), NO_POSITIONS).tables;
  assert.ok(table !== undefined);
  return table;
}

let connection: TdsConnection;
let made = 0;

/** Behind each row come those that follow it. */
async function checkAll(body: string, values: readonly string[]): Promise<number> {
  const table = await makeTable(body, values);
  try {
    const { metadata, rows } = await rowsOf(connection, selectRows(table));
    assert.equal(rows.length, values.length);
    for (const [at, row] of rows.entries()) {
      const selection = selectRowsBehind(table, metadata, row);
      assert.ok(selection !== undefined, `${body}: nothing behind row ${at}`);
      const found = await rowsOf(connection, selection);
      assert.deepEqual(found.rows, rows.slice(at + 1), `${body}, ${selection.sql}`);
    }
    return rows.length;
  } finally {
    await connection[Symbol.asyncDispose]();
  }
}

test("behind each row of a key of any type come exactly the rows that follow it", async () => {
  for (const [type, values] of Object.entries(KEYS)) {
    const rows = values.map((value, at) => `(${value}, ${at})`);
    await checkAll(`k ${type} NOT NULL PRIMARY KEY CLUSTERED, n int NOT NULL`, rows);
    await checkAll(`k ${type} NOT NULL, n int NOT NULL, PRIMARY KEY CLUSTERED (k DESC)`, rows);
  }
});

test("behind each row of a key of several columns come exactly the rows that follow it", async () => {
  const rows = [1, 2, 3].flatMap((a) =>
    ["x", "Y", "z"].flatMap((b) => [-1, 0].map((c) => `(${c}, N'${b}', ${a}, 5)`)),
  );
  const columns = "c int NOT NULL, b nvarchar(5) NOT NULL, a bigint NOT NULL, [o]]dd] int";
  for (const key of ["a, b, c", "b DESC, a, c DESC", "c, b DESC, a DESC"]) {
    await checkAll(`${columns}, PRIMARY KEY CLUSTERED (${key})`, rows);
  }
  await checkAll(`${columns}, INDEX u UNIQUE CLUSTERED (a DESC, c, b)`, rows);
});

test("where the order of a key cannot be written for certain, nothing is read behind a row", async () => {
  const cases: readonly (readonly [string, string])[] = [
    ["k float NOT NULL PRIMARY KEY CLUSTERED", "(0.1)"],
    ["k real NOT NULL PRIMARY KEY CLUSTERED", "(0.1)"],
    ["k sql_variant NOT NULL PRIMARY KEY CLUSTERED", "(1)"],
    ["k varchar(5) COLLATE Latin1_General_CI_AS NOT NULL PRIMARY KEY CLUSTERED", "('\u00e4')"],
    ["k nvarchar(5) NOT NULL PRIMARY KEY CLUSTERED", "(N'a' + NCHAR(9))"],
    ["k int NULL, INDEX u UNIQUE CLUSTERED (k)", "(1)"],
    ["k int NOT NULL, INDEX u CLUSTERED (k)", "(1)"],
    ["k int NOT NULL PRIMARY KEY NONCLUSTERED", "(1)"],
    ["k int NOT NULL", "(1)"],
  ];
  for (const [body, row] of cases) {
    const table = await makeTable(body, [row]);
    const { metadata, rows } = await rowsOf(connection, selectRows(table));
    assert.equal(selectRowsBehind(table, metadata, rows[0] ?? Buffer.alloc(0)), undefined, body);
    await connection[Symbol.asyncDispose]();
  }
});
