import type { SystemContext } from "../engine/system-registry.ts";
import type { Database } from "../storage/database.ts";
import type { ForeignKey, Index, SchemaObject } from "../storage/schema-object.ts";
import type { SqlType } from "../values/sql-type.ts";
import { columnOwners, visibleObjects } from "./object-rows.ts";
import { isCharacterType, SYSNAME_ID, shownCollation, typeSize } from "./type-facts.ts";
import type { ViewDefinition, ViewRow } from "./view-definition.ts";

function schemaName(database: Database, schemaId: number): string | null {
  return database.catalog.schemas.get(schemaId)?.name ?? null;
}

/** `CATALOG`, `SCHEMA` and `NAME` columns under a prefix. */
function nameColumns({ database }: SystemContext, prefix: string, object: SchemaObject): ViewRow {
  return {
    [`${prefix}_CATALOG`]: database.options.name,
    [`${prefix}_SCHEMA`]: schemaName(database, object.schemaId),
    [`${prefix}_NAME`]: object.name,
  };
}

const NUMERIC: ReadonlySet<string> = new Set([
  "tinyint",
  "smallint",
  "int",
  "bigint",
  "decimal",
  "numeric",
  "money",
  "smallmoney",
]);
const TEMPORAL: ReadonlySet<string> = new Set([
  "date",
  "time",
  "datetime",
  "datetime2",
  "smalldatetime",
  "datetimeoffset",
]);
const BINARY: ReadonlySet<string> = new Set(["binary", "varbinary", "image"]);

/** The columns that COLUMNS, PARAMETERS and ROUTINES have in common. */
function typeColumns(database: Database, type: SqlType): ViewRow {
  const { precision, scale } = typeSize(type);
  const isNumeric = NUMERIC.has(type.name);
  const isFloat = type.name === "float" || type.name === "real";
  const isTemporal = TEMPORAL.has(type.name);
  return {
    DATA_TYPE: type.name,
    ...lengthColumns(type),
    NUMERIC_PRECISION: isNumeric || isFloat ? precision : null,
    NUMERIC_PRECISION_RADIX: isNumeric ? 10 : isFloat ? 2 : null,
    NUMERIC_SCALE: isNumeric ? scale : null,
    DATETIME_PRECISION: isTemporal ? scale : null,
    CHARACTER_SET_NAME: characterSet(type),
    COLLATION_NAME: shownCollation(type, database),
  };
}

function characterSet({ name }: SqlType): string | null {
  if (!isCharacterType(name)) return null;
  return name.startsWith("n") ? "UNICODE" : "iso_1";
}

function lengthColumns(type: SqlType): ViewRow {
  const { maxLength } = typeSize(type);
  const isWide = type.name.startsWith("n") && isCharacterType(type.name);
  if (type.name === "text" || type.name === "image" || type.name === "ntext") {
    const length = type.name === "ntext" ? 1_073_741_823 : 2_147_483_647;
    return {
      CHARACTER_MAXIMUM_LENGTH: length,
      CHARACTER_OCTET_LENGTH: type.name === "ntext" ? 2_147_483_646 : length,
    };
  }
  if (type.name === "xml") return { CHARACTER_MAXIMUM_LENGTH: -1, CHARACTER_OCTET_LENGTH: -1 };
  if (!isCharacterType(type.name) && !BINARY.has(type.name)) return {};
  return {
    CHARACTER_MAXIMUM_LENGTH: isWide && maxLength > 0 ? maxLength / 2 : maxLength,
    CHARACTER_OCTET_LENGTH: maxLength,
  };
}

function domainColumns(database: Database, userTypeId: number): ViewRow {
  const type = userTypeId > SYSNAME_ID ? database.catalog.types.get(userTypeId) : undefined;
  if (type === undefined) return {};
  return {
    DOMAIN_CATALOG: database.options.name,
    DOMAIN_SCHEMA: schemaName(database, type.schemaId),
    DOMAIN_NAME: type.name,
  };
}

function* columnRows(context: SystemContext): Iterable<ViewRow> {
  const { database } = context;
  for (const owner of columnOwners(context)) {
    if (owner.type !== "U" && owner.type !== "V") continue;
    for (const [position, column] of owner.columns.entries()) {
      const constraint = database.catalog.objects.get(column.defaultObjectId);
      yield {
        ...nameColumns(context, "TABLE", owner),
        COLUMN_NAME: column.name,
        ORDINAL_POSITION: position + 1,
        COLUMN_DEFAULT: constraint?.type === "D" ? constraint.definition : null,
        IS_NULLABLE: column.nullable ? "YES" : "NO",
        ...typeColumns(database, column.type),
        ...domainColumns(database, column.userTypeId),
      };
    }
  }
}

const CONSTRAINT_TYPES = { PK: "PRIMARY KEY", UQ: "UNIQUE", F: "FOREIGN KEY", C: "CHECK" } as const;

function* constraintRows(context: SystemContext): Iterable<ViewRow> {
  for (const constraint of visibleObjects(context, "PK", "UQ", "F", "C")) {
    const table = context.database.catalog.objects.get(constraint.parentId);
    if (table === undefined) continue;
    yield {
      ...nameColumns(context, "CONSTRAINT", constraint),
      ...nameColumns(context, "TABLE", table),
      CONSTRAINT_TYPE: CONSTRAINT_TYPES[constraint.type],
      IS_DEFERRABLE: "NO",
      INITIALLY_DEFERRED: "NO",
    };
  }
}

/** Column ids of a key or foreign key, in its own order. */
function keyColumnIds(index: Index | undefined, constraint: SchemaObject): number[] {
  if (constraint.type === "F") return constraint.columns.map(({ column }) => column);
  return index?.keys.map(({ columnId }) => columnId) ?? [];
}

function* keyColumnRows(context: SystemContext): Iterable<ViewRow> {
  for (const constraint of visibleObjects(context, "PK", "UQ", "F")) {
    const table = context.database.catalog.objects.get(constraint.parentId);
    if (table?.type !== "U") continue;
    const index =
      constraint.type === "F"
        ? undefined
        : table.indexes.find(({ indexId }) => indexId === constraint.indexId);
    for (const [position, columnId] of keyColumnIds(index, constraint).entries()) {
      yield {
        ...nameColumns(context, "CONSTRAINT", constraint),
        ...nameColumns(context, "TABLE", table),
        COLUMN_NAME: table.columns.find((column) => column.columnId === columnId)?.name,
        ORDINAL_POSITION: position + 1,
      };
    }
  }
}

function* domainRows({ database }: SystemContext): Iterable<ViewRow> {
  for (const type of database.catalog.types.values()) {
    if (type.base === undefined) continue;
    yield { ...domainColumns(database, type.userTypeId), ...typeColumns(database, type.base) };
  }
}

/** The constraint, or else the index, that a foreign key refers to. */
function referencedKeyName({ catalog }: Database, key: ForeignKey): string | null {
  const table = catalog.objects.get(key.referencedId);
  if (table?.type !== "U") return null;
  return table.indexes.find(({ indexId }) => indexId === key.referencedIndexId)?.name ?? null;
}

function* referentialRows(context: SystemContext): Iterable<ViewRow> {
  const { database } = context;
  for (const key of visibleObjects(context, "F")) {
    const referenced = database.catalog.objects.get(key.referencedId);
    yield {
      ...nameColumns(context, "CONSTRAINT", key),
      UNIQUE_CONSTRAINT_CATALOG: database.options.name,
      UNIQUE_CONSTRAINT_SCHEMA: referenced && schemaName(database, referenced.schemaId),
      UNIQUE_CONSTRAINT_NAME: referencedKeyName(database, key),
      MATCH_OPTION: "SIMPLE",
      UPDATE_RULE: key.onUpdate.replace("_", " "),
      DELETE_RULE: key.onDelete.replace("_", " "),
    };
  }
}

function* routineRows(context: SystemContext): Iterable<ViewRow> {
  const { database } = context;
  for (const routine of visibleObjects(context, "P", "FN", "IF", "TF")) {
    const result =
      routine.type === "FN" ? routine.parameters.find((p) => p.parameterId === 0) : undefined;
    const { module } = routine;
    yield {
      ...nameColumns(context, "SPECIFIC", routine),
      ...nameColumns(context, "ROUTINE", routine),
      ROUTINE_TYPE: routine.type === "P" ? "PROCEDURE" : "FUNCTION",
      ...(result === undefined ? {} : typeColumns(database, result.type)),
      ...(routine.type === "IF" || routine.type === "TF" ? { DATA_TYPE: "TABLE" } : {}),
      ROUTINE_BODY: "SQL",
      ROUTINE_DEFINITION: module.isEncrypted ? null : module.definition.slice(0, 4000),
      IS_DETERMINISTIC: "NO",
      SQL_DATA_ACCESS: routine.type === "P" ? "MODIFIES" : "READS",
      SCHEMA_LEVEL_ROUTINE: "YES",
      MAX_DYNAMIC_RESULT_SETS: routine.type === "P" ? -1 : 0,
      IS_USER_DEFINED_CAST: "NO",
      IS_IMPLICITLY_INVOCABLE: "NO",
      CREATED: routine.createDate,
      LAST_ALTERED: routine.modifyDate,
    };
  }
}

function* parameterRows(context: SystemContext): Iterable<ViewRow> {
  const { database } = context;
  for (const routine of visibleObjects(context, "P", "FN", "IF", "TF")) {
    for (const parameter of routine.parameters) {
      const isResult = parameter.parameterId === 0;
      yield {
        ...nameColumns(context, "SPECIFIC", routine),
        ORDINAL_POSITION: parameter.parameterId,
        PARAMETER_MODE: isResult ? "OUT" : parameter.isOutput ? "INOUT" : "IN",
        IS_RESULT: isResult ? "YES" : "NO",
        AS_LOCATOR: "NO",
        PARAMETER_NAME: parameter.name,
        ...typeColumns(database, parameter.type),
      };
    }
  }
}

function* tableRows(context: SystemContext): Iterable<ViewRow> {
  for (const table of visibleObjects(context, "U", "V")) {
    yield {
      ...nameColumns(context, "TABLE", table),
      TABLE_TYPE: table.type === "U" ? "BASE TABLE" : "VIEW",
    };
  }
}

const TYPE_COLUMNS = `DATA_TYPE sysname?, CHARACTER_MAXIMUM_LENGTH int?, CHARACTER_OCTET_LENGTH int?, NUMERIC_PRECISION tinyint?, NUMERIC_PRECISION_RADIX smallint?,
NUMERIC_SCALE int?, DATETIME_PRECISION smallint?, CHARACTER_SET_CATALOG sysname?, CHARACTER_SET_SCHEMA sysname?, CHARACTER_SET_NAME sysname?, COLLATION_CATALOG sysname?,
COLLATION_SCHEMA sysname?, COLLATION_NAME sysname?`;
const named = (prefix: string) =>
  `${prefix}_CATALOG sysname?, ${prefix}_SCHEMA sysname?, ${prefix}_NAME sysname`;

export const INFORMATION_SCHEMA_VIEWS: readonly ViewDefinition[] = [
  {
    name: "INFORMATION_SCHEMA.TABLES",
    columns: `${named("TABLE")}, TABLE_TYPE word?`,
    rows: tableRows,
  },
  {
    name: "INFORMATION_SCHEMA.VIEWS",
    columns: `${named("TABLE")}, VIEW_DEFINITION text?, CHECK_OPTION word?, IS_UPDATABLE word`,
    rows: (context) =>
      visibleObjects(context, "V").map((view) => ({
        ...nameColumns(context, "TABLE", view),
        VIEW_DEFINITION: view.module.isEncrypted ? null : view.module.definition.slice(0, 4000),
        CHECK_OPTION: view.withCheckOption ? "CASCADE" : "NONE",
        IS_UPDATABLE: "NO",
      })),
  },
  {
    name: "INFORMATION_SCHEMA.COLUMNS",
    columns: `${named("TABLE")}, COLUMN_NAME sysname?, ORDINAL_POSITION int, COLUMN_DEFAULT text?, IS_NULLABLE flag?, ${TYPE_COLUMNS}, DOMAIN_CATALOG sysname?, DOMAIN_SCHEMA sysname?, DOMAIN_NAME sysname?`,
    rows: columnRows,
  },
  {
    name: "INFORMATION_SCHEMA.TABLE_CONSTRAINTS",
    columns: `${named("CONSTRAINT")}, ${named("TABLE")}, CONSTRAINT_TYPE word?, IS_DEFERRABLE flag, INITIALLY_DEFERRED flag`,
    rows: constraintRows,
  },
  {
    name: "INFORMATION_SCHEMA.KEY_COLUMN_USAGE",
    columns: `${named("CONSTRAINT")}, ${named("TABLE")}, COLUMN_NAME sysname?, ORDINAL_POSITION int`,
    rows: keyColumnRows,
  },
  {
    name: "INFORMATION_SCHEMA.CONSTRAINT_COLUMN_USAGE",
    columns: `${named("TABLE")}, COLUMN_NAME sysname?, ${named("CONSTRAINT")}`,
    rows: keyColumnRows,
  },
  {
    name: "INFORMATION_SCHEMA.DOMAINS",
    columns: `${named("DOMAIN")}, ${TYPE_COLUMNS}, DOMAIN_DEFAULT text?`,
    rows: domainRows,
  },
  {
    name: "INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS",
    columns: `${named("CONSTRAINT")}, UNIQUE_CONSTRAINT_CATALOG sysname?, UNIQUE_CONSTRAINT_SCHEMA sysname?, UNIQUE_CONSTRAINT_NAME sysname?, MATCH_OPTION word?, UPDATE_RULE word?, DELETE_RULE word?`,
    rows: referentialRows,
  },
  {
    name: "INFORMATION_SCHEMA.CHECK_CONSTRAINTS",
    columns: `${named("CONSTRAINT")}, CHECK_CLAUSE text?`,
    rows: (context) =>
      visibleObjects(context, "C").map((check) => ({
        ...nameColumns(context, "CONSTRAINT", check),
        CHECK_CLAUSE: check.definition,
      })),
  },
  {
    name: "INFORMATION_SCHEMA.SCHEMATA",
    columns: `CATALOG_NAME sysname?, SCHEMA_NAME sysname, SCHEMA_OWNER sysname?, DEFAULT_CHARACTER_SET_CATALOG sysname?, DEFAULT_CHARACTER_SET_SCHEMA sysname?, DEFAULT_CHARACTER_SET_NAME sysname?`,
    rows: ({ database }) =>
      [...database.catalog.schemas.values()].map(({ name, principalId }) => ({
        CATALOG_NAME: database.options.name,
        SCHEMA_NAME: name,
        SCHEMA_OWNER: database.catalog.principals.get(principalId)?.name,
        DEFAULT_CHARACTER_SET_NAME: "iso_1",
      })),
  },
  {
    name: "INFORMATION_SCHEMA.ROUTINES",
    columns: `${named("SPECIFIC")}, ${named("ROUTINE")}, ROUTINE_TYPE word?, ${TYPE_COLUMNS}, ROUTINE_BODY word?, ROUTINE_DEFINITION text?, EXTERNAL_NAME sysname?, EXTERNAL_LANGUAGE word?,
PARAMETER_STYLE word?, IS_DETERMINISTIC word?, SQL_DATA_ACCESS word?, IS_NULL_CALL word?, SQL_PATH sysname?, SCHEMA_LEVEL_ROUTINE word?, MAX_DYNAMIC_RESULT_SETS smallint?,
IS_USER_DEFINED_CAST word?, IS_IMPLICITLY_INVOCABLE word?, CREATED datetime, LAST_ALTERED datetime`,
    rows: routineRows,
  },
  {
    name: "INFORMATION_SCHEMA.PARAMETERS",
    columns: `${named("SPECIFIC")}, ORDINAL_POSITION int, PARAMETER_MODE word?, IS_RESULT word?, AS_LOCATOR word?, PARAMETER_NAME sysname?, ${TYPE_COLUMNS}`,
    rows: parameterRows,
  },
];
