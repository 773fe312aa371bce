import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { openConnection } from "../../../providers/sqlserver/connection/open-connection.ts";
import { openSqlServer } from "../../../providers/sqlserver/sql-server.ts";
import { copyAll } from "../../support/copied-rows.ts";
import { openProviderServer } from "../../support/sql-server-target.ts";

interface Shape {
  readonly scale: number;
  readonly hidden: readonly [boolean, boolean];
  readonly key: "CLUSTERED" | "NONCLUSTERED";
  readonly columns: "(k)" | "(k, w DESC)";
  readonly history: string;
  readonly retention: string;
  readonly isOn: boolean;
}

const shape: fc.Arbitrary<Shape> = fc.record({
  scale: fc.integer({ min: 0, max: 7 }),
  hidden: fc.tuple(fc.boolean(), fc.boolean()),
  key: fc.constantFrom("CLUSTERED", "NONCLUSTERED"),
  columns: fc.constantFrom("(k)", "(k, w DESC)"),
  history: fc.constantFrom("", "HISTORY_TABLE = dbo.[odd ]]name]", "HISTORY_TABLE = old.H"),
  retention: fc.constantFrom(
    "",
    "HISTORY_RETENTION_PERIOD = 1 DAY",
    "HISTORY_RETENTION_PERIOD = 7 WEEKS",
    "HISTORY_RETENTION_PERIOD = INFINITE",
  ),
  isOn: fc.boolean(),
});
const number = fc.integer({ min: 1, max: 5 });
const statement = fc.oneof(
  fc
    .tuple(number, number)
    .map(
      ([k, v]) =>
        `IF NOT EXISTS (SELECT 1 FROM dbo.T WHERE k = ${k}) INSERT dbo.T (k, w, v) VALUES (${k}, ${v}, REPLICATE(N'Ж', ${v}))`,
    ),
  fc.tuple(number, number).map(([k, v]) => `UPDATE dbo.T SET w = ${v} WHERE k >= ${k}`),
  fc.tuple(number, number).map(([k, v]) => `UPDATE dbo.T SET v = NULL WHERE k = ${k} OR w = ${v}`),
  number.map((k) => `DELETE dbo.T WHERE k = ${k}`),
);

function create({ scale, hidden, key, columns, history, retention, isOn }: Shape): string {
  const word = (isHidden: boolean): string => (isHidden ? " HIDDEN" : "");
  const parts = [history, retention].filter((part) => part !== "").join(", ");
  const versions = `SYSTEM_VERSIONING = ON${parts === "" ? "" : ` (${parts})`}`;
  return `CREATE TABLE dbo.T (k int NOT NULL, w int NOT NULL, v nvarchar(max) NULL, c AS (k + w),
    f datetime2(${scale}) GENERATED ALWAYS AS ROW START${word(hidden[0])} NOT NULL,
    t datetime2(${scale}) GENERATED ALWAYS AS ROW END${word(hidden[1])} NOT NULL,
    PERIOD FOR SYSTEM_TIME (f, t), CONSTRAINT PK_T PRIMARY KEY ${key} ${columns})${isOn ? ` WITH (${versions})` : ""}`;
}

test("whatever the table looks like and whatever was done to it, the copy has its schema and its past", async () => {
  await using home = await openProviderServer();
  const server = await openSqlServer(home.target);
  let round = 0;
  const ask = async (database: string, sql: string): Promise<readonly unknown[]> => {
    await using connection = await openConnection(home.target, { database });
    return await connection.query(sql);
  };
  await fc.assert(
    fc.asyncProperty(shape, fc.array(statement, { maxLength: 20 }), async (table, statements) => {
      round += 1;
      const source = home.name(`Past${round}`);
      const copy = home.name(`PastCopy${round}`);
      await home.run("master", `CREATE DATABASE ${source}`);
      await home.run(source, "CREATE SCHEMA old", create(table), ...statements);
      {
        await using capture = await server.openCapture(source);
        await copyAll(server, capture, copy);
        await using again = await server.openCapture(copy);
        assert.ok(Buffer.from(again.schema).equals(Buffer.from(capture.schema)));
      }
      const clauses = table.isOn ? await pastsOf((sql) => ask(source, sql)) : [""];
      for (const clause of clauses) {
        const sql = `SELECT *, f AS s, t AS e FROM dbo.T ${clause} ORDER BY k, f, t, w`;
        assert.deepEqual(await ask(copy, sql), await ask(source, sql), clause);
      }
    }),
    { numRuns: 40 },
  );
  await server[Symbol.asyncDispose]();
});

async function pastsOf(ask: (sql: string) => Promise<readonly unknown[]>): Promise<string[]> {
  const rows = (await ask(
    "SELECT DISTINCT CONVERT(varchar(27), f, 126) AS m FROM dbo.T FOR SYSTEM_TIME ALL",
  )) as readonly { readonly m: string }[];
  const clauses = rows.flatMap(({ m }) => [
    `FOR SYSTEM_TIME AS OF '${m}'`,
    `FOR SYSTEM_TIME FROM '0001-01-01' TO '${m}'`,
    `FOR SYSTEM_TIME BETWEEN '0001-01-01' AND '${m}'`,
    `FOR SYSTEM_TIME CONTAINED IN ('0001-01-01', '${m}')`,
  ]);
  return ["", "FOR SYSTEM_TIME ALL", ...clauses];
}
