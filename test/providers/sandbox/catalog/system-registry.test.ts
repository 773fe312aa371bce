import assert from "node:assert/strict";
import { test } from "node:test";
import { systemRegistry } from "../../../../providers/sandbox/catalog/system-registry.ts";
import type { SystemContext } from "../../../../providers/sandbox/engine/system-registry.ts";
import { parseBatch } from "../../../../providers/sandbox/parser/parse-batch.ts";
import type { SqlValue } from "../../../../providers/sandbox/values/sql-type.ts";
import { createTestCatalog } from "./test-database.ts";

const registry = systemRegistry();

/** Rows of a view as records of the columns wanted. */
function read(context: SystemContext, name: string, ...wanted: readonly string[]) {
  const [schema, view] = name.split(".");
  const found = registry.view(schema, view ?? "", false);
  assert.ok(found, name);
  return [...found.rows(context)].map((row) =>
    Object.fromEntries(
      found.columns
        .map((column, index): [string, SqlValue] => [column.name, row[index] ?? null])
        .filter(([key]) => wanted.includes(key)),
    ),
  );
}

const ALL = [
  ...(registry.view("sys", "all_objects", false)?.rows(createTestCatalog().context) ?? []),
];

test("every view gives rows that fit its columns, and no NULL where there can be none", () => {
  const { context } = createTestCatalog();
  const names = read(context, "sys.all_objects", "name", "schema_id", "type", "object_id").filter(
    (row) => Number(row["object_id"]) < 0,
  );
  assert.ok(names.length > 120 && ALL.length > names.length);
  for (const { name, schema_id } of names) {
    const schema = schema_id === 4 ? "sys" : "INFORMATION_SCHEMA";
    const view = registry.view(schema, name as string, true);
    assert.ok(view, name as string);
    for (const row of view.rows(context)) {
      assert.equal(row.length, view.columns.length, view.name);
      for (const [index, column] of view.columns.entries()) {
        assert.ok(column.nullable || row[index] !== null, `${view.name}.${column.name}`);
      }
    }
  }
});

test("names of views fold case, and only compatibility views are found without sys", () => {
  assert.ok(registry.view("SYS", "TABLES", false));
  assert.ok(registry.view("information_schema", "tables", false));
  assert.ok(registry.view(undefined, "sysobjects", false));
  assert.ok(registry.view("dbo", "SysObjects", false));
  assert.ok(registry.view("dbo", "sysdatabases", true));
  assert.equal(registry.view("dbo", "sysdatabases", false), undefined);
  assert.equal(registry.view(undefined, "tables", false), undefined);
  assert.equal(registry.view("sys", "nothing", false), undefined);
});

test("tables, columns and indexes show as they were made", () => {
  const { context } = createTestCatalog();
  assert.deepEqual(
    read(
      context,
      "sys.columns",
      "name",
      "object_id",
      "max_length",
      "precision",
      "scale",
      "collation_name",
      "is_identity",
      "is_computed",
    ).filter(({ object_id }) => object_id === 101),
    [
      {
        object_id: 101,
        name: "Id",
        max_length: 4,
        precision: 10,
        scale: 0,
        collation_name: null,
        is_identity: 1,
        is_computed: 0,
      },
      {
        object_id: 101,
        name: "Name",
        max_length: 80,
        precision: 0,
        scale: 0,
        collation_name: "Latin1_General_BIN",
        is_identity: 0,
        is_computed: 0,
      },
      {
        object_id: 101,
        name: "Shout",
        max_length: 9,
        precision: 19,
        scale: 4,
        collation_name: null,
        is_identity: 0,
        is_computed: 1,
      },
    ],
  );
  assert.deepEqual(
    read(context, "sys.identity_columns", "seed_value", "last_value", "is_not_for_replication"),
    [
      {
        seed_value: { type: { name: "int" }, value: 10 },
        last_value: { type: { name: "int" }, value: 15 },
        is_not_for_replication: 1,
      },
    ],
  );
  assert.deepEqual(
    read(context, "sys.indexes", "name", "index_id", "type_desc", "is_primary_key"),
    [
      { name: "PK_Customer", index_id: 1, type_desc: "CLUSTERED", is_primary_key: 1 },
      { name: "IX_Name", index_id: 2, type_desc: "NONCLUSTERED", is_primary_key: 0 },
      { name: null, index_id: 0, type_desc: "HEAP", is_primary_key: 0 },
    ],
  );
  assert.deepEqual(
    read(context, "sys.foreign_keys", "name", "is_not_trusted", "delete_referential_action_desc"),
    [{ name: "FK_Order", is_not_trusted: 1, delete_referential_action_desc: "CASCADE" }],
  );
});

test("sysobjects tells objects apart by sysstat, as scripts of SQL Server 7 do", () => {
  const { context } = createTestCatalog();
  const view = registry.view(undefined, "sysobjects", false);
  assert.ok(view);
  const [nameAt, statAt] = ["name", "sysstat"].map((name) =>
    view.columns.findIndex((column) => column.name === name),
  );
  const found = new Map(
    [...view.rows(context)].map((row) => [row[nameAt ?? 0], Number(row[statAt ?? 0]) & 0xf]),
  );
  assert.equal(found.get("Customer"), 3);
  assert.equal(found.get("Names"), 2);
});

test("what modules, computed columns and checks name shows as dependencies, resolved where it is here", () => {
  const { context } = createTestCatalog();
  assert.deepEqual(
    read(
      context,
      "sys.sql_expression_dependencies",
      "referencing_id",
      "referencing_minor_id",
      "referenced_entity_name",
      "referenced_database_name",
      "referenced_id",
    ),
    [
      {
        referencing_id: 107,
        referencing_minor_id: 0,
        referenced_database_name: null,
        referenced_entity_name: "Twice",
        referenced_id: 106,
      },
      {
        referencing_id: 107,
        referencing_minor_id: 0,
        referenced_database_name: null,
        referenced_entity_name: "Customer",
        referenced_id: 101,
      },
      {
        referencing_id: 107,
        referencing_minor_id: 0,
        referenced_database_name: "other",
        referenced_entity_name: "Thing",
        referenced_id: null,
      },
      {
        referencing_id: 105,
        referencing_minor_id: 0,
        referenced_database_name: null,
        referenced_entity_name: "Twice",
        referenced_id: 106,
      },
      {
        referencing_id: 101,
        referencing_minor_id: 4,
        referenced_database_name: null,
        referenced_entity_name: "Twice",
        referenced_id: 106,
      },
    ],
  );
});

test("an object that the session may not see is in no view and found by no name", () => {
  const { context } = createTestCatalog();
  const blind = { ...context, canSee: (id: number) => id !== 101 };
  assert.deepEqual(
    read(blind, "sys.objects", "name").map(({ name }) => name),
    ["Order", "FK_Order", "CK_Id", "Twice", "Names"],
  );
  assert.equal(registry.fact(blind, "OBJECT_ID", ["Customer", null]), null);
});

test("metadata functions answer by name and by id", () => {
  const { context } = createTestCatalog();
  const cases: readonly (readonly [string, readonly SqlValue[], SqlValue])[] = [
    ["OBJECT_ID", ["dbo.customer", null], 101],
    ["OBJECT_ID", ["[shop]..[Order]", "U"], 103],
    ["OBJECT_ID", ["Customer", "V"], null],
    ["OBJECT_ID", ["tempdb..#t", null], 9],
    ["OBJECT_ID", ["no..such", null], null],
    ["OBJECT_NAME", [104, null], "FK_Order"],
    ["OBJECT_SCHEMA_NAME", [101, null], "dbo"],
    ["SCHEMA_ID", [null], 1],
    ["SCHEMA_NAME", [4], "sys"],
    ["DB_ID", ["SHOP"], 5],
    ["DB_NAME", [null], "shop"],
    ["COL_NAME", [101, 4], "Shout"],
    ["COL_LENGTH", ["Customer", "name"], 80],
    ["COLUMNPROPERTY", [101, "Id", "IsIdentity"], 1],
    ["COLUMNPROPERTY", [101, "Name", "CharMaxLen"], 40],
    ["OBJECTPROPERTY", [101, "TableHasPrimaryKey"], 1],
    ["OBJECTPROPERTY", [103, "TableHasPrimaryKey"], 0],
    ["OBJECTPROPERTY", [107, "IsView"], 1],
    ["OBJECTPROPERTY", [107, "NoSuchThing"], null],
    ["TYPE_ID", ["nvarchar"], 231],
    ["TYPE_NAME", [256], "sysname"],
    ["INDEX_COL", ["Customer", 2, 1], "Name"],
    ["INDEXPROPERTY", [101, "PK_Customer", "IsClustered"], 1],
    ["INDEXKEY_PROPERTY", [101, 2, 1, "IsDescending"], 1],
    ["IDENT_CURRENT", ["Customer"], 15n],
    ["IDENT_SEED", ["Customer"], 10n],
    ["SUSER_SNAME", [new Uint8Array([1])], "sa"],
    ["USER_NAME", [null], "dbo"],
    [
      "DATABASEPROPERTYEX",
      ["shop", "Recovery"],
      { type: { name: "nvarchar", length: 128 }, value: "FULL" },
    ],
    ["SERVERPROPERTY", ["EngineEdition"], { type: { name: "int" }, value: 3 }],
    ["SERVERPROPERTY", ["toString"], null],
    ["IS_SRVROLEMEMBER", ["sysadmin", null], 1],
    ["HAS_PERMS_BY_NAME", [null, null, "CREATE ANY DATABASE", null, null], 1],
    ["HAS_PERMS_BY_NAME", ["[shop]", "DATABASE", "CONTROL", null, null], 1],
  ];
  for (const [name, parameters, expected] of cases) {
    assert.deepEqual(
      registry.fact(context, name, parameters),
      expected,
      `${name} of ${typeof parameters[0] === "string" ? parameters[0] : ""}`,
    );
  }
  assert.equal(registry.fact(context, "NO_SUCH_FUNCTION", []), undefined);
});

async function call(name: string, ...given: readonly SqlValue[]) {
  const catalog = createTestCatalog();
  const procedure = registry.procedure(name);
  assert.ok(procedure, name);
  const values = procedure.parameters.map((_, index) => given[index] ?? null);
  await procedure.run(catalog.context, values);
  return catalog;
}

test("procedures of SQL Server 2000 become the statements that replaced them", async () => {
  const cases: readonly (readonly [string, readonly SqlValue[], string])[] = [
    ["sp_dboption", ["shop", "trunc. log", "true"], "ALTER DATABASE [shop] SET RECOVERY SIMPLE"],
    [
      "sp_dboption",
      ["shop", "select into/bulkcopy", "off"],
      "ALTER DATABASE [shop] SET RECOVERY FULL",
    ],
    ["sp_addtype", ["id", "varchar(11)", "NOT NULL"], "CREATE TYPE [id] FROM varchar(11) NOT NULL"],
    ["sp_addrolemember", ["a]b", "u"], "ALTER ROLE [a]]b] ADD MEMBER [u]"],
    ["sp_addlogin", ["l", "p'w"], "CREATE LOGIN [l] WITH PASSWORD = N'p''w', CHECK_POLICY = OFF"],
    ["sp_changedbowner", ["sa"], "ALTER AUTHORIZATION ON DATABASE::[shop] TO [sa]"],
  ];
  for (const [name, given, statement] of cases) {
    const { statements } = await call(name, ...given);
    assert.deepEqual(statements, [statement]);
    assert.ok(parseBatch(statement, { quotedIdentifier: true }).ok, statement);
  }
});

test("what the help procedures run is right T-SQL", async () => {
  const calls = [
    ["sp_help"],
    ["sp_help", "Customer"],
    ["sp_tables", "Cust%"],
    ["sp_columns", "Customer"],
    ["sp_pkeys", "Customer"],
    ["sp_who"],
    ["sp_databases"],
    ["sp_helpdb", "shop"],
    ["sp_helprolemember"],
    ["sp_spaceused", "Customer"],
    ["sp_spaceused"],
  ] as const;
  for (const [name, ...given] of calls) {
    const { statements } = await call(name, ...given);
    assert.ok(statements.length > 0);
    for (const sql of statements) {
      const parsed = parseBatch(sql, { quotedIdentifier: true });
      assert.ok(parsed.ok, `${name}: ${parsed.ok ? "" : parsed.errors[0]?.message}`);
    }
  }
});

test("sp_rename renames objects, columns, and a key together with its index", async () => {
  const table = await call("sp_rename", "dbo.Customer", "Client");
  assert.equal(table.database.catalog.findObject(1, "client")?.objectId, 101);
  assert.equal(table.database.catalog.findObject(1, "Customer"), undefined);
  assert.deepEqual(table.messages, [15_477]);
  const column = await call("sp_rename", "Customer.Name", "Title", "COLUMN");
  assert.equal(registry.fact(column.context, "COL_NAME", [101, 2]), "Title");
  const index = await call("sp_rename", "Customer.PK_Customer", "PK_New", "INDEX");
  assert.equal(index.database.catalog.objects.get(102)?.name, "PK_New");
  assert.equal(registry.fact(index.context, "INDEXPROPERTY", [101, "PK_New", "IndexID"]), 1);
  await assert.rejects(call("sp_rename", "nothing", "x"), { number: 15_225 });
  await assert.rejects(call("sp_rename", "Customer", "Order"), { number: 15_335 });
  await assert.rejects(call("sp_rename", "Customer", "x", "THING"), { number: 15_249 });
});

test("extended properties find what they hang on, and refuse what is not there", async () => {
  const value = { type: { name: "int" }, value: 1 } as const;
  const { context } = await call(
    "sp_addextendedproperty",
    "p",
    value,
    "SCHEMA",
    "dbo",
    "TABLE",
    "Customer",
    "COLUMN",
    "Name",
  );
  assert.deepEqual(
    read(context, "sys.extended_properties", "class", "major_id", "minor_id", "name", "value"),
    [{ class: 1, major_id: 101, minor_id: 2, name: "p", value }],
  );
  await assert.rejects(
    call("sp_addextendedproperty", "p", value, "SCHEMA", "dbo", "VIEW", "Customer"),
    { number: 15_135 },
  );
  await assert.rejects(call("sp_dropextendedproperty", "p", "SCHEMA", "dbo"), { number: 15_217 });
  await assert.rejects(call("sp_addextendedproperty", "p", value, null, "dbo"), { number: 15_600 });
});

test("fn_listextendedproperty lists by level, a name or all", async () => {
  const value = { type: { name: "int" }, value: 1 } as const;
  const column = ["SCHEMA", "dbo", "TABLE", "Customer", "COLUMN", "Name"];
  const { context } = await call("sp_addextendedproperty", "p", value, ...column);
  const list = registry.tableFunction(undefined, "fn_listextendedproperty");
  assert.ok(list);
  const rows = (...given: readonly SqlValue[]) => [...list.rows(context, given)];
  const found = [["COLUMN", "Name", "p", value]];
  assert.deepEqual(rows("p", ...column), found);
  assert.deepEqual(rows(null, "user", "dbo", "table", "customer", "column", null), found);
  assert.deepEqual(rows(null, "SCHEMA", "dbo", "TABLE", "Customer", null, null), []);
  assert.deepEqual(rows("q", ...column), []);
});

test("sp_configure keeps a value within its limits and says what it was", async () => {
  const { server, messages } = await call("sp_configure", "show advanced", 1);
  assert.equal(server.configurations.get(518), 1);
  assert.deepEqual(messages, [15_457]);
  await assert.rejects(call("sp_configure", "show advanced options", 2), { number: 15_129 });
  await assert.rejects(call("sp_configure", "nothing", 2), { number: 15_123 });
});

test("a procedure that does not exist is not found", () => {
  assert.equal(registry.procedure("xp_cmdshell"), undefined);
  assert.equal(registry.procedure("toString"), undefined);
});
