import assert from "node:assert/strict";
import { test } from "node:test";
import { Catalog } from "../../../../providers/sqlserver/schema/catalog.ts";
import { findLosses } from "../../../../providers/sqlserver/schema/losses.ts";
import { findObstacles } from "../../../../providers/sqlserver/schema/obstacles.ts";
import { COLUMN, catalogRows, INT, TABLE } from "../../../support/catalog-rows.ts";

type Change = Parameters<typeof catalogRows>[0];

function table(change: object): Change {
  const row = { ...TABLE, ...change };
  return { tables: [row], objects: [row] };
}

function column(change: object): Change {
  return { columns: [COLUMN, { ...COLUMN, name: "c", column_id: 2, ...change }] };
}

function object(type: string): Change {
  const row = { ...TABLE, object_id: 200, name: "X", type };
  return { objects: [TABLE, row] };
}

const OBSTACLES: readonly (readonly [string, Change, string])[] = [
  ["a ledger table", table({ ledger_type: 3 }), "dbo.T"],
  ["a memory-optimized table", table({ is_memory_optimized: true }), "dbo.T"],
  ["a graph node", table({ is_node: true }), "dbo.T"],
  ["an external table", table({ is_external: true }), "dbo.T"],
  ["a FileTable", table({ is_filetable: true }), "dbo.T"],
  ["a FILESTREAM column", column({ is_filestream: true }), "dbo.T.c"],
  ["an encrypted column", column({ encryption_type: 1 }), "dbo.T.c"],
  ["a generated column of a ledger", column({ generated_always_type: 7 }), "dbo.T.c"],
  ["a column of typed xml", column({ xml_collection_id: 65_536 }), "dbo.T.c"],
  [
    "a json column",
    {
      ...column({ system_type_id: 244, user_type_id: 244 }),
      types: [INT, { ...INT, name: "json", system_type_id: 244, user_type_id: 244 }],
    },
    "dbo.T.c",
  ],
  [
    "a table without a column that takes values",
    {
      columns: [{ ...COLUMN, system_type_id: 189, user_type_id: 189 }],
      types: [{ ...INT, name: "timestamp", system_type_id: 189, user_type_id: 189 }],
    },
    "dbo.T",
  ],
  ["an encrypted procedure", object("P "), "dbo.X"],
  ["a CLR function", object("FS"), "dbo.X"],
  ["an edge constraint", object("EC"), "dbo.X"],
  ["an assembly", { assemblies: [{ name: "Code" }] }, "Code"],
  ["an XML schema collection", { xmlSchemaCollections: [{ name: "Sheets" }] }, "Sheets"],
  [
    "an enabled security policy that filters rows",
    {
      securityPolicies: [{ object_id: 300, name: "Rows", is_enabled: true, principal_id: null }],
      securityPredicates: [{ object_id: 300, security_predicate_id: 1, predicate_type: 0 }],
    },
    "Rows",
  ],
  ["a numbered procedure", { numberedProcedures: [{ object_id: 100 }] }, "dbo.T"],
  [
    "a natively compiled module",
    { modules: [{ object_id: 100, definition: "", uses_native_compilation: true }] },
    "dbo.T",
  ],
  [
    "a disabled clustered index",
    { indexes: [{ object_id: 100, index_id: 1, type: 1, name: "CI", is_disabled: true }] },
    "dbo.T",
  ],
];

for (const [title, change, name] of OBSTACLES) {
  test(`a database with ${title} is refused, with its name`, () => {
    const found = findObstacles(new Catalog(catalogRows(change)));
    assert.deepEqual(
      found.map(({ names }) => names),
      [[name]],
    );
  });
}

const LOSSES: readonly (readonly [string, Change, string])[] = [
  ["an XML index", { indexes: [{ object_id: 100, index_id: 2, type: 3, name: "XI" }] }, "dbo.T.XI"],
  ["a full-text index", { fullTextIndexes: [{ object_id: 100 }] }, "dbo.T"],
  ["change tracking", { changeTracking: [{ object_id: 100 }] }, "dbo.T"],
  ["change data capture", table({ is_tracked_by_cdc: true }), "dbo.T"],
  ["a certificate", { certificates: [{ name: "C" }] }, "C"],
  ["a plan guide", { planGuides: [{ name: "G" }] }, "G"],
  ["an external data source", { externalSources: [{ name: "E" }] }, "E"],
  ["a scoped credential", { scopedCredentials: [{ name: "S" }] }, "S"],
  [
    "a scoped configuration that was changed",
    {
      scopedConfigurations: [
        { name: "MAXDOP", is_value_default: false },
        { name: "ISOLATE_SECONDARY_REPLICAS", is_value_default: true },
      ],
    },
    "MAXDOP",
  ],
  [
    "a security policy with an owner of its own",
    { securityPolicies: [{ object_id: 300, name: "P", is_enabled: false, principal_id: 5 }] },
    "P",
  ],
  [
    "partitions",
    {
      dataSpaces: [{ data_space_id: 9, name: "PS", type: "PS", is_default: false }],
      indexes: [{ object_id: 100, index_id: 1, type: 1, name: "CI", data_space_id: 9 }],
    },
    "dbo.T",
  ],
  [
    "another filegroup",
    {
      dataSpaces: [{ data_space_id: 2, name: "FG", type: "FG", is_default: false }],
      indexes: [{ object_id: 100, index_id: 0, type: 0, name: null, data_space_id: 2 }],
    },
    "dbo.T",
  ],
];

for (const [title, change, name] of LOSSES) {
  test(`${title} is told in the notes and refuses nothing`, () => {
    const catalog = new Catalog(catalogRows(change));
    assert.deepEqual(findObstacles(catalog), []);
    assert.deepEqual(
      findLosses(catalog).map(({ names }) => names),
      [[name]],
    );
  });
}

test("a plain database has neither obstacles nor losses", () => {
  const catalog = new Catalog(catalogRows());
  assert.deepEqual([...findObstacles(catalog), ...findLosses(catalog)], []);
});
