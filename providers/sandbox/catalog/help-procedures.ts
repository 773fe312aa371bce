import type { ProcedureContext } from "../engine/system-registry.ts";
import type { Database } from "../storage/database.ts";
import type { SchemaObject } from "../storage/schema-object.ts";
import { raise } from "../values/sql-exception.ts";
import { definitionOf, findObjectByName } from "./object-lookup.ts";
import {
  type ProcedureArguments,
  type ProcedureDefinition,
  quote,
} from "./procedure-definition.ts";

function requireObject({ database, ...rest }: ProcedureContext, name: string): SchemaObject {
  const found = findObjectByName({ database, ...rest }, name);
  return found?.object ?? refuseObject(name, database);
}

function refuseObject(name: string, { options }: Database): never {
  raise(
    15_009,
    `The object '${name}' does not exist in database '${options.name}' or is invalid for this operation.`,
  );
}

const COLUMN_LIST = `SELECT Column_name = c.name, Type = TYPE_NAME(c.user_type_id), Computed = CASE c.is_computed WHEN 1 THEN 'yes' ELSE 'no' END, Length = CONVERT(int, c.max_length),
Prec = CONVERT(char(5), c.precision), Scale = CONVERT(char(5), c.scale), Nullable = CASE c.is_nullable WHEN 1 THEN 'yes' ELSE 'no' END, Collation = c.collation_name FROM sys.columns AS c`;

const OBJECT_LIST =
  "SELECT Name = o.name, Owner = SCHEMA_NAME(o.schema_id), Object_type = o.type_desc FROM sys.objects AS o";

async function help(context: ProcedureContext, given: ProcedureArguments): Promise<void> {
  const name = given.text("objname");
  if (name === undefined) return context.execute(`${OBJECT_LIST} ORDER BY 3, 1`);
  const object = requireObject(context, name);
  await context.execute(
    `SELECT Name = name, Owner = SCHEMA_NAME(schema_id), Type = type_desc, Created_datetime = create_date FROM sys.objects WHERE object_id = ${object.objectId}`,
  );
  if ("columns" in object && object.type !== "F") {
    await context.execute(
      `${COLUMN_LIST} WHERE c.object_id = ${object.objectId} ORDER BY c.column_id`,
    );
  }
}

/** Lines of the definition, at most 255 characters each. */
async function helpText(context: ProcedureContext, given: ProcedureArguments): Promise<void> {
  const name = given.requiredText("objname");
  const object = requireObject(context, name);
  const definition = definitionOf(object);
  if (definition === undefined) {
    if ("module" in object)
      return context.message(15_471, `The text for object '${name}' is encrypted.`);
    raise(15_197, `There is no text for object '${name}'.`);
  }
  const lines = definition.match(/[^\n]{1,255}\n?|\n/g) ?? [];
  const type = { name: "nvarchar", length: 255 } as const;
  await context.result(
    [{ name: "Text", type, nullable: true }],
    lines.map((line) => [line]),
  );
}

async function helpIndex(context: ProcedureContext, given: ProcedureArguments): Promise<void> {
  const name = given.requiredText("objname");
  const object = requireObject(context, name);
  const indexes = object.type === "U" ? object.indexes.filter(({ kind }) => kind !== "heap") : [];
  if (indexes.length === 0) {
    return context.message(
      15_472,
      `The object '${name}' does not have any indexes, or you do not have permissions.`,
    );
  }
  const names = new Map(
    "columns" in object && object.type === "U"
      ? object.columns.map((c) => [c.columnId, c.name])
      : [],
  );
  const rows = indexes.map((index) => {
    const flags = [
      index.kind,
      index.unique && "unique",
      index.isPrimaryKey && "primary key",
      index.isUniqueConstraint && "unique key",
    ];
    const keys = index.keys.map(
      ({ columnId, descending }) => `${names.get(columnId) ?? ""}${descending ? "(-)" : ""}`,
    );
    return [
      index.name,
      `${flags.filter((flag) => flag !== false).join(", ")} located on PRIMARY`,
      keys.join(", "),
    ];
  });
  const column = (title: string, length: number) => ({
    name: title,
    type: { name: "nvarchar", length } as const,
    nullable: true,
  });
  await context.result(
    [column("index_name", 128), column("index_description", 210), column("index_keys", 2126)],
    rows,
  );
}

/** A condition for an optional LIKE pattern. */
function like(expression: string, pattern: string | undefined): string {
  return pattern === undefined ? "1 = 1" : `${expression} LIKE ${quote(pattern)}`;
}

const TABLES = `SELECT TABLE_QUALIFIER = DB_NAME(), TABLE_OWNER = SCHEMA_NAME(o.schema_id), TABLE_NAME = o.name,
TABLE_TYPE = CONVERT(varchar(32), CASE o.type WHEN 'U' THEN 'TABLE' ELSE 'VIEW' END), REMARKS = CONVERT(varchar(254), NULL) FROM sys.objects AS o`;

const COLUMNS = `SELECT TABLE_QUALIFIER = DB_NAME(), TABLE_OWNER = SCHEMA_NAME(o.schema_id), TABLE_NAME = o.name, COLUMN_NAME = c.name, DATA_TYPE = CONVERT(smallint,
CASE TYPE_NAME(c.system_type_id) WHEN 'int' THEN 4 WHEN 'smallint' THEN 5 WHEN 'tinyint' THEN -6 WHEN 'bigint' THEN -5 WHEN 'bit' THEN -7 WHEN 'char' THEN 1 WHEN 'varchar' THEN 12
WHEN 'text' THEN -1 WHEN 'nchar' THEN -8 WHEN 'nvarchar' THEN -9 WHEN 'ntext' THEN -10 WHEN 'binary' THEN -2 WHEN 'varbinary' THEN -3 WHEN 'image' THEN -4 WHEN 'timestamp' THEN -2
WHEN 'decimal' THEN 3 WHEN 'numeric' THEN 2 WHEN 'money' THEN 3 WHEN 'smallmoney' THEN 3 WHEN 'float' THEN 6 WHEN 'real' THEN 7 WHEN 'datetime' THEN 11 WHEN 'smalldatetime' THEN 11
WHEN 'date' THEN -9 WHEN 'time' THEN -9 WHEN 'datetime2' THEN -9 WHEN 'datetimeoffset' THEN -9 WHEN 'uniqueidentifier' THEN -11 WHEN 'sql_variant' THEN -150 ELSE -152 END),
TYPE_NAME = CONVERT(sysname, TYPE_NAME(c.user_type_id) + CASE c.is_identity WHEN 1 THEN N' identity' ELSE N'' END), PRECISION = CONVERT(int, CASE c.precision WHEN 0 THEN COLUMNPROPERTY(c.object_id, c.name, 'charmaxlen') ELSE c.precision END),
LENGTH = CONVERT(int, c.max_length), SCALE = CONVERT(smallint, CASE c.precision WHEN 0 THEN NULL ELSE c.scale END), RADIX = CONVERT(smallint, CASE c.precision WHEN 0 THEN NULL ELSE 10 END),
NULLABLE = CONVERT(smallint, c.is_nullable), REMARKS = CONVERT(varchar(254), NULL), COLUMN_DEF = OBJECT_DEFINITION(c.default_object_id), ORDINAL_POSITION = c.column_id,
IS_NULLABLE = CONVERT(varchar(254), CASE c.is_nullable WHEN 1 THEN 'YES' ELSE 'NO' END) FROM sys.columns AS c JOIN sys.objects AS o ON o.object_id = c.object_id`;

const PRIMARY_KEYS = `SELECT TABLE_QUALIFIER = DB_NAME(), TABLE_OWNER = SCHEMA_NAME(t.schema_id), TABLE_NAME = t.name, COLUMN_NAME = c.name, KEY_SEQ = CONVERT(smallint, x.key_ordinal),
PK_NAME = k.name FROM sys.key_constraints AS k JOIN sys.tables AS t ON t.object_id = k.parent_object_id JOIN sys.index_columns AS x ON x.object_id = t.object_id AND x.index_id = k.unique_index_id
JOIN sys.columns AS c ON c.object_id = t.object_id AND c.column_id = x.column_id`;

async function spaceUsed(context: ProcedureContext, given: ProcedureArguments): Promise<void> {
  const name = given.text("objname");
  if (name === undefined) {
    return context.execute(
      "SELECT database_name = DB_NAME(), database_size = CONVERT(varchar(18), '16.00 MB'), [unallocated space] = CONVERT(varchar(18), '0.00 MB')",
    );
  }
  const object = requireObject(context, name);
  await context.execute(
    `SELECT name = OBJECT_NAME(object_id), rows = CONVERT(char(20), SUM(CASE WHEN index_id < 2 THEN row_count ELSE 0 END)), reserved = CONVERT(varchar(18), SUM(reserved_page_count) * 8) + ' KB', data = CONVERT(varchar(18), SUM(CASE WHEN index_id < 2 THEN used_page_count ELSE 0 END) * 8) + ' KB', index_size = CONVERT(varchar(18), SUM(CASE WHEN index_id > 1 THEN used_page_count ELSE 0 END) * 8) + ' KB', unused = '0 KB' FROM sys.dm_db_partition_stats WHERE object_id = ${object.objectId} GROUP BY object_id`,
  );
}

export const HELP_PROCEDURES: readonly ProcedureDefinition[] = [
  { name: "sp_help", parameters: "objname long?", run: help },
  { name: "sp_helptext", parameters: "objname long, columnname name?", run: helpText },
  { name: "sp_helpindex", parameters: "objname long", run: helpIndex },
  { name: "sp_spaceused", parameters: "objname long?, updateusage word?", run: spaceUsed },
  {
    name: "sp_tables",
    parameters:
      "table_name name?, table_owner name?, table_qualifier name?, table_type word?, fUsePattern bit?",
    run: (context, given) => {
      const types = given.text("table_type") ?? "'TABLE','VIEW'";
      const wanted = [types.includes("TABLE") && "'U'", types.includes("VIEW") && "'V'"].filter(
        (type) => type !== false,
      );
      const filter = `o.type IN (${wanted.length === 0 ? "NULL" : wanted.join(", ")})`;
      const name = like("o.name", given.text("table_name"));
      const owner = like("SCHEMA_NAME(o.schema_id)", given.text("table_owner"));
      return context.execute(
        `${TABLES} WHERE ${filter} AND ${name} AND ${owner} ORDER BY 4, 1, 2, 3`,
      );
    },
  },
  {
    name: "sp_columns",
    parameters:
      "table_name name, table_owner name?, table_qualifier name?, column_name name?, ODBCVer int?",
    run: (context, given) => {
      const table = like("o.name", given.text("table_name"));
      const owner = like("SCHEMA_NAME(o.schema_id)", given.text("table_owner"));
      const column = like("c.name", given.text("column_name"));
      return context.execute(
        `${COLUMNS} WHERE o.type IN ('U', 'V') AND ${table} AND ${owner} AND ${column} ORDER BY 2, 3, 17`,
      );
    },
  },
  {
    name: "sp_pkeys",
    parameters: "table_name name, table_owner name?, table_qualifier name?",
    run: (context, given) => {
      const owner = like("SCHEMA_NAME(t.schema_id)", given.text("table_owner"));
      return context.execute(
        `${PRIMARY_KEYS} WHERE k.type = 'PK' AND t.name = ${quote(given.text("table_name"))} AND ${owner} ORDER BY 1, 2, 3, 5`,
      );
    },
  },
];
