import assert from "node:assert/strict";
import { test } from "node:test";
import {
  scriptAfterRows,
  scriptBeforeRows,
} from "../../../../providers/sqlserver/script/script-schema.ts";
import type { SchemaTable } from "../../../../schemas/sql-server-schema.ts";
import {
  after,
  before,
  column,
  empty,
  index,
  table,
  target,
} from "../../../support/schema-parts.ts";

const TABLES: readonly (readonly [string, Partial<SchemaTable>, readonly string[]])[] = [
  ["a heap", {}, ["CREATE TABLE [dbo].[T] (\n  [id] int NOT NULL\n)"]],
  [
    "a heap with compression",
    { heapCompression: "PAGE" },
    ["CREATE TABLE [dbo].[T] (\n  [id] int NOT NULL\n) WITH (DATA_COMPRESSION = PAGE)"],
  ],
  [
    "every clause of a column",
    {
      columns: [
        { ...column, identity: { seed: "5", increment: "-2", notForReplication: true } },
        {
          ...column,
          name: "a]b",
          type: "varchar(10)",
          collation: "Latin1_General_BIN2",
          mask: 'partial(1,"x\'x",0)',
          isNullable: true,
          default: { name: "DF]", definition: "('it''s')" },
        },
        { ...column, name: "alias", type: "[dbo].[Money]", collation: "Latin1_General_BIN2" },
        { ...column, name: "sparse", isSparse: true, isNullable: true },
        { ...column, name: "guid", type: "uniqueidentifier", isRowGuid: true },
        {
          ...column,
          name: "c",
          type: "",
          computed: { definition: "([id]+(1))", isPersisted: true },
        },
        {
          ...column,
          name: "d",
          type: "",
          isNullable: true,
          computed: { definition: "([id])", isPersisted: false },
        },
        { ...column, name: "all", type: "xml", isColumnSet: true },
      ],
    },
    [
      [
        "CREATE TABLE [dbo].[T] (",
        "  [id] int IDENTITY(5, -2) NOT FOR REPLICATION NOT NULL,",
        "  [a]]b] varchar(10) COLLATE Latin1_General_BIN2 MASKED WITH (FUNCTION = 'partial(1,\"x''x\",0)') NULL CONSTRAINT [DF]]] DEFAULT ('it''s'),",
        "  [alias] [dbo].[Money] NOT NULL,",
        "  [sparse] int SPARSE NULL,",
        "  [guid] uniqueidentifier NOT NULL ROWGUIDCOL,",
        "  [c] AS ([id]+(1)) PERSISTED NOT NULL,",
        "  [d] AS ([id]),",
        "  [all] xml COLUMN_SET FOR ALL_SPARSE_COLUMNS",
        ")",
      ].join("\n"),
    ],
  ],
  [
    "a clustered key with all options, inside the table",
    {
      indexes: [
        {
          ...index,
          keys: [{ column: "id", isDescending: true }],
          isPadded: true,
          fillFactor: 80,
          ignoresDuplicates: true,
          allowsRowLocks: false,
          allowsPageLocks: false,
          optimizesSequentialKey: true,
          compression: "ROW",
        },
        { ...index, name: "U", kind: "nonclustered", role: "unique_constraint" },
      ],
    },
    [
      "CREATE TABLE [dbo].[T] (\n  [id] int NOT NULL,\n  CONSTRAINT [PK] PRIMARY KEY CLUSTERED ([id] DESC) WITH (PAD_INDEX = ON, FILLFACTOR = 80, IGNORE_DUP_KEY = ON, ALLOW_ROW_LOCKS = OFF, ALLOW_PAGE_LOCKS = OFF, OPTIMIZE_FOR_SEQUENTIAL_KEY = ON, DATA_COMPRESSION = ROW)\n)",
    ],
  ],
  [
    "a clustered index that is no key, and table options",
    {
      indexes: [{ ...index, name: "CI", role: "index", isUnique: false }],
      lockEscalation: "AUTO",
      textInRow: 256,
      largeValuesOutOfRow: true,
    },
    [
      "CREATE TABLE [dbo].[T] (\n  [id] int NOT NULL\n)",
      "CREATE CLUSTERED INDEX [CI] ON [dbo].[T] ([id] ASC)",
      "ALTER TABLE [dbo].[T] SET (LOCK_ESCALATION = AUTO)",
      "EXEC sys.sp_tableoption N'[dbo].[T]', 'text in row', '256'",
      "EXEC sys.sp_tableoption N'[dbo].[T]', 'large value types out of row', 'ON'",
    ],
  ],
];

for (const [title, change, expected] of TABLES) {
  test(`before the rows: ${title}`, () => {
    assert.deepEqual(before({ tables: [{ ...table, ...change }] }), expected);
  });
}

const LATE: readonly (readonly [string, Partial<SchemaTable>, readonly string[]])[] = [
  [
    "indexes that hold no rows",
    {
      indexes: [
        { ...index, name: "U", kind: "nonclustered", role: "unique_constraint" },
        {
          ...index,
          name: "I",
          kind: "nonclustered",
          role: "index",
          included: ["b", "c"],
          filter: "([id]>(0))",
          isDisabled: true,
        },
        {
          ...index,
          name: "N",
          kind: "nonclustered_columnstore",
          role: "index",
          keys: [],
          included: ["id"],
          compression: "COLUMNSTORE",
          compressionDelay: 10,
        },
      ],
    },
    [
      "ALTER TABLE [dbo].[T] ADD CONSTRAINT [U] UNIQUE NONCLUSTERED ([id] ASC)",
      "CREATE UNIQUE NONCLUSTERED INDEX [I] ON [dbo].[T] ([id] ASC) INCLUDE ([b], [c]) WHERE ([id]>(0))",
      "ALTER INDEX [I] ON [dbo].[T] DISABLE",
      "CREATE NONCLUSTERED COLUMNSTORE INDEX [N] ON [dbo].[T] ([id]) WITH (COMPRESSION_DELAY = 10)",
    ],
  ],
  [
    "constraints with their trust",
    {
      checks: [
        {
          name: "C1",
          definition: "([a]>(0))",
          isTrusted: true,
          isDisabled: false,
          notForReplication: false,
        },
        {
          name: "C2",
          definition: "([a]>(1))",
          isTrusted: false,
          isDisabled: true,
          notForReplication: true,
        },
      ],
      foreignKeys: [
        {
          name: "F",
          columns: ["a", "b"],
          references: { schema: "s", name: "R", columns: ["x", "y"] },
          onDelete: "SET NULL",
          onUpdate: "CASCADE",
          isTrusted: false,
          isDisabled: false,
          notForReplication: true,
        },
      ],
      columns: [{ ...column, identity: { seed: "1", increment: "1", notForReplication: false } }],
      identityValue: "41",
    },
    [
      "ALTER TABLE [dbo].[T] WITH CHECK ADD CONSTRAINT [C1] CHECK ([a]>(0))",
      "ALTER TABLE [dbo].[T] WITH NOCHECK ADD CONSTRAINT [C2] CHECK NOT FOR REPLICATION ([a]>(1))",
      "ALTER TABLE [dbo].[T] NOCHECK CONSTRAINT [C2]",
      "ALTER TABLE [dbo].[T] WITH NOCHECK ADD CONSTRAINT [F] FOREIGN KEY ([a], [b]) REFERENCES [s].[R] ([x], [y]) ON DELETE SET NULL ON UPDATE CASCADE NOT FOR REPLICATION",
      "DBCC CHECKIDENT (N'[dbo].[T]', RESEED, 41) WITH NO_INFOMSGS",
    ],
  ],
];

for (const [title, change, expected] of LATE) {
  test(`after the rows: ${title}`, () => {
    assert.deepEqual(after({ tables: [{ ...table, ...change }] }), expected);
  });
}

test("columns without padding are made under ANSI_PADDING OFF", () => {
  const unpadded = { ...table, columns: [{ ...column, type: "char(5)", isPadded: false }] };
  const [settings] = scriptBeforeRows({ ...empty, tables: [unpadded] }, target)
    .flatMap(({ steps }) => steps)
    .filter(({ what }) => what === "table dbo.T")
    .map((item) => item.batches[0]);
  assert.equal(settings, "SET ANSI_NULLS ON; SET ANSI_PADDING OFF;");
});

test("an identity goes on behind the last value, in a table that has rows and in one that has none", () => {
  const identity = { seed: "1", increment: "-2", notForReplication: false };
  const used = { ...table, columns: [{ ...column, identity }], identityValue: "-9" };
  const steps = (filled: ReadonlySet<string>): readonly (readonly string[])[] =>
    scriptAfterRows({ ...empty, tables: [used] }, { ...target, filled })
      .flatMap((stage) => stage.steps)
      .map((item) => [...item.batches, ...(item.instead?.batches ?? [])]);
  const reseed = (value: number): string =>
    `DBCC CHECKIDENT (N'[dbo].[T]', RESEED, ${value}) WITH NO_INFOMSGS`;
  assert.deepEqual(steps(new Set(["dbo.T"])), [[reseed(-9)]]);
  assert.deepEqual(steps(new Set()), [[reseed(-11), reseed(-9)]]);
});
