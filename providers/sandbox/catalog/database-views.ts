import type { SystemContext } from "../engine/system-registry.ts";
import type { Database, DatabaseFile, DatabaseState, SnapshotState } from "../storage/database.ts";
import { bit, bytesOfHex, type ViewDefinition, type ViewRow } from "./view-definition.ts";

const SNAPSHOT_STATES: readonly SnapshotState[] = [
  "OFF",
  "ON",
  "IN_TRANSITION_TO_ON",
  "IN_TRANSITION_TO_OFF",
];
const ACCESS = ["MULTI_USER", "SINGLE_USER", "RESTRICTED_USER"] as const;
const RECOVERY = ["", "FULL", "BULK_LOGGED", "SIMPLE"] as const;
const PAGE_VERIFY = ["NONE", "TORN_PAGE_DETECTION", "CHECKSUM"] as const;
/** `sys.databases.state`. */
const STATES: Readonly<Record<DatabaseState, number>> = {
  ONLINE: 0,
  RESTORING: 1,
  RECOVERING: 2,
  RECOVERY_PENDING: 3,
  SUSPECT: 4,
  EMERGENCY: 5,
  OFFLINE: 6,
  COPYING: 7,
  OFFLINE_SECONDARY: 10,
};

function stateRow({ options, databaseId, createDate }: Database): ViewRow {
  const isOnline = options.state === "ONLINE";
  return {
    name: options.name,
    database_id: databaseId,
    owner_sid: bytesOfHex(options.ownerSid),
    create_date: createDate,
    compatibility_level: options.compatibilityLevel,
    collation_name: isOnline ? options.collation : null,
    user_access: ACCESS.indexOf(options.access),
    user_access_desc: options.access,
    is_read_only: bit(options.readOnly),
    state: STATES[options.state],
    state_desc: options.state,
    snapshot_isolation_state: SNAPSHOT_STATES.indexOf(options.snapshotIsolation),
    snapshot_isolation_state_desc: options.snapshotIsolation,
    is_read_committed_snapshot_on: bit(options.readCommittedSnapshot),
    recovery_model: RECOVERY.indexOf(options.recovery),
    recovery_model_desc: options.recovery,
    page_verify_option: PAGE_VERIFY.indexOf(options.pageVerify),
    page_verify_option_desc: options.pageVerify,
    containment: 0,
    containment_desc: options.containment,
    is_local_cursor_default: bit(options.cursorDefault === "LOCAL"),
    is_parameterization_forced: bit(options.parameterization === "FORCED"),
  };
}

/** Columns of `sys.databases` by the flag that they show. */
const FLAG_COLUMNS: Readonly<Record<string, string>> = {
  is_auto_close_on: "AUTO_CLOSE",
  is_auto_shrink_on: "AUTO_SHRINK",
  is_auto_create_stats_on: "AUTO_CREATE_STATISTICS",
  is_auto_update_stats_on: "AUTO_UPDATE_STATISTICS",
  is_auto_update_stats_async_on: "AUTO_UPDATE_STATISTICS_ASYNC",
  is_ansi_null_default_on: "ANSI_NULL_DEFAULT",
  is_ansi_nulls_on: "ANSI_NULLS",
  is_ansi_padding_on: "ANSI_PADDING",
  is_ansi_warnings_on: "ANSI_WARNINGS",
  is_arithabort_on: "ARITHABORT",
  is_concat_null_yields_null_on: "CONCAT_NULL_YIELDS_NULL",
  is_numeric_roundabort_on: "NUMERIC_ROUNDABORT",
  is_quoted_identifier_on: "QUOTED_IDENTIFIER",
  is_recursive_triggers_on: "RECURSIVE_TRIGGERS",
  is_cursor_close_on_commit_on: "CURSOR_CLOSE_ON_COMMIT",
  is_date_correlation_on: "DATE_CORRELATION_OPTIMIZATION",
  is_trustworthy_on: "TRUSTWORTHY",
  is_db_chaining_on: "DB_CHAINING",
  is_broker_enabled: "ENABLE_BROKER",
  is_honor_broker_priority_on: "HONOR_BROKER_PRIORITY",
  is_query_store_on: "QUERY_STORE",
};

function flagRow({ options }: Database): ViewRow {
  return Object.fromEntries(
    Object.entries(FLAG_COLUMNS).map(([column, flag]) => [
      column,
      bit(options.flags[flag] === true),
    ]),
  );
}

/** A log that capture has not read yet is kept (documentation of sys.databases, log_reuse_wait: 6). */
function logReuse({ captureLog }: Database): ViewRow {
  const isWaiting = captureLog.pending.length > 0;
  return {
    log_reuse_wait: isWaiting ? 6 : 0,
    log_reuse_wait_desc: isWaiting ? "REPLICATION" : "NOTHING",
  };
}

function databaseRow(database: Database): ViewRow {
  return {
    is_cdc_enabled: bit(database.catalog.captureState.size > 0),
    ...stateRow(database),
    ...flagRow(database),
    is_in_standby: 0,
    is_cleanly_shutdown: bit(database.options.state === "OFFLINE"),
    is_supplemental_logging_enabled: 0,
    is_fulltext_enabled: 0,
    ...logReuse(database),
    is_encrypted: bit(database.options.encryptionKey?.isOn === true),
    is_master_key_encrypted_by_server: bit(database.options.masterKey !== undefined),
    default_language_lcid: null,
    delayed_durability: 0,
    delayed_durability_desc: "DISABLED",
    is_temporal_history_retention_enabled: bit(
      database.options.flags["TEMPORAL_HISTORY_RETENTION"] !== false,
    ),
    catalog_collation_type: 0,
    catalog_collation_type_desc: "DATABASE_DEFAULT",
    physical_database_name: database.options.name,
    is_accelerated_database_recovery_on: 0,
  };
}

/**
 * master and tempdb show to everyone, the database of the session to it, any to its owner; the rest to whoever may view or
 * alter any database: everybody, unless that was denied (documentation of sys.databases, Permissions).
 */
function visibleDatabases(context: SystemContext): Iterable<Database> {
  const { server, session } = context;
  if (server.flavour === "azure_sql") return visibleOnLogicalServer(context);
  const seesAll = SEE_ALL.some((permission) => context.hasServerPermission(permission));
  if (seesAll) return server.databases.values();
  const login = server.principals.get(session.loginId);
  return server.databases
    .values()
    .filter(
      ({ databaseId, options }) =>
        databaseId <= 2 ||
        databaseId === session.database.databaseId ||
        options.ownerSid === login?.sid,
    );
}

/** Of Azure SQL Database: all from master, and master and itself from any other (documentation of sys.databases, remarks). */
function visibleOnLogicalServer({ server, session }: SystemContext): Iterable<Database> {
  const isMaster = session.database.databaseId === 1;
  return server.databases
    .values()
    .filter(({ databaseId }) =>
      isMaster
        ? databaseId === 1 || databaseId > 4
        : databaseId === 1 || databaseId === session.database.databaseId,
    );
}

const SEE_ALL = ["VIEW ANY DATABASE", "ALTER ANY DATABASE"];

function recoveryRow(database: Database): ViewRow {
  const { databaseId, familyGuid, options } = database;
  const guid = options.state === "ONLINE" ? familyGuid : null;
  return {
    database_id: databaseId,
    database_guid: guid,
    family_guid: guid,
    last_log_backup_lsn: null,
    recovery_fork_guid: guid,
    first_recovery_fork_guid: guid,
    fork_point_lsn: null,
  };
}

function fileRow({ databaseId, options }: Database, file: DatabaseFile): ViewRow {
  const isLog = file.kind === "LOG";
  return {
    database_id: databaseId,
    file_id: file.fileId,
    type: isLog ? 1 : 0,
    type_desc: file.kind,
    data_space_id: isLog ? 0 : 1,
    name: file.name,
    physical_name: file.physicalName,
    state: STATES[options.state],
    state_desc: options.state,
    size: 1024,
    max_size: isLog ? 268_435_456 : -1,
    growth: 8192,
    is_read_only: bit(options.readOnly && !isLog),
  };
}

const FILE_COLUMNS = `file_id int, file_guid guid?, type tinyint, type_desc desc?, data_space_id int, name sysname, physical_name path, state tinyint?, state_desc desc?,
size int, max_size int, growth int, is_media_read_only bit, is_read_only bit, is_sparse bit, is_percent_growth bit, is_name_reserved bit, is_persistent_log_buffer bit,
create_lsn lsn?, drop_lsn lsn?, read_only_lsn lsn?, read_write_lsn lsn?, differential_base_lsn lsn?, differential_base_guid guid?, differential_base_time datetime?,
redo_start_lsn lsn?, redo_start_fork_guid guid?, redo_target_lsn lsn?, redo_target_fork_guid guid?, backup_lsn lsn?`;

export const DATABASE_VIEWS: readonly ViewDefinition[] = [
  {
    name: "sys.databases",
    columns: `name sysname, database_id int, source_database_id int?, owner_sid sid?, create_date datetime, compatibility_level tinyint, collation_name sysname?,
user_access tinyint?, user_access_desc desc?, is_read_only bit?, is_auto_close_on bit, is_auto_shrink_on bit?, state tinyint?, state_desc desc?, is_in_standby bit?,
is_cleanly_shutdown bit?, is_supplemental_logging_enabled bit?, snapshot_isolation_state tinyint?, snapshot_isolation_state_desc desc?, is_read_committed_snapshot_on bit?,
recovery_model tinyint?, recovery_model_desc desc?, page_verify_option tinyint?, page_verify_option_desc desc?, is_auto_create_stats_on bit?,
is_auto_create_stats_incremental_on bit, is_auto_update_stats_on bit?, is_auto_update_stats_async_on bit?, is_ansi_null_default_on bit?, is_ansi_nulls_on bit?,
is_ansi_padding_on bit?, is_ansi_warnings_on bit?, is_arithabort_on bit?, is_concat_null_yields_null_on bit?, is_numeric_roundabort_on bit?, is_quoted_identifier_on bit?,
is_recursive_triggers_on bit?, is_cursor_close_on_commit_on bit?, is_local_cursor_default bit?, is_fulltext_enabled bit?, is_trustworthy_on bit?, is_db_chaining_on bit?,
is_parameterization_forced bit?, is_master_key_encrypted_by_server bit, is_query_store_on bit?, is_published bit, is_subscribed bit, is_merge_published bit, is_distributor bit,
is_sync_with_backup bit, service_broker_guid guid?, is_broker_enabled bit, log_reuse_wait tinyint?, log_reuse_wait_desc desc?, is_date_correlation_on bit, is_cdc_enabled bit,
is_encrypted bit?, is_honor_broker_priority_on bit?, replica_id guid?, group_database_id guid?, resource_pool_id int?, default_language_lcid smallint?,
default_language_name sysname?, default_fulltext_language_lcid int?, default_fulltext_language_name sysname?, is_nested_triggers_on bit?, is_transform_noise_words_on bit?,
two_digit_year_cutoff smallint?, containment tinyint?, containment_desc desc?, target_recovery_time_in_seconds int?, delayed_durability int?, delayed_durability_desc desc?,
is_memory_optimized_elevate_to_snapshot_on bit?, is_federation_member bit?, is_remote_data_archive_enabled bit?, is_mixed_page_allocation_on bit?,
is_temporal_history_retention_enabled bit?, catalog_collation_type int, catalog_collation_type_desc desc?, physical_database_name sysname?, is_result_set_caching_on bit?,
is_accelerated_database_recovery_on bit?, is_tempdb_spill_to_remote_store bit?, is_stale_page_detection_on bit?, is_memory_optimized_enabled bit?, is_ledger_on bit?`,
    rows: (context) => [...visibleDatabases(context)].map(databaseRow),
  },
  {
    name: "sys.database_recovery_status",
    columns: `database_id int, database_guid guid?, family_guid guid?, last_log_backup_lsn lsn?, recovery_fork_guid guid?, first_recovery_fork_guid guid?,
fork_point_lsn lsn?`,
    rows: (context) => [...visibleDatabases(context)].map(recoveryRow),
  },
  {
    name: "sys.database_files",
    columns: FILE_COLUMNS,
    rows: ({ database }) => database.files.map((file) => fileRow(database, file)),
  },
  {
    name: "sys.master_files",
    columns: `database_id int, ${FILE_COLUMNS}`,
    rows: (context) =>
      [...visibleDatabases(context)].flatMap((database) =>
        database.files.map((file) => fileRow(database, file)),
      ),
  },
];
