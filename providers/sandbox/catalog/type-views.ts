import type { SystemContext } from "../engine/system-registry.ts";
import type { UserType } from "../storage/database.ts";
import type { SqlTypeName } from "../values/sql-type.ts";
import {
  SYSNAME_ID,
  SYSTEM_TYPE_NAMES,
  shownCollation,
  systemTypeId,
  typeSize,
  widestSize,
} from "./type-facts.ts";
import { bit, type ViewDefinition, type ViewRow } from "./view-definition.ts";

const TYPE_COLUMNS = `name sysname, system_type_id tinyint, user_type_id int, schema_id int, principal_id int?, max_length smallint, precision tinyint, scale tinyint,
collation_name sysname?, is_nullable bit?, is_user_defined bit, is_assembly_type bit, default_object_id int, rule_object_id int, is_table_type bit`;

/** Table types have an id of their own among the system types. */
const TABLE_TYPE_ID = 243;

function systemTypeRow({ database }: SystemContext, name: SqlTypeName): ViewRow {
  const { maxLength, precision, scale } = widestSize(name);
  return {
    name,
    system_type_id: systemTypeId(name),
    user_type_id: systemTypeId(name),
    schema_id: 4,
    max_length: maxLength,
    precision,
    scale,
    collation_name: shownCollation({ name }, database),
    is_nullable: bit(name !== "timestamp"),
  };
}

function sysnameRow({ database }: SystemContext): ViewRow {
  return {
    name: "sysname",
    system_type_id: systemTypeId("nvarchar"),
    user_type_id: SYSNAME_ID,
    schema_id: 4,
    max_length: 256,
    collation_name: database.options.collation,
    is_nullable: 0,
  };
}

function userTypeRow({ database }: SystemContext, type: UserType): ViewRow {
  const common = {
    name: type.name,
    user_type_id: type.userTypeId,
    schema_id: type.schemaId,
    is_nullable: bit(type.nullable),
    is_user_defined: 1,
  };
  if (type.base === undefined) {
    return { ...common, system_type_id: TABLE_TYPE_ID, max_length: -1, is_table_type: 1 };
  }
  const { maxLength, precision, scale } = typeSize(type.base);
  return {
    ...common,
    system_type_id: systemTypeId(type.base.name),
    max_length: maxLength,
    precision,
    scale,
    collation_name: shownCollation(type.base, database),
  };
}

function* typeRows(context: SystemContext): Iterable<ViewRow> {
  for (const name of SYSTEM_TYPE_NAMES) yield systemTypeRow(context, name);
  yield sysnameRow(context);
  for (const type of context.database.catalog.types.values()) yield userTypeRow(context, type);
}

function* tableTypeRows(context: SystemContext): Iterable<ViewRow> {
  for (const type of context.database.catalog.types.values()) {
    if (type.tableObjectId === 0) continue;
    yield { ...userTypeRow(context, type), type_table_object_id: type.tableObjectId };
  }
}

export const TYPE_VIEWS: readonly ViewDefinition[] = [
  { name: "sys.types", columns: TYPE_COLUMNS, rows: typeRows },
  {
    name: "sys.table_types",
    columns: `${TYPE_COLUMNS}, type_table_object_id int, is_memory_optimized bit?`,
    rows: tableTypeRows,
  },
  {
    name: "sys.schemas",
    columns: "name sysname, schema_id int, principal_id int?",
    *rows({ database }) {
      for (const { name, schemaId, principalId } of database.catalog.schemas.values()) {
        yield { name, schema_id: schemaId, principal_id: principalId };
      }
    },
  },
];
