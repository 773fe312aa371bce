import assert from "node:assert/strict";
import type {
  CapturedTable,
  DatabaseCapture,
  RowSlice,
} from "../../core/resource/database-capture.ts";
import type { DatabaseServer, ServerTarget } from "../../core/resource/database-server.ts";
import { openConnection } from "../../providers/sqlserver/connection/open-connection.ts";
import { openSqlServer } from "../../providers/sqlserver/sql-server.ts";
import { type ChangeColumn, captureChanges } from "./change-rows.ts";
import type { ProviderServer } from "./sql-server-target.ts";

/** A database as a capture gave it, with changes of one table. */
export interface KeptDatabase {
  readonly schema: Uint8Array;
  readonly tables: readonly {
    readonly table: CapturedTable;
    readonly metadata: Uint8Array;
    readonly bytes: Uint8Array;
  }[];
  readonly changes: { readonly metadata: Uint8Array; readonly bytes: Uint8Array };
  readonly wanted: string;
}

const COLUMNS: readonly ChangeColumn[] = [
  { name: "Id", type: "int" },
  { name: "Note", type: "nvarchar(max)" },
];

async function gather(slices: AsyncIterable<RowSlice>): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  for await (const { bytes } of slices) parts.push(Buffer.from(bytes));
  return Buffer.concat(parts);
}

function again(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  return {
    async *[Symbol.asyncIterator]() {
      for (let at = 0; at < bytes.length; at += 4096) {
        yield await Promise.resolve(bytes.subarray(at, at + 4096));
      }
    },
  };
}

async function keep(capture: DatabaseCapture): Promise<KeptDatabase["tables"]> {
  const tables = [];
  for (const table of capture.tables) {
    const { metadata, slices } = await capture.rows(table);
    tables.push({ table, metadata, bytes: await gather(slices) });
  }
  await capture.complete();
  return tables;
}

export async function keepSample(home: ProviderServer): Promise<KeptDatabase> {
  const database = home.name("CutSource");
  await home.run("master", `CREATE DATABASE [${database}]`);
  await home.run(
    database,
    "CREATE TABLE dbo.Item (Id int NOT NULL PRIMARY KEY, Note nvarchar(max) NULL)",
    "CREATE TABLE dbo.Part (Id int NOT NULL PRIMARY KEY, Item int NOT NULL CONSTRAINT FK_Part REFERENCES dbo.Item (Id), INDEX IX_Part (Item))",
    "INSERT dbo.Item VALUES (1, N'one'), (2, REPLICATE(CONVERT(nvarchar(max), N'two'), 9000)), (3, NULL)",
    "INSERT dbo.Part VALUES (1, 1), (2, 2)",
    "CREATE VIEW dbo.Parts AS SELECT p.Id, i.Note FROM dbo.Part AS p JOIN dbo.Item AS i ON i.Id = p.Item",
    "CREATE ROLE readers",
    "GRANT SELECT ON dbo.Parts TO readers",
  );
  await using server = await openSqlServer(home.target);
  await using capture = await server.openCapture(database);
  const tables = await keep(capture);
  const { schema } = capture;
  await using connection = await openConnection(home.target, { database });
  const part = await captureChanges(connection, COLUMNS, [
    { commit: 1, command: 1, sequence: 1, operation: 1, touched: [], cells: { Id: "3" } },
    { commit: 2, command: 1, sequence: 2, operation: 4, touched: [], cells: { Id: "2" } },
    {
      commit: 3,
      command: 1,
      sequence: 3,
      operation: 2,
      touched: [],
      cells: { Id: "4", Note: "N'four'" },
    },
  ]);
  const bytes: Uint8Array[] = [];
  for await (const piece of part.bytes) bytes.push(piece);
  const changes = { metadata: part.metadata, bytes: Buffer.concat(bytes) };
  const wanted = JSON.stringify([
    ["1", "one"],
    ["2", "two".repeat(9000)],
    ["4", "four"],
  ]);
  return { schema, tables, changes, wanted };
}

async function restore(server: DatabaseServer, database: string, kept: KeptDatabase) {
  await using made = await server.openRestore({ database, schema: kept.schema });
  for (const { table, metadata, bytes } of kept.tables) {
    await made.load({ ...table, metadata, bytes: again(bytes) });
  }
  const { metadata, bytes } = kept.changes;
  const parts = [{ metadata, bytes: again(bytes) }];
  await made.applyChanges({ schema: "dbo", name: "Item", parts, upTo: null });
  return await made.complete();
}

/** Restores over connections of which each breaks, and checks what is there then. */
export async function checkCutRestore(
  { home, through }: { readonly home: ProviderServer; readonly through: ServerTarget },
  database: string,
  kept: KeptDatabase,
): Promise<void> {
  await using server = await openSqlServer(through);
  const inventory = await restore(server, database, kept);
  assert.ok(inventory.some(({ kind, count }) => kind === "index" || count > 0));
  await using connection = await openConnection(home.target, { database });
  const rows = await connection.query("SELECT Id, Note FROM dbo.Item ORDER BY Id");
  assert.equal(JSON.stringify(rows.map((row) => [String(row["Id"]), row["Note"]])), kept.wanted);
  const parts = await connection.query("SELECT Id FROM dbo.Part");
  assert.equal(parts.length, 2);
}
