import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import type { TableChanges } from "../../../../core/resource/database-server.ts";
import { replayKeyOf } from "../../../../core/resource/replay-key.ts";
import { openConnection } from "../../../../providers/sqlserver/connection/open-connection.ts";
import type { TdsConnection } from "../../../../providers/sqlserver/connection/tds-connection.ts";
import { applyChanges } from "../../../../providers/sqlserver/restore/apply-changes.ts";
import {
  describeSchema,
  NO_POSITIONS,
} from "../../../../providers/sqlserver/schema/describe-schema.ts";
import { readCatalog } from "../../../../providers/sqlserver/schema/read-catalog.ts";
import {
  type ChangeColumn,
  type ChangeRow,
  captureChanges,
  lsnOf,
} from "../../../support/change-rows.ts";
import { shiftedRows } from "../../../support/moving-rows.ts";
import { checkReplay } from "../../../support/replay-check.ts";
import { replayCases } from "../../../support/replay-model.ts";
import { openProviderServer, type ProviderServer } from "../../../support/sql-server-target.ts";
import { withCode } from "../../../support/with-code.ts";

let home: ProviderServer;
let database: string;
let connection: TdsConnection;

before(async () => {
  home = await openProviderServer();
  database = home.name("Replay");
  await home.run("master", `CREATE DATABASE [${database}]`);
  connection = await openConnection(home.target, { database });
});

after(async () => {
  await connection[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

async function replay(
  name: string,
  parts: TableChanges["parts"],
  upTo: string | null = null,
): Promise<number> {
  const { tables } = describeSchema(await readCatalog(connection, {}), NO_POSITIONS);
  const table = tables.find((each) => each.name === name);
  assert.ok(table);
  return applyChanges(connection, {
    database,
    table,
    taken: new Set(tables.map((each) => each.name)),
    lane: 0,
    changes: { schema: "dbo", name, parts, upTo },
    onRows: () => undefined,
  });
}

const COLUMNS: readonly ChangeColumn[] = [
  { name: "Id", type: "int" },
  { name: "Name", type: "varchar(20) COLLATE Latin1_General_CI_AS" },
  { name: "Note", type: "nvarchar(max)" },
];

function change(commit: number, operation: ChangeRow["operation"], cells: ChangeRow["cells"]) {
  const touched = operation === 1 || operation === 2 ? COLUMNS.map(({ name }) => name) : [];
  return { commit, command: 1, sequence: 1, operation, touched, cells };
}

const rows = (name: string) => connection.query(`SELECT * FROM dbo.${name} ORDER BY Id`);

test("a large value that no change touched stays what stood there, and one that an earlier change wrote comes from that", async () => {
  await connection.execute(
    "CREATE TABLE dbo.Kept (Id int IDENTITY NOT NULL PRIMARY KEY, Name varchar(20) COLLATE Latin1_General_CI_AS NULL, Note nvarchar(max) NULL)",
  );
  await connection.execute(
    "SET IDENTITY_INSERT dbo.Kept ON; INSERT dbo.Kept (Id, Name, Note) VALUES (1, 'a', N'one'), (2, 'b', N'two'), (3, 'c', N'three'), (4, 'd', N'four'); SET IDENTITY_INSERT dbo.Kept OFF",
  );
  const changes: ChangeRow[] = [
    { ...change(1, 4, { Id: "1", Name: "'A'" }), touched: ["Name"] },
    { ...change(2, 4, { Id: "2", Name: "'b'", Note: "N'TWO'" }), touched: ["Note"] },
    { ...change(3, 4, { Id: "2", Name: "'B'" }), touched: ["Name"] },
    { ...change(4, 4, { Id: "3", Name: "'c'" }), touched: ["Note"] },
    change(5, 1, { Id: "4", Name: "'d'" }),
    change(6, 2, { Id: "5", Name: "'e'", Note: "N'five'" }),
    { ...change(7, 4, { Id: "5", Name: "'E'" }), touched: ["Name"] },
  ];
  assert.equal(await replay("Kept", [await captureChanges(connection, COLUMNS, changes)]), 7);
  const expected = [
    { Id: 1, Name: "A", Note: "one" },
    { Id: 2, Name: "B", Note: "TWO" },
    { Id: 3, Name: "c", Note: null },
    { Id: 5, Name: "E", Note: "five" },
  ];
  assert.deepEqual(await rows("Kept"), expected);
  await replay("Kept", [await captureChanges(connection, COLUMNS, changes)]);
  assert.deepEqual(await rows("Kept"), expected, "a second time changes nothing");
});

test("what was committed after the moment is left out, and points follow each other", async () => {
  await connection.execute(
    "CREATE TABLE dbo.Moment (Id int NOT NULL PRIMARY KEY, Name varchar(20) COLLATE Latin1_General_CI_AS NULL, Note nvarchar(max) NULL)",
  );
  const first = await captureChanges(connection, COLUMNS, [change(1, 2, { Id: "1", Name: "'a'" })]);
  const second = await captureChanges(connection, COLUMNS, [
    change(2, 1, { Id: "1", Name: "'a'" }),
    change(2, 2, { Id: "2", Name: "'b'" }),
    change(3, 1, { Id: "2", Name: "'b'" }),
  ]);
  await replay("Moment", [first, second], lsnOf(2));
  assert.deepEqual(await rows("Moment"), [{ Id: 2, Name: "b", Note: null }]);
});

test("keys are compared by their collation, and a key that a before and after image changes ends the old one", async () => {
  await connection.execute(
    "CREATE TABLE dbo.Folded (Id int NOT NULL, Name varchar(20) COLLATE Latin1_General_CI_AS NOT NULL PRIMARY KEY)",
  );
  await connection.execute("INSERT dbo.Folded VALUES (1, 'rope'), (2, 'sail')");
  const columns = COLUMNS.slice(0, 2);
  const part = await captureChanges(connection, columns, [
    change(1, 1, { Id: "1", Name: "'ROPE'" }),
    change(1, 2, { Id: "1", Name: "'Rope'" }),
    change(2, 3, { Id: "2", Name: "'sail'" }),
    change(2, 4, { Id: "2", Name: "'mast'" }),
  ]);
  await replay("Folded", [part]);
  assert.deepEqual(await rows("Folded"), [
    { Id: 1, Name: "Rope" },
    { Id: 2, Name: "mast" },
  ]);
});

test("a key over a computed column or a rowversion tells no row", async () => {
  await connection.execute(
    "CREATE TABLE dbo.Versioned (Id int NOT NULL, Twice AS Id * 2 PERSISTED NOT NULL, Version rowversion NOT NULL)",
  );
  await connection.execute("CREATE UNIQUE INDEX UX_Version ON dbo.Versioned (Version)");
  await connection.execute("CREATE UNIQUE INDEX UX_Twice ON dbo.Versioned (Twice)");
  const { tables } = describeSchema(await readCatalog(connection, {}), NO_POSITIONS);
  const table = tables.find(({ name }) => name === "Versioned");
  assert.ok(table);
  assert.equal(table.indexes.length, 2);
  assert.equal(replayKeyOf(table), undefined);
});

test("the mask is read from its last byte, also where more than eight columns are captured", async () => {
  const wide = Array.from({ length: 11 }, (_, at) => ({ name: `L${at}`, type: "nvarchar(max)" }));
  const columns = [{ name: "Id", type: "int" }, ...wide];
  await connection.execute(
    `CREATE TABLE dbo.Wide (Id int NOT NULL PRIMARY KEY, ${wide.map(({ name }) => `${name} nvarchar(max) NULL`).join(", ")})`,
  );
  await connection.execute(
    `INSERT dbo.Wide VALUES (1, ${wide.map(({ name }) => `N'${name}'`).join(", ")})`,
  );
  const cells = { Id: "1", L2: "N'new'", L9: "N'newer'" };
  const part = await captureChanges(connection, columns, [
    { commit: 1, command: 1, sequence: 1, operation: 4, touched: ["L2", "L5", "L9"], cells },
  ]);
  await replay("Wide", [part]);
  const [row] = await rows("Wide");
  const told = Object.fromEntries(wide.map(({ name }) => [name, name]));
  assert.deepEqual(row, { Id: 1, ...told, L2: "new", L5: null, L9: "newer" });
});

test("changes of a table without a key, or without a column that it has, are refused", async () => {
  await connection.execute("CREATE TABLE dbo.Keyless (Id int NOT NULL, Name varchar(20) NULL)");
  const columns = [
    { name: "Id", type: "int" },
    { name: "Name", type: "varchar(20)" },
  ];
  const part = await captureChanges(connection, columns, [change(1, 2, { Id: "1" })]);
  await assert.rejects(replay("Keyless", [part]), withCode("RESTORE_MISMATCH", "no key"));
  const partly = await captureChanges(connection, columns.slice(0, 1), [change(1, 2, { Id: "1" })]);
  await assert.rejects(
    replay("Kept", [partly]),
    withCode("RESTORE_MISMATCH", "lack the column Name"),
  );
});

test("a changed key that leaves out a large value is refused, since nothing tells that value", async () => {
  await connection.execute(
    "CREATE TABLE dbo.Lost (Id int NOT NULL PRIMARY KEY, Name varchar(20) COLLATE Latin1_General_CI_AS NULL, Note nvarchar(max) NULL)",
  );
  const part = await captureChanges(connection, COLUMNS, [
    change(2, 3, { Id: "2", Name: "'sail'" }),
    change(2, 4, { Id: "3", Name: "'sail'" }),
  ]);
  await assert.rejects(replay("Lost", [part]), withCode("RESTORE_CHANGES_UNCLEAR"));
});

test("random histories upon what a scan read during them give the state after the scan", async () => {
  await fc.assert(
    fc.asyncProperty(replayCases, (drawn) =>
      checkReplay(connection, drawn, drawn.states.length - 1),
    ),
    { numRuns: 4 },
  );
});

test("keys that one statement moves on are told in any order, and every row is still there", async () => {
  for (const [telling, isAlike] of [
    ["row_by_row", false],
    ["images", false],
    ["row_by_row", true],
    ["deletions_first", true],
  ] as const) {
    await checkReplay(connection, shiftedRows(telling, isAlike), 3);
  }
});
