import { SYSNAME_ID } from "../../catalog/type-facts.ts";
import type { Column } from "../../storage/columns.ts";
import { newHeader } from "../../storage/object-header.ts";
import type { Row } from "../../storage/row.ts";
import type { Index, Table } from "../../storage/schema-object.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import type { TableStore } from "../../storage/table-store.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlType } from "../../values/sql-type.ts";
import { HEAP } from "../definitions/index-options.ts";
import { plainColumn } from "../definitions/plain-column.ts";

/** The tables of the schema cdc, column by column (learn.microsoft.com: change data capture tables). */
const LSN: SqlType = { name: "binary", length: 10 };
const INT: SqlType = { name: "int" };
const BIT: SqlType = { name: "bit" };
const DATETIME: SqlType = { name: "datetime" };

export interface ColumnShape {
  readonly name: string;
  readonly type: SqlType | "sysname";
  readonly nullable: boolean;
  readonly userTypeId?: number | undefined;
}

export interface TableShape {
  readonly name: string;
  readonly columns: readonly ColumnShape[];
  readonly indexes: readonly {
    readonly name: string;
    readonly unique: boolean;
    readonly keys: readonly string[];
  }[];
}

function shape(
  name: string,
  columns: readonly (readonly [string, ColumnShape["type"], ("null" | "not null")?])[],
  indexes: TableShape["indexes"],
): TableShape {
  return {
    name,
    columns: columns.map(([column, type, word]) => ({
      name: column,
      type,
      nullable: word !== "not null",
    })),
    indexes,
  };
}

export const METADATA_TABLES: readonly TableShape[] = [
  shape(
    "change_tables",
    [
      ["object_id", INT, "not null"],
      ["version", INT],
      ["source_object_id", INT],
      ["capture_instance", "sysname", "not null"],
      ["start_lsn", LSN],
      ["end_lsn", LSN],
      ["supports_net_changes", BIT],
      ["has_drop_pending", BIT],
      ["role_name", "sysname"],
      ["index_name", "sysname"],
      ["filegroup_name", "sysname"],
      ["create_date", DATETIME],
      ["partition_switch", BIT, "not null"],
    ],
    [{ name: "change_tables_clustered_idx", unique: true, keys: ["object_id"] }],
  ),
  shape(
    "captured_columns",
    [
      ["object_id", INT, "not null"],
      ["column_name", "sysname", "not null"],
      ["column_id", INT],
      ["column_type", "sysname", "not null"],
      ["column_ordinal", INT, "not null"],
      ["is_computed", BIT],
    ],
    [
      {
        name: "captured_columns_clustered_idx",
        unique: true,
        keys: ["object_id", "column_ordinal"],
      },
    ],
  ),
  shape(
    "index_columns",
    [
      ["object_id", INT, "not null"],
      ["column_name", "sysname", "not null"],
      ["index_ordinal", { name: "tinyint" }, "not null"],
      ["column_id", INT, "not null"],
    ],
    [{ name: "index_columns_clustered_idx", unique: true, keys: ["object_id", "index_ordinal"] }],
  ),
  shape(
    "ddl_history",
    [
      ["source_object_id", INT],
      ["object_id", INT, "not null"],
      ["required_column_update", BIT],
      ["ddl_command", { name: "nvarchar", length: -1 }],
      ["ddl_lsn", LSN, "not null"],
      ["ddl_time", DATETIME],
    ],
    [{ name: "ddl_history_clustered_idx", unique: true, keys: ["object_id", "ddl_lsn"] }],
  ),
  shape(
    "lsn_time_mapping",
    [
      ["start_lsn", LSN, "not null"],
      ["tran_begin_time", DATETIME],
      ["tran_end_time", DATETIME],
      ["tran_id", { name: "varbinary", length: 10 }],
      ["tran_begin_lsn", LSN],
    ],
    [
      { name: "lsn_time_mapping_clustered_idx", unique: true, keys: ["start_lsn"] },
      { name: "lsn_time_mapping_nonunique_idx", unique: false, keys: ["tran_end_time"] },
    ],
  ),
];

/** The change table of an instance: its clustered index is what ranges of LSNs are read by. */
export function changeTableShape(instance: string, columns: readonly ColumnShape[]): TableShape {
  const head: TableShape = shape(
    `${instance}_CT`,
    [
      ["__$start_lsn", LSN, "not null"],
      ["__$end_lsn", LSN],
      ["__$seqval", LSN, "not null"],
      ["__$operation", INT, "not null"],
      ["__$update_mask", { name: "varbinary", length: 128 }],
    ],
    [
      {
        name: `${instance}_CT_clustered_idx`,
        unique: true,
        keys: ["__$start_lsn", "__$command_id", "__$seqval", "__$operation"],
      },
    ],
  );
  const command: ColumnShape = { name: "__$command_id", type: INT, nullable: true };
  return { ...head, columns: [...head.columns, ...columns, command] };
}

export interface TableBirth {
  readonly database: StoredDatabase;
  readonly schemaId: number;
  /** A datetime. */
  readonly now: number;
}

/** A table that the server itself makes. */
export function buildTable({ name, columns, indexes }: TableShape, birth: TableBirth): Table {
  const { database, schemaId, now } = birth;
  const built = columns.map((column, index) => buildColumn(column, index + 1, database));
  return {
    type: "U",
    ...newHeader({ objectId: database.nextObjectId(), schemaId, name, now, isSystem: true }),
    columns: built,
    indexes: indexes.map((index, position) => buildIndex(index, position + 1, built)),
    nextColumnId: columns.length + 1,
    usesAnsiNulls: true,
    lockEscalation: "TABLE",
    identityCounter: { last: undefined },
  };
}

function buildColumn(column: ColumnShape, columnId: number, { options }: StoredDatabase): Column {
  const isName = column.type === "sysname";
  const type: SqlType = column.type === "sysname" ? { name: "nvarchar", length: 128 } : column.type;
  const isText = ["nvarchar", "nchar", "varchar", "char", "text", "ntext"].includes(type.name);
  return plainColumn({
    columnId,
    name: column.name,
    type: isText ? { collation: options.collation, ...type } : type,
    userTypeId: column.userTypeId ?? (isName ? SYSNAME_ID : undefined),
    nullable: column.nullable,
  });
}

function buildIndex(
  { name, unique, keys }: TableShape["indexes"][number],
  indexId: number,
  columns: readonly Column[],
): Index {
  return {
    ...HEAP,
    indexId,
    name,
    kind: indexId === 1 ? "clustered" : "nonclustered",
    unique,
    keys: keys.map((key) => ({
      columnId: columns.find((column) => column.name === key)?.columnId ?? 0,
      descending: false,
    })),
  };
}

/** A table of the schema cdc by its name. Throws 208 where somebody has dropped it. */
export function captureTable(
  database: StoredDatabase,
  name: string,
): { readonly table: Table; readonly store: TableStore } {
  const schema = database.catalog.findSchema("cdc");
  const table = schema && database.catalog.findObject(schema.schemaId, name);
  const store = table && database.tables.get(table.objectId);
  if (table?.type !== "U" || store === undefined) raise(208, `Invalid object name 'cdc.${name}'.`);
  return { table, store };
}

/** The rows that exist now, with those that open transactions have put in. */
export function liveRows(store: TableStore): readonly Row[] {
  return [...store.liveRows()];
}

/** Rows whose column in the slot holds the object id. */
export function rowsOfObject(store: TableStore, objectId: number, slot = 0): readonly Row[] {
  return liveRows(store).filter(({ values }) => values[slot] === objectId);
}
