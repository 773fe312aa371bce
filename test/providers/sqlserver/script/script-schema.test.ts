import assert from "node:assert/strict";
import { test } from "node:test";
import {
  scriptAfterRows,
  scriptBeforeRows,
  scriptLast,
} from "../../../../providers/sqlserver/script/script-schema.ts";
import type { SchemaModule } from "../../../../schemas/sql-server-schema.ts";
import {
  after,
  batches,
  before,
  empty,
  module,
  table,
  target,
} from "../../../support/schema-parts.ts";

test("modules stand under their own settings, in the order of need, and functions of tables before the tables", () => {
  const modules: SchemaModule[] = [
    {
      ...module,
      name: "A",
      definition: "CREATE VIEW dbo.A AS SELECT a FROM dbo.V",
      needs: ["dbo.V"],
    },
    { ...module, quotedIdentifier: false },
    {
      ...module,
      kind: "function",
      name: "F",
      definition: "CREATE FUNCTION dbo.F() RETURNS int AS BEGIN RETURN 1 END",
      isNeededByTable: true,
    },
  ];
  assert.deepEqual(before({ modules, tables: [table] }), [
    "CREATE FUNCTION dbo.F() RETURNS int AS BEGIN RETURN 1 END",
    "CREATE TABLE [dbo].[T] (\n  [id] int NOT NULL\n)",
  ]);
  const late = scriptAfterRows({ ...empty, modules }, target).flatMap(({ steps }) => steps);
  assert.deepEqual(
    late.map(({ what }) => what),
    ["view dbo.V", "view dbo.A"],
  );
  assert.equal(late[0]?.batches[0], "SET ANSI_NULLS ON; SET QUOTED_IDENTIFIER OFF;");
});

test("a trigger keeps its firing order and stays disabled", () => {
  const trigger: SchemaModule = {
    ...module,
    kind: "trigger",
    name: "R",
    definition: "CREATE TRIGGER dbo.R ON dbo.T AFTER INSERT AS SELECT 1",
    trigger: { on: { schema: "dbo", name: "T" }, isDisabled: true, first: ["INSERT"], last: [] },
  };
  assert.deepEqual(after({ modules: [trigger] }), [
    "CREATE TRIGGER dbo.R ON dbo.T AFTER INSERT AS SELECT 1",
    "EXEC sys.sp_settriggerorder @triggername = N'[dbo].[R]', @order = 'First', @stmttype = 'INSERT'",
    "DISABLE TRIGGER [dbo].[R] ON [dbo].[T]",
  ]);
});

test("a user whose login cannot be used comes back without one", () => {
  const user = {
    name: "U",
    kind: "user",
    owner: null,
    login: "L",
    source: "login",
    defaultSchema: "s",
  } as const;
  const [step] = scriptBeforeRows({ ...empty, principals: [user] }, target)
    .flatMap(({ steps }) => steps)
    .filter(({ what }) => what === "user U");
  assert.deepEqual(step?.batches, ["CREATE USER [U] FOR LOGIN [L] WITH DEFAULT_SCHEMA = [s]"]);
  assert.deepEqual(step.instead, {
    errors: [15007, 15401, 15063],
    batches: ["CREATE USER [U] WITHOUT LOGIN WITH DEFAULT_SCHEMA = [s]"],
  });
});

test("permissions keep state, columns and grantor", () => {
  const grant = {
    permission: "SELECT",
    securable: "OBJECT::[dbo].[T]",
    columns: [],
    grantee: "u",
    grantor: "dbo",
  };
  assert.deepEqual(
    after({
      permissions: [
        { ...grant, state: "GRANT_WITH_GRANT_OPTION" },
        { ...grant, state: "DENY", columns: ["a]"] },
        { ...grant, state: "REVOKE", columns: ["b"] },
        { ...grant, state: "GRANT", securable: "", permission: "EXECUTE", grantor: "g" },
      ],
    }),
    [
      "GRANT SELECT ON OBJECT::[dbo].[T] TO [u] WITH GRANT OPTION",
      "DENY SELECT ([a]]]) ON OBJECT::[dbo].[T] TO [u]",
      "REVOKE SELECT ([b]) ON OBJECT::[dbo].[T] FROM [u]",
      "GRANT EXECUTE TO [u] AS [g]",
    ],
  );
});

const SEQUENCE = {
  schema: "dbo",
  name: "S",
  owner: null,
  type: "int",
  start: "1",
  increment: "2",
  minimum: "1",
  maximum: "9",
  isCycling: false,
  cache: "NO CACHE",
} as const;

const POSITIONS: readonly (readonly [string, object, readonly string[], readonly string[]])[] = [
  ["never used", { value: null }, [], []],
  [
    "used",
    { value: "5" },
    [
      "DECLARE @first sql_variant; EXEC sys.sp_sequence_get_range @sequence_name = N'[dbo].[S]', @range_size = 3, @range_first_value = @first OUTPUT",
    ],
    ["ALTER SEQUENCE [dbo].[S] RESTART WITH 7"],
  ],
  [
    "spent",
    { value: "9" },
    [
      "DECLARE @first sql_variant; EXEC sys.sp_sequence_get_range @sequence_name = N'[dbo].[S]', @range_size = 5, @range_first_value = @first OUTPUT",
    ],
    ["ALTER SEQUENCE [dbo].[S] RESTART WITH 9", "SELECT NEXT VALUE FOR [dbo].[S] AS spent"],
  ],
  [
    "cycled to below its start",
    { start: "5", value: "1", isCycling: true },
    ["ALTER SEQUENCE [dbo].[S] RESTART WITH 3"],
    [],
  ],
];

for (const [title, change, expected, instead] of POSITIONS) {
  test(`a sequence that was ${title} goes on where it stood`, () => {
    const sequences = [{ ...SEQUENCE, value: null, ...change }];
    const steps = scriptAfterRows({ ...empty, sequences }, target).flatMap((stage) => stage.steps);
    assert.deepEqual(
      steps.flatMap((item) => item.batches),
      expected,
    );
    assert.deepEqual(
      steps.flatMap((item) => item.instead?.batches ?? []),
      instead,
    );
  });
}

test("options of the database: row versioning before the objects, read-only at the very end, none that Azure sets itself", () => {
  const options = {
    ALLOW_SNAPSHOT_ISOLATION: "ON",
    READ_COMMITTED_SNAPSHOT: "OFF",
    READ_ONLY: "ON",
    RECOVERY: "SIMPLE",
    ANSI_NULLS: "OFF",
  };
  const schema = { ...empty, database: { ...empty.database, options } };
  assert.deepEqual(batches(scriptBeforeRows(schema, target)), [
    "ALTER DATABASE [New ]]db] SET COMPATIBILITY_LEVEL = 150",
    "ALTER DATABASE [New ]]db] SET ALLOW_SNAPSHOT_ISOLATION ON",
    "ALTER DATABASE [New ]]db] SET READ_COMMITTED_SNAPSHOT OFF WITH ROLLBACK IMMEDIATE",
  ]);
  assert.deepEqual(batches(scriptAfterRows(schema, target)), [
    "ALTER DATABASE [New ]]db] SET RECOVERY SIMPLE",
    "ALTER DATABASE [New ]]db] SET ANSI_NULLS OFF",
  ]);
  assert.deepEqual(batches(scriptAfterRows(schema, { ...target, isAzure: true })), [
    "ALTER DATABASE [New ]]db] SET ANSI_NULLS OFF",
  ]);
  assert.deepEqual(batches(scriptLast(schema, target)), [
    "ALTER DATABASE [New ]]db] SET READ_ONLY",
  ]);
});

test("a user that lost CONNECT loses it again, because CREATE USER gives it", () => {
  const user = {
    kind: "user",
    owner: null,
    login: null,
    source: "none",
    defaultSchema: null,
  } as const;
  const grant = { state: "GRANT", permission: "CONNECT", securable: "", grantor: "dbo" } as const;
  const principals = [
    { ...user, name: "out" },
    { ...user, name: "in" },
  ];
  assert.deepEqual(after({ principals, permissions: [{ ...grant, columns: [], grantee: "in" }] }), [
    "REVOKE CONNECT FROM [out]",
    "GRANT CONNECT TO [in]",
  ]);
});
