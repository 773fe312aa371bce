import type { SystemContext } from "../engine/system-registry.ts";
import type { Column } from "../storage/columns.ts";
import type { Index, ObjectType, SchemaObject } from "../storage/schema-object.ts";
import { shownCollation, systemTypeId, typeSize } from "./type-facts.ts";
import { bit, type ViewRow } from "./view-definition.ts";

export const OBJECT_COLUMNS = `name sysname, object_id int, principal_id int?, schema_id int, parent_object_id int, type code2, type_desc desc,
create_date datetime, modify_date datetime, is_ms_shipped bit, is_published bit, is_schema_published bit`;

const TYPE_NAMES: Readonly<Record<ObjectType, string>> = {
  U: "USER_TABLE",
  V: "VIEW",
  P: "SQL_STORED_PROCEDURE",
  FN: "SQL_SCALAR_FUNCTION",
  IF: "SQL_INLINE_TABLE_VALUED_FUNCTION",
  TF: "SQL_TABLE_VALUED_FUNCTION",
  TR: "SQL_TRIGGER",
  PK: "PRIMARY_KEY_CONSTRAINT",
  UQ: "UNIQUE_CONSTRAINT",
  F: "FOREIGN_KEY_CONSTRAINT",
  C: "CHECK_CONSTRAINT",
  D: "DEFAULT_CONSTRAINT",
  SO: "SEQUENCE_OBJECT",
  SN: "SYNONYM",
  TT: "TYPE_TABLE",
};

/** Codes of one letter have a space behind them, as char(2) has. */
export function typeCode(type: ObjectType): string {
  return type.padEnd(2);
}

/** The objects of the database that the session may see; those of a table are seen with the table. */
export function visibleObjects<Type extends ObjectType>(
  context: SystemContext,
  ...types: readonly Type[]
): Extract<SchemaObject, { type: Type }>[] {
  return context.database.catalog
    .objectsOfType(...types)
    .filter((object) => context.canSee(object.parentId === 0 ? object.objectId : object.parentId));
}

export const ALL_TYPES: readonly ObjectType[] = [
  "U",
  "V",
  "P",
  "FN",
  "IF",
  "TF",
  "TR",
  "PK",
  "UQ",
  "F",
  "C",
  "D",
  "SO",
  "SN",
  "TT",
];

/** The columns that every object has, of `sys.objects` and all views that extend it. */
export function objectRow(object: SchemaObject): ViewRow {
  return {
    name: object.name,
    object_id: object.objectId,
    principal_id: object.principalId ?? null,
    schema_id: object.schemaId,
    parent_object_id: object.parentId,
    type: typeCode(object.type),
    type_desc: TYPE_NAMES[object.type],
    create_date: object.createDate,
    modify_date: object.modifyDate,
    is_ms_shipped: bit(object.isSystem),
  };
}

/** What has columns. */
export type ColumnOwner = Extract<
  SchemaObject,
  { columns: readonly Column[] } & { type: "U" | "V" | "IF" | "TF" | "TT" }
>;

export function columnOwners(context: SystemContext): ColumnOwner[] {
  return visibleObjects(context, "U", "V", "IF", "TF", "TT");
}

export const COLUMN_COLUMNS = `object_id int, name sysname?, column_id int, system_type_id tinyint, user_type_id int, max_length smallint, precision tinyint, scale tinyint,
collation_name sysname?, is_nullable bit?, is_ansi_padded bit, is_rowguidcol bit, is_identity bit, is_computed bit, is_filestream bit, is_replicated bit?,
is_non_sql_subscribed bit?, is_merge_published bit?, is_dts_replicated bit?, is_xml_document bit, xml_collection_id int, default_object_id int, rule_object_id int,
is_sparse bit?, is_column_set bit?, generated_always_type tinyint?, generated_always_type_desc desc?, encryption_type int?, encryption_type_desc desc?,
encryption_algorithm_name sysname?, column_encryption_key_id int?, column_encryption_key_database_name sysname?, is_hidden bit?, is_masked bit, graph_type int?, graph_type_desc desc?,
is_data_deletion_filter_column bit?, ledger_view_column_type int?, ledger_view_column_type_desc desc?, is_dropped_ledger_column bit?`;

export function columnRow(context: SystemContext, owner: ColumnOwner, column: Column): ViewRow {
  const { maxLength, precision, scale } = typeSize(column.type);
  return {
    object_id: owner.objectId,
    name: column.name,
    column_id: column.columnId,
    system_type_id: systemTypeId(column.type.name),
    user_type_id: column.userTypeId,
    max_length: maxLength,
    precision,
    scale,
    collation_name: shownCollation(column.type, context.database),
    is_nullable: bit(column.nullable),
    is_ansi_padded: bit(column.isAnsiPadded && PADDED.has(column.type.name)),
    is_rowguidcol: bit(column.isRowGuid),
    is_identity: bit(column.identity !== undefined),
    is_computed: bit(column.computed !== undefined),
    is_replicated: 0,
    is_non_sql_subscribed: 0,
    is_merge_published: 0,
    is_dts_replicated: 0,
    default_object_id: column.defaultObjectId,
    is_sparse: bit(column.isSparse),
    is_column_set: 0,
    generated_always_type: GENERATED_TYPES[column.generated ?? "none"][0],
    generated_always_type_desc: GENERATED_TYPES[column.generated ?? "none"][1],
    is_hidden: bit(column.hidden === true),
    is_masked: bit(column.mask !== undefined),
    is_data_deletion_filter_column: 0,
  };
}

const GENERATED_TYPES = {
  none: [0, "NOT_APPLICABLE"],
  row_start: [1, "AS_ROW_START"],
  row_end: [2, "AS_ROW_END"],
} as const;

/** ANSI_PADDING concerns these only; the views show 0 for all others. */
const PADDED: ReadonlySet<string> = new Set([
  "char",
  "varchar",
  "nchar",
  "nvarchar",
  "binary",
  "varbinary",
  "sql_variant",
]);

type IndexOwner = Extract<SchemaObject, { type: "U" | "TT" }>;

export interface OwnedIndex {
  readonly owner: IndexOwner;
  readonly index: Index;
}

/** Indexes and heaps of the tables and table types that the session may see. */
export function visibleIndexes(context: SystemContext): OwnedIndex[] {
  return visibleObjects(context, "U", "TT").flatMap((owner) =>
    owner.indexes.map((index) => ({ owner, index })),
  );
}
