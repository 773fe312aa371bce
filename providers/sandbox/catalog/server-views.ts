import type { SystemContext } from "../engine/system-registry.ts";
import type { LinkedServer } from "../storage/linked-server.ts";
import type { SessionState } from "../storage/server.ts";
import { CONFIGURATIONS, configuredValue } from "./configurations.ts";
import { bit, bytesOfHex, type ViewDefinition, type ViewRow } from "./view-definition.ts";

const ISOLATION_LEVELS: readonly SessionState["isolation"][] = [
  "read_uncommitted",
  "read_committed",
  "repeatable_read",
  "serializable",
  "snapshot",
];

/** A login sees its own sessions; VIEW SERVER STATE, which sysadmin has, shows all. */
function visibleSessions(context: SystemContext): SessionState[] {
  const { server, session } = context;
  const seesAll = context.isServerRoleMember("sysadmin");
  return [...server.sessions.values()].filter(
    (other) => seesAll || other.originalLoginId === session.originalLoginId,
  );
}

function sessionRow(context: SystemContext, session: SessionState): ViewRow {
  const { server, settings } = context;
  const login = server.principals.get(session.loginId);
  const original = server.principals.get(session.originalLoginId);
  return {
    session_id: session.sessionId,
    login_time: session.loginTime,
    host_name: session.hostName,
    program_name: session.programName,
    client_version: 7,
    security_id: login && bytesOfHex(login.sid),
    login_name: login?.name,
    status: session.isRunning ? "running" : "sleeping",
    last_request_start_time: session.lastRequestTime,
    last_request_end_time: session.lastRequestTime,
    is_user_process: 1,
    language: settings.language,
    date_format: settings.dateFormat,
    date_first: settings.dateFirst,
    quoted_identifier: bit(settings.quotedIdentifier),
    arithabort: bit(settings.arithAbort),
    ansi_nulls: bit(settings.ansiNulls),
    ansi_warnings: bit(settings.ansiWarnings),
    concat_null_yields_null: bit(settings.concatNullYieldsNull),
    transaction_isolation_level: ISOLATION_LEVELS.indexOf(session.isolation) + 1,
    lock_timeout: -1,
    original_security_id: original && bytesOfHex(original.sid),
    original_login_name: original?.name,
    database_id: session.database.databaseId,
    open_transaction_count: session.openTransactions,
  };
}

function requestRow(session: SessionState): ViewRow {
  return {
    session_id: session.sessionId,
    start_time: session.lastRequestTime,
    status: session.blockedBy === 0 ? "running" : "suspended",
    command: "SELECT",
    database_id: session.database.databaseId,
    blocking_session_id: session.blockedBy,
    wait_type: session.blockedBy === 0 ? null : "LCK_M_X",
    open_transaction_count: session.openTransactions,
    transaction_isolation_level: ISOLATION_LEVELS.indexOf(session.isolation) + 1,
  };
}

function linkedServerRow(linked: LinkedServer): ViewRow {
  return {
    server_id: linked.serverId,
    name: linked.name,
    product: linked.product,
    provider: linked.provider,
    data_source: linked.dataSource,
    catalog: linked.catalog,
    is_linked: 1,
    is_data_access_enabled: 1,
    uses_remote_collation: 1,
    modify_date: linked.modifyDate,
  };
}

export const SERVER_VIEWS: readonly ViewDefinition[] = [
  {
    name: "sys.dm_exec_sessions",
    columns: `session_id smallint, login_time datetime, host_name sysname?, program_name sysname?, host_process_id int?, client_version int?, client_interface_name short?,
security_id sid, login_name sysname, nt_domain sysname?, nt_user_name sysname?, status word, context_info binary?, cpu_time int, memory_usage int, total_scheduled_time int,
total_elapsed_time int, endpoint_id int, last_request_start_time datetime, last_request_end_time datetime?, reads bigint, writes bigint, logical_reads bigint,
is_user_process bit, text_size int, language sysname?, date_format word?, date_first smallint, quoted_identifier bit, arithabort bit, ansi_null_dflt_on bit, ansi_defaults bit,
ansi_warnings bit, ansi_padding bit, ansi_nulls bit, concat_null_yields_null bit, transaction_isolation_level smallint, lock_timeout int, deadlock_priority int, row_count bigint,
prev_error int, original_security_id sid, original_login_name sysname, last_successful_logon datetime?, group_id int, database_id smallint, authenticating_database_id int?, open_transaction_count int`,
    rows: (context) => visibleSessions(context).map((session) => sessionRow(context, session)),
  },
  {
    name: "sys.dm_exec_requests",
    columns: `session_id smallint, request_id int, start_time datetime, status word, command short, sql_handle hash?, statement_start_offset int?, statement_end_offset int?,
plan_handle hash?, database_id smallint, user_id int, connection_id guid?, blocking_session_id smallint?, wait_type desc?, wait_time int, last_wait_type desc, wait_resource path,
open_transaction_count int, open_resultset_count int, transaction_id bigint, percent_complete real, estimated_completion_time bigint, cpu_time int, total_elapsed_time int,
reads bigint, writes bigint, logical_reads bigint, text_size int, transaction_isolation_level smallint, lock_timeout int, row_count bigint`,
    rows: (context) =>
      visibleSessions(context)
        .filter(({ isRunning }) => isRunning)
        .map(requestRow),
  },
  {
    name: "sys.dm_exec_connections",
    columns: `session_id int?, most_recent_session_id int?, connect_time datetime, net_transport short, protocol_type short?, protocol_version int?, endpoint_id int?,
encrypt_option short, auth_scheme short, node_affinity smallint, num_reads int?, num_writes int?, last_read datetime?, last_write datetime?, net_packet_size int?,
client_net_address word?, client_tcp_port int?, local_net_address word?, local_tcp_port int?, connection_id guid?, parent_connection_id guid?`,
    rows: (context) =>
      visibleSessions(context).map((session) => ({
        session_id: session.sessionId,
        most_recent_session_id: session.sessionId,
        connect_time: session.loginTime,
        net_transport: "TCP",
        protocol_type: "TSQL",
        protocol_version: 0x74000004,
        encrypt_option: "TRUE",
        auth_scheme: "SQL",
        last_read: session.lastRequestTime,
        last_write: session.lastRequestTime,
      })),
  },
  {
    name: "sys.dm_tran_session_transactions",
    columns: `session_id int, transaction_id bigint, transaction_descriptor binary, enlist_count int, is_user_transaction bit, is_local bit, is_enlisted bit, is_bound bit, open_transaction_count int`,
    rows: (context) =>
      visibleSessions(context)
        .filter(({ openTransactions }) => openTransactions > 0)
        .map((session) => ({
          session_id: session.sessionId,
          transaction_id: BigInt(session.sessionId),
          is_user_transaction: 1,
          is_local: 1,
          open_transaction_count: session.openTransactions,
        })),
  },
  {
    name: "sys.dm_tran_active_snapshot_database_transactions",
    columns: `transaction_id bigint, transaction_sequence_num bigint?, commit_sequence_num bigint?, session_id int, is_snapshot bit, first_snapshot_sequence_num bigint?,
max_version_chain_traversed int?, average_version_chain_traversed real?, elapsed_time_seconds bigint?`,
    rows: (context) =>
      visibleSessions(context)
        .filter(
          ({ isolation, openTransactions }) => isolation === "snapshot" && openTransactions > 0,
        )
        .map(({ sessionId }) => ({
          transaction_id: BigInt(sessionId),
          session_id: sessionId,
          is_snapshot: 1,
        })),
  },
  {
    name: "sys.configurations",
    columns: `configuration_id int, name sysname, value variant?, minimum variant?, maximum variant?, value_in_use variant?, description path, is_dynamic bit, is_advanced bit`,
    rows: ({ server }) =>
      CONFIGURATIONS.map((configuration) => {
        const value = {
          type: { name: "int" },
          value: configuredValue(server, configuration),
        } as const;
        return {
          configuration_id: configuration.id,
          name: configuration.name,
          value,
          minimum: { type: { name: "int" }, value: configuration.minimum },
          maximum: { type: { name: "int" }, value: configuration.maximum },
          value_in_use: value,
          description: configuration.description,
          is_dynamic: 1,
          is_advanced: bit(configuration.isAdvanced),
        };
      }),
  },
  {
    name: "sys.dm_os_sys_info",
    columns:
      "cpu_count int, hyperthread_ratio int, physical_memory_kb bigint, sqlserver_start_time datetime, virtual_machine_type int, virtual_machine_type_desc desc",
    rows: ({ server }) => [
      {
        cpu_count: 1,
        hyperthread_ratio: 1,
        sqlserver_start_time: server.startTime,
        virtual_machine_type_desc: "NONE",
      },
    ],
  },
  {
    name: "sys.dm_os_host_info",
    columns:
      "host_platform path, host_distribution path, host_release path, host_service_pack_level path, host_sku int?, os_language_version int, host_architecture path",
    rows: () => [
      { host_platform: "Linux", host_distribution: "Holdfast sandbox", host_architecture: "X64" },
    ],
  },
  {
    name: "sys.servers",
    columns: `server_id int, name sysname, product sysname, provider sysname, data_source longname?, location longname?, provider_string longname?, catalog sysname?,
connect_timeout int?, query_timeout int?, is_linked bit, is_remote_login_enabled bit, is_rpc_out_enabled bit, is_data_access_enabled bit,
is_collation_compatible bit, uses_remote_collation bit, collation_name sysname?, is_system bit, modify_date datetime`,
    rows: ({ server }) => [
      {
        name: server.name,
        product: "SQL Server",
        provider: "SQLNCLI",
        data_source: server.name,
        is_rpc_out_enabled: 1,
        modify_date: server.startTime,
      },
      ...server.linkedServers.values().map(linkedServerRow),
    ],
  },
  {
    name: "sys.linked_logins",
    columns:
      "server_id int, local_principal_id int?, uses_self_credential bit, remote_name sysname?, modify_date datetime",
    rows: ({ server }) =>
      server.linkedServers.values().map(({ serverId, remoteLogin, modifyDate }) => ({
        server_id: serverId,
        local_principal_id: 0,
        uses_self_credential: bit(remoteLogin === undefined),
        remote_name: remoteLogin,
        modify_date: modifyDate,
      })),
  },
  {
    name: "sys.syslanguages",
    columns:
      "langid smallint, dateformat word, datefirst tinyint, name sysname, alias sysname?, lcid int, msglangid smallint",
    rows: () => [
      {
        dateformat: "mdy",
        datefirst: 7,
        name: "us_english",
        alias: "English",
        lcid: 1033,
        msglangid: 1033,
      },
    ],
  },
];
