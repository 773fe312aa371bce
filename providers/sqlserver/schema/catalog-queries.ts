/**
 * Every question that the scripter puts to the catalog of a database. Where a view grew new columns between versions,
 * all columns are asked for and read by name, so that one text serves SQL Server 2016 and later; a value of type
 * sql_variant is asked for as text, because clients lose its precision.
 */
export const CATALOG_QUERIES = {
  // By name: on Azure SQL Database DB_ID() may differ from database_id.
  // 5 and 8: services, which encrypt every database and keep the keys.
  database:
    "SELECT *, CASE WHEN CONVERT(int, SERVERPROPERTY('EngineEdition')) IN (5, 8) THEN 1 ELSE 0 END AS keeps_keys FROM sys.databases WHERE name = DB_NAME()",
  schemas: "SELECT * FROM sys.schemas",
  objects: "SELECT * FROM sys.objects WHERE is_ms_shipped = 0",
  tables: "SELECT * FROM sys.tables WHERE is_ms_shipped = 0",
  columns: "SELECT * FROM sys.columns",
  identityColumns: `SELECT object_id, column_id, is_not_for_replication,
    CONVERT(varchar(41), seed_value) AS seed_text, CONVERT(varchar(41), increment_value) AS increment_text
    FROM sys.identity_columns`,
  computedColumns:
    "SELECT object_id, column_id, definition, is_persisted FROM sys.computed_columns",
  maskedColumns:
    "SELECT object_id, column_id, masking_function FROM sys.masked_columns WHERE is_masked = 1",
  periods: "SELECT object_id, start_column_id, end_column_id FROM sys.periods",
  types: "SELECT * FROM sys.types",
  tableTypes: "SELECT * FROM sys.table_types",
  keyConstraints: "SELECT * FROM sys.key_constraints",
  defaultConstraints: "SELECT * FROM sys.default_constraints",
  checkConstraints: "SELECT * FROM sys.check_constraints",
  foreignKeys: "SELECT * FROM sys.foreign_keys",
  foreignKeyColumns: "SELECT * FROM sys.foreign_key_columns",
  indexes: "SELECT * FROM sys.indexes",
  indexColumns: "SELECT * FROM sys.index_columns",
  partitions:
    "SELECT object_id, index_id, partition_number, data_compression_desc FROM sys.partitions",
  dataSpaces: "SELECT data_space_id, name, type, is_default FROM sys.data_spaces",
  statistics:
    "SELECT object_id, name, user_created, auto_created, no_recompute FROM sys.stats WHERE user_created = 1",
  modules: "SELECT * FROM sys.sql_modules",
  parameters: "SELECT object_id, parameter_id, name FROM sys.parameters WHERE parameter_id > 0",
  triggers: "SELECT * FROM sys.triggers WHERE is_ms_shipped = 0",
  triggerEvents: "SELECT object_id, type_desc, is_first, is_last FROM sys.trigger_events",
  dependencies: `SELECT referencing_id, referenced_id, referenced_class FROM sys.sql_expression_dependencies
    WHERE referencing_class = 1 AND referenced_id IS NOT NULL`,
  synonyms: "SELECT * FROM sys.synonyms WHERE is_ms_shipped = 0",
  sequences: `SELECT *, CONVERT(varchar(41), start_value) AS start_text, CONVERT(varchar(41), increment) AS increment_text,
    CONVERT(varchar(41), minimum_value) AS minimum_text, CONVERT(varchar(41), maximum_value) AS maximum_text
    FROM sys.sequences`,
  principals: "SELECT *, SUSER_SNAME(sid) AS login_name FROM sys.database_principals",
  roleMembers: "SELECT role_principal_id, member_principal_id FROM sys.database_role_members",
  permissions: "SELECT * FROM sys.database_permissions",
  extendedProperties: `SELECT class, major_id, minor_id, name,
    CONVERT(varchar(128), SQL_VARIANT_PROPERTY(value, 'BaseType')) AS base_type,
    CONVERT(int, SQL_VARIANT_PROPERTY(value, 'Precision')) AS base_precision,
    CONVERT(int, SQL_VARIANT_PROPERTY(value, 'Scale')) AS base_scale,
    CONVERT(nvarchar(4000), value) AS value_text, CONVERT(varbinary(8000), value) AS value_bytes
    FROM sys.extended_properties`,
  xmlSchemaCollections:
    "SELECT xml_collection_id, schema_id, name FROM sys.xml_schema_collections WHERE schema_id <> 4",
  assemblies: "SELECT name FROM sys.assemblies WHERE is_user_defined = 1",
  securityPolicies: "SELECT * FROM sys.security_policies",
  securityPredicates: "SELECT * FROM sys.security_predicates",
  fullTextIndexes: "SELECT object_id FROM sys.fulltext_indexes",
  numberedProcedures: "SELECT object_id, procedure_number FROM sys.numbered_procedures",
  changeTracking: "SELECT object_id FROM sys.change_tracking_tables",
  symmetricKeys: "SELECT name FROM sys.symmetric_keys",
  certificates: "SELECT name FROM sys.certificates",
  asymmetricKeys: "SELECT name FROM sys.asymmetric_keys",
  planGuides: "SELECT name FROM sys.plan_guides",
  externalSources: "SELECT name FROM sys.external_data_sources",
  scopedCredentials: "SELECT name FROM sys.database_scoped_credentials",
  scopedConfigurations: "SELECT * FROM sys.database_scoped_configurations",
} as const;

/** In place of those above where the server's own tables count too: with their keys and constraints, without modules and triggers. */
export const SYSTEM_QUERIES = {
  objects:
    "SELECT * FROM sys.objects WHERE is_ms_shipped = 0 OR type IN ('U', 'PK', 'UQ', 'F', 'C') OR (type = 'D' AND parent_object_id <> 0)",
  tables: "SELECT * FROM sys.tables",
} as const;

/** Values that move while applications write; they are read after the snapshot began, so none is behind a row of it. */
export const POSITION_QUERIES = {
  identities:
    "SELECT object_id, CONVERT(varchar(41), last_value) AS last_text FROM sys.identity_columns WHERE last_value IS NOT NULL",
  sequences:
    "SELECT *, CONVERT(varchar(41), current_value) AS current_text, CONVERT(varchar(41), start_value) AS start_text FROM sys.sequences",
  sizes: `SELECT p.object_id, SUM(CASE WHEN a.type = 1 THEN p.rows ELSE 0 END) AS row_count,
    SUM(a.used_pages) AS used_pages
    FROM sys.partitions AS p INNER JOIN sys.allocation_units AS a
    ON a.container_id = CASE WHEN a.type = 2 THEN p.partition_id ELSE p.hobt_id END
    WHERE p.index_id IN (0, 1) GROUP BY p.object_id`,
} as const;

type CatalogRow = Readonly<Record<string, unknown>>;
export type CatalogName = keyof typeof CATALOG_QUERIES;
/** The answers, by question. */
export type CatalogRows = Readonly<Record<CatalogName, readonly CatalogRow[]>>;
