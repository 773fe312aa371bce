import type { SystemContext } from "../engine/system-registry.ts";
import type { Database } from "../storage/database.ts";
import type { SqlValue } from "../values/sql-type.ts";
import {
  INT,
  LONG_NAME,
  type MetadataFunction,
  numberOf,
  SMALLINT,
  SYSNAME,
  TEXT,
  textOf,
} from "./metadata-function.ts";
import {
  columnsOf,
  defaultSchema,
  definitionOf,
  findColumn,
  findObjectByName,
  splitName,
} from "./object-lookup.ts";
import { typeCode } from "./object-rows.ts";
import { findTypeId, typeNameOf, typeSize } from "./type-facts.ts";

type Parameters = readonly SqlValue[];

function objectId(context: SystemContext, [name, type]: Parameters): SqlValue {
  const text = textOf(name) ?? "";
  const wanted = textOf(type);
  const last = splitName(text)?.at(-1) ?? "";
  if (last.startsWith("#")) {
    const isTable = wanted === undefined || wanted.toUpperCase() === "U";
    return isTable ? (context.temporaryTable(last) ?? null) : null;
  }
  const found = findObjectByName(context, text);
  if (found === undefined) return null;
  const isWanted =
    wanted === undefined || typeCode(found.object.type).trim() === wanted.toUpperCase();
  return isWanted ? found.object.objectId : null;
}

/** The database that an optional argument names by id; the current one without it. */
function databaseOf(
  { server, database }: SystemContext,
  id: SqlValue | undefined,
): Database | undefined {
  const wanted = numberOf(id);
  return wanted === undefined ? database : server.databases.get(wanted);
}

function objectName(context: SystemContext, [id, databaseId]: Parameters): SqlValue {
  return databaseOf(context, databaseId)?.catalog.objects.get(numberOf(id) ?? 0)?.name ?? null;
}

function objectSchemaName(context: SystemContext, [id, databaseId]: Parameters): SqlValue {
  const catalog = databaseOf(context, databaseId)?.catalog;
  const object = catalog?.objects.get(numberOf(id) ?? 0);
  return (object && catalog?.schemas.get(object.schemaId)?.name) ?? null;
}

function objectDefinition(context: SystemContext, [id]: Parameters): SqlValue {
  const object = context.database.catalog.objects.get(numberOf(id) ?? 0);
  if (object === undefined) return null;
  const owner = object.parentId === 0 ? object.objectId : object.parentId;
  return context.hasPermission("VIEW DEFINITION", owner) ? (definitionOf(object) ?? null) : null;
}

function schemaId(context: SystemContext, [name]: Parameters): SqlValue {
  const wanted = textOf(name);
  const schema =
    wanted === undefined ? defaultSchema(context) : context.database.catalog.findSchema(wanted);
  return schema?.schemaId ?? null;
}

function schemaName(context: SystemContext, [id]: Parameters): SqlValue {
  const wanted = numberOf(id);
  const schema =
    wanted === undefined ? defaultSchema(context) : context.database.catalog.schemas.get(wanted);
  return schema?.name ?? null;
}

function databaseId({ server, session }: SystemContext, [name]: Parameters): SqlValue {
  const wanted = textOf(name);
  if (wanted === undefined) return session.database.databaseId;
  return server.findDatabase(wanted)?.databaseId ?? null;
}

function databaseName({ server, session }: SystemContext, [id]: Parameters): SqlValue {
  const wanted = numberOf(id);
  if (wanted === undefined) return session.database.options.name;
  return server.databases.get(wanted)?.options.name ?? null;
}

function columnName({ database }: SystemContext, [id, columnId]: Parameters): SqlValue {
  const object = database.catalog.objects.get(numberOf(id) ?? 0);
  return columnsOf(object).find((column) => column.columnId === columnId)?.name ?? null;
}

function columnLength(context: SystemContext, [table, name]: Parameters): SqlValue {
  const found = findObjectByName(context, textOf(table) ?? "");
  const column = found && findColumn(found.database, found.object, textOf(name) ?? "");
  return column === undefined ? null : typeSize(column.type).maxLength;
}

function typeId({ database }: SystemContext, [name]: Parameters): SqlValue {
  const parts = splitName(textOf(name) ?? "");
  if (parts === undefined) return null;
  const schema = parts.at(-2);
  const owner = schema === undefined ? undefined : database.catalog.findSchema(schema)?.schemaId;
  if (schema !== undefined && owner === undefined) return null;
  return findTypeId(database, parts.at(-1) ?? "", owner) ?? null;
}

function indexColumn(context: SystemContext, [table, indexId, key]: Parameters): SqlValue {
  const object = findObjectByName(context, textOf(table) ?? "")?.object;
  if (object?.type !== "U") return null;
  const index = object.indexes.find((candidate) => candidate.indexId === indexId);
  const columnId = index?.keys[(numberOf(key) ?? 0) - 1]?.columnId;
  return object.columns.find((column) => column.columnId === columnId)?.name ?? null;
}

function fileName({ database }: SystemContext, [id]: Parameters): SqlValue {
  return database.files.find((file) => file.fileId === id)?.name ?? null;
}

function fileId({ database }: SystemContext, [name]: Parameters): SqlValue {
  const wanted = textOf(name) ?? "";
  return (
    database.files.find((file) => database.catalog.sameName(file.name, wanted))?.fileId ?? null
  );
}

/** `value` for the object's identity column; NULL for a table without one. */
function identityFact(
  context: SystemContext,
  table: SqlValue | undefined,
  which: "seed" | "increment" | "current",
): SqlValue {
  const object = findObjectByName(context, textOf(table) ?? "")?.object;
  if (object?.type !== "U") return null;
  const identity = object.columns.find((column) => column.identity !== undefined)?.identity;
  if (identity === undefined) return null;
  return which === "current" ? (object.identityCounter.last ?? identity.seed) : identity[which];
}

const IDENTITY = { name: "numeric", precision: 38, scale: 0 } as const;

export const OBJECT_FUNCTIONS: readonly MetadataFunction[] = [
  { name: "OBJECT_ID", parameters: [LONG_NAME, SYSNAME], required: 1, type: INT, value: objectId },
  { name: "OBJECT_NAME", parameters: [INT, INT], required: 1, type: SYSNAME, value: objectName },
  {
    name: "OBJECT_SCHEMA_NAME",
    parameters: [INT, INT],
    required: 1,
    type: SYSNAME,
    value: objectSchemaName,
  },
  { name: "OBJECT_DEFINITION", parameters: [INT], type: TEXT, value: objectDefinition },
  { name: "SCHEMA_ID", parameters: [SYSNAME], required: 0, type: INT, value: schemaId },
  { name: "SCHEMA_NAME", parameters: [INT], required: 0, type: SYSNAME, value: schemaName },
  { name: "DB_ID", parameters: [SYSNAME], required: 0, type: SMALLINT, value: databaseId },
  { name: "DB_NAME", parameters: [INT], required: 0, type: SYSNAME, value: databaseName },
  { name: "COL_NAME", parameters: [INT, INT], type: SYSNAME, value: columnName },
  { name: "COL_LENGTH", parameters: [LONG_NAME, SYSNAME], type: SMALLINT, value: columnLength },
  { name: "TYPE_ID", parameters: [LONG_NAME], type: INT, value: typeId },
  {
    name: "TYPE_NAME",
    parameters: [INT],
    type: SYSNAME,
    value: ({ database }, [id]) => typeNameOf(database, numberOf(id) ?? 0) ?? null,
  },
  { name: "INDEX_COL", parameters: [LONG_NAME, INT, INT], type: SYSNAME, value: indexColumn },
  { name: "FILE_NAME", parameters: [INT], type: SYSNAME, value: fileName },
  { name: "FILE_ID", parameters: [SYSNAME], type: SMALLINT, value: fileId },
  { name: "FILE_IDEX", parameters: [SYSNAME], type: INT, value: fileId },
  {
    name: "FILEGROUP_NAME",
    parameters: [INT],
    type: SYSNAME,
    value: (_, [id]) => (id === 1 ? "PRIMARY" : null),
  },
  {
    name: "FILEGROUP_ID",
    parameters: [SYSNAME],
    type: INT,
    value: (_, [name]) => (textOf(name)?.toUpperCase() === "PRIMARY" ? 1 : null),
  },
  {
    name: "STATS_DATE",
    parameters: [INT, INT],
    type: { name: "datetime" },
    value: () => null,
  },
  {
    name: "IDENT_CURRENT",
    parameters: [LONG_NAME],
    type: IDENTITY,
    value: (context, [table]) => identityFact(context, table, "current"),
  },
  {
    name: "IDENT_SEED",
    parameters: [LONG_NAME],
    type: IDENTITY,
    value: (context, [table]) => identityFact(context, table, "seed"),
  },
  {
    name: "IDENT_INCR",
    parameters: [LONG_NAME],
    type: IDENTITY,
    value: (context, [table]) => identityFact(context, table, "increment"),
  },
];
