import assert from "node:assert/strict";
import { test } from "node:test";
import { historiesFirst } from "../../../../providers/sqlserver/schema/histories-first.ts";
import { table } from "../../../support/schema-parts.ts";

test("histories are read before their tables, both in their order", () => {
  const temporal = (name: string) => ({
    start: "f",
    end: "t",
    hidden: [],
    history: { schema: "old", name, retention: null },
  });
  const tables = [
    { ...table, name: "A", temporal: temporal("Z") },
    { ...table, name: "B", temporal: { ...temporal("none"), history: null } },
    { ...table, name: "C", temporal: temporal("Y") },
    { ...table, schema: "old", name: "Y" },
    { ...table, schema: "old", name: "Z" },
    { ...table, name: "Z" },
  ];
  assert.deepEqual(
    historiesFirst(tables).map(({ schema, name }) => `${schema}.${name}`),
    ["old.Y", "old.Z", "dbo.A", "dbo.B", "dbo.C", "dbo.Z"],
  );
});
