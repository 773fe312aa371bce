import type { ConnectionPool } from "mssql";

const OBJECT = "SCHEMA_NAME(o.schema_id) + N'.' + o.name";
const PARENT = "OBJECT_SCHEMA_NAME(o.parent_object_id) + N'.' + OBJECT_NAME(o.parent_object_id)";
const TYPE = "SCHEMA_NAME(y.schema_id) + N'.' + y.name";

/** What a database holds, by kind, in names only: ids and dates of two equal databases differ. */
const QUERIES: Readonly<Record<string, string>> = {
  schemas: `SELECT s.name, p.name AS owner FROM sys.schemas s
    JOIN sys.database_principals p ON p.principal_id = s.principal_id`,
  objects: `SELECT ${OBJECT} AS name, o.type, ${PARENT} AS parent FROM sys.objects o
    WHERE o.is_ms_shipped = 0 AND o.type NOT IN ('S', 'IT', 'SQ', 'TT')
      AND NOT EXISTS (SELECT 1 FROM sys.table_types y WHERE y.type_table_object_id = o.parent_object_id)`,
  tables: `SELECT ${OBJECT} AS name, o.lock_escalation_desc, o.uses_ansi_nulls FROM sys.tables o`,
  columns: `SELECT ${OBJECT} AS name, o.type, ROW_NUMBER() OVER (PARTITION BY o.object_id ORDER BY c.column_id) AS place,
      c.name AS [column], ${TYPE} AS [type_name], c.max_length, c.precision, c.scale, c.collation_name, c.is_nullable,
      c.is_ansi_padded, c.is_rowguidcol, c.is_identity, c.is_computed, c.is_sparse, c.is_replicated
    FROM sys.columns c JOIN sys.objects o ON o.object_id = c.object_id JOIN sys.types y ON y.user_type_id = c.user_type_id
    WHERE o.is_ms_shipped = 0 AND o.type IN ('U', 'V', 'TF', 'IF')`,
  type_columns: `SELECT ${TYPE} AS name, c.column_id, c.name AS [column], TYPE_NAME(c.user_type_id) AS [type_name], c.max_length,
      c.precision, c.scale, c.collation_name, c.is_nullable, c.is_identity, c.is_computed
    FROM sys.columns c JOIN sys.table_types y ON y.type_table_object_id = c.object_id`,
  periods: `SELECT ${OBJECT} AS name, p.name AS period, COL_NAME(p.object_id, p.start_column_id) AS start, COL_NAME(p.object_id, p.end_column_id) AS [end]
    FROM sys.periods p JOIN sys.tables o ON o.object_id = p.object_id`,
  versions: `SELECT ${OBJECT} AS name, o.temporal_type_desc, OBJECT_SCHEMA_NAME(o.history_table_id) + N'.' + OBJECT_NAME(o.history_table_id) AS history,
      o.history_retention_period, o.history_retention_period_unit_desc FROM sys.tables o WHERE o.temporal_type > 0`,
  generated: `SELECT ${OBJECT} AS name, c.name AS [column], c.generated_always_type_desc, c.is_hidden
    FROM sys.columns c JOIN sys.tables o ON o.object_id = c.object_id WHERE c.generated_always_type > 0`,
  identities: `SELECT ${OBJECT} AS name, c.name AS [column], CONVERT(nvarchar(40), c.seed_value) AS seed,
      CONVERT(nvarchar(40), c.increment_value) AS increment, CONVERT(nvarchar(40), c.last_value) AS last, c.is_not_for_replication
    FROM sys.identity_columns c JOIN sys.tables o ON o.object_id = c.object_id`,
  computed: `SELECT ${OBJECT} AS name, c.name AS [column], c.definition, c.is_persisted
    FROM sys.computed_columns c JOIN sys.tables o ON o.object_id = c.object_id`,
  defaults: `SELECT ${OBJECT} AS name, ${PARENT} AS parent, COL_NAME(o.parent_object_id, o.parent_column_id) AS [column], o.definition
    FROM sys.default_constraints o`,
  checks: `SELECT ${OBJECT} AS name, ${PARENT} AS parent, COL_NAME(o.parent_object_id, NULLIF(o.parent_column_id, 0)) AS [column],
      o.definition, o.is_disabled, o.is_not_trusted, o.is_not_for_replication FROM sys.check_constraints o`,
  keys: `SELECT ${OBJECT} AS name, ${PARENT} AS parent, o.type FROM sys.key_constraints o
    JOIN sys.tables t ON t.object_id = o.parent_object_id`,
  foreign_keys: `SELECT ${OBJECT} AS name, ${PARENT} AS parent,
      OBJECT_SCHEMA_NAME(o.referenced_object_id) + N'.' + OBJECT_NAME(o.referenced_object_id) AS referenced,
      o.delete_referential_action_desc, o.update_referential_action_desc, o.is_disabled, o.is_not_trusted, o.is_not_for_replication
    FROM sys.foreign_keys o`,
  foreign_key_columns: `SELECT ${OBJECT} AS name, c.constraint_column_id AS place,
      COL_NAME(c.parent_object_id, c.parent_column_id) AS [column], COL_NAME(c.referenced_object_id, c.referenced_column_id) AS referenced
    FROM sys.foreign_key_columns c JOIN sys.foreign_keys o ON o.object_id = c.constraint_object_id`,
  indexes: `SELECT ${OBJECT} AS name, i.name AS [index], i.type_desc, i.is_unique, i.is_primary_key, i.is_unique_constraint,
      i.ignore_dup_key, i.fill_factor, i.is_padded, i.is_disabled, i.has_filter, i.filter_definition, i.allow_row_locks, i.allow_page_locks
    FROM sys.indexes i JOIN sys.objects o ON o.object_id = i.object_id WHERE o.is_ms_shipped = 0 AND o.type IN ('U', 'V')`,
  index_columns: `SELECT ${OBJECT} AS name, i.name AS [index], COL_NAME(c.object_id, c.column_id) AS [column], c.key_ordinal,
      c.is_descending_key, c.is_included_column
    FROM sys.index_columns c JOIN sys.indexes i ON i.object_id = c.object_id AND i.index_id = c.index_id
    JOIN sys.objects o ON o.object_id = i.object_id WHERE o.is_ms_shipped = 0 AND o.type IN ('U', 'V')`,
  modules: `SELECT ${OBJECT} AS name, o.type, m.definition, m.uses_ansi_nulls, m.uses_quoted_identifier, m.is_schema_bound
    FROM sys.sql_modules m JOIN sys.objects o ON o.object_id = m.object_id WHERE o.is_ms_shipped = 0`,
  triggers: `SELECT t.name, OBJECT_NAME(t.parent_id) AS parent, t.is_disabled, t.is_instead_of_trigger FROM sys.triggers t`,
  types: `SELECT ${TYPE} AS name, TYPE_NAME(y.system_type_id) AS base, y.max_length, y.precision, y.scale, y.is_nullable, y.is_table_type
    FROM sys.types y WHERE y.is_user_defined = 1`,
  sequences: `SELECT ${OBJECT} AS name, TYPE_NAME(o.user_type_id) AS [type_name], CONVERT(nvarchar(40), o.start_value) AS start,
      CONVERT(nvarchar(40), o.increment) AS increment, CONVERT(nvarchar(40), o.current_value) AS [current] FROM sys.sequences o`,
  synonyms: `SELECT ${OBJECT} AS name, o.base_object_name FROM sys.synonyms o`,
  principals: `SELECT p.name, p.type, p.default_schema_name FROM sys.database_principals p WHERE p.is_fixed_role = 0`,
  members: `SELECT USER_NAME(m.role_principal_id) AS role, USER_NAME(m.member_principal_id) AS member FROM sys.database_role_members m`,
  permissions: `SELECT p.class_desc, USER_NAME(p.grantee_principal_id) AS grantee, p.permission_name, p.state_desc,
      CASE WHEN p.class = 1 THEN OBJECT_NAME(p.major_id) ELSE NULL END AS name
    FROM sys.database_permissions p WHERE p.class <> 1 OR p.major_id > 0`,
  properties: `SELECT p.class_desc, p.name, CONVERT(nvarchar(4000), p.value) AS value,
      CASE WHEN p.class = 1 THEN OBJECT_NAME(p.major_id) ELSE NULL END AS object,
      CASE WHEN p.class = 1 THEN COL_NAME(p.major_id, p.minor_id) ELSE NULL END AS [column] FROM sys.extended_properties p`,
};

/** One line for each object, sorted, by kind. */
export type Inventory = Readonly<Record<string, readonly string[]>>;

/** Reads a database's inventory through a stock client. */
export async function readInventory(pool: ConnectionPool): Promise<Inventory> {
  const inventory: Record<string, readonly string[]> = {};
  for (const [kind, sql] of Object.entries(QUERIES)) {
    const { recordset } = await pool.request().query<Record<string, unknown>>(sql);
    inventory[kind] = recordset.map((row) => JSON.stringify(row)).toSorted();
  }
  return inventory;
}
