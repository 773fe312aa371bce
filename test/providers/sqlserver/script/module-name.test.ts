import assert from "node:assert/strict";
import { test } from "node:test";
import { withOwnName } from "../../../../providers/sqlserver/script/module-name.ts";

const own = { schema: "dbo", name: "New" };

const CASES: readonly (readonly [string, string, { schema: string; name: string }, string])[] = [
  ["its own name", "CREATE VIEW dbo.New AS SELECT 1 a", own, "CREATE VIEW dbo.New AS SELECT 1 a"],
  [
    "its own name without schema",
    "create proc New as select 1",
    own,
    "create proc New as select 1",
  ],
  [
    "the name before sp_rename",
    "CREATE VIEW [dbo].[Old] AS SELECT 1 a",
    own,
    "CREATE VIEW [dbo].[New] AS SELECT 1 a",
  ],
  [
    "no schema where its own is not dbo",
    "CREATE PROCEDURE New AS SELECT 1",
    { schema: "sales", name: "New" },
    "CREATE PROCEDURE [sales].[New] AS SELECT 1",
  ],
  [
    "comments in all places, nested ones too",
    '-- old\n/* a /* b */ CREATE VIEW x */ CREATE /* c */ OR ALTER\nVIEW dbo . "Old" AS SELECT 1 a',
    own,
    "-- old\n/* a /* b */ CREATE VIEW x */ CREATE /* c */ OR ALTER\nVIEW [dbo].[New] AS SELECT 1 a",
  ],
  [
    "a name with brackets",
    "CREATE FUNCTION dbo.[a]]b](@x int) RETURNS int AS BEGIN RETURN 1 END",
    { schema: "dbo", name: "a]b" },
    "CREATE FUNCTION dbo.[a]]b](@x int) RETURNS int AS BEGIN RETURN 1 END",
  ],
  [
    "a trigger on the database, which has no schema",
    "CREATE TRIGGER Old ON DATABASE FOR CREATE_TABLE AS SELECT 1",
    { schema: "", name: "New" },
    "CREATE TRIGGER [New] ON DATABASE FOR CREATE_TABLE AS SELECT 1",
  ],
];

for (const [title, definition, name, expected] of CASES) {
  test(`the text of a module with ${title}`, () => {
    assert.equal(withOwnName(definition, name), expected);
  });
}
