import type { Abortable } from "../../../core/kit/abortable.ts";
import type {
  DatabaseFacts,
  DatabaseRight,
  DatabaseService,
  DatabaseState,
  ServerFacts,
  ServerRight,
} from "../../../core/resource/database-server.ts";
import { serverErrorsOf } from "../connection/server-error.ts";
import type { Row, TdsConnection } from "../connection/tds-connection.ts";
import { compareOrdinal } from "../names.ts";
import { flag, number, numberOrZero, text, textOrNull } from "../schema/fields.ts";

const FACTS = `SELECT CONVERT(nvarchar(128), SERVERPROPERTY('ServerName')) AS name,
  CONVERT(nvarchar(128), SERVERPROPERTY('ProductVersion')) AS version,
  CONVERT(nvarchar(128), SERVERPROPERTY('Edition')) AS edition,
  CONVERT(nvarchar(128), SERVERPROPERTY('Collation')) AS collation,
  CONVERT(int, SERVERPROPERTY('EngineEdition')) AS engine_edition,
  ORIGINAL_LOGIN() AS login_name,
  IS_SRVROLEMEMBER(N'sysadmin') AS is_sysadmin,
  HAS_PERMS_BY_NAME(NULL, NULL, N'VIEW ANY DATABASE') AS sees_all,
  HAS_PERMS_BY_NAME(NULL, NULL, N'CREATE ANY DATABASE') AS creates_any`;

/** SERVERPROPERTY('EngineEdition') of Azure SQL Database and of managed instances. */
const AZURE_SQL_DATABASE = 5;
const MANAGED_INSTANCE = 8;

const ENGINES: Readonly<Record<number, NonNullable<ServerFacts["engine"]>>> = {
  [AZURE_SQL_DATABASE]: "azure_sql",
  [MANAGED_INSTANCE]: "managed_instance",
};

/** sys.databases.state */
const STATES: Readonly<Record<number, DatabaseState>> = {
  0: "online",
  1: "restoring",
  2: "recovering",
  3: "recovery_pending",
  4: "suspect",
  5: "emergency",
  6: "offline",
  7: "copying",
  10: "offline_secondary",
};
const RECOVERY_MODELS: Readonly<Record<number, DatabaseFacts["recoveryModel"]>> = {
  1: "full",
  2: "bulk_logged",
  3: "simple",
};
const ISOLATION: Readonly<Record<number, DatabaseFacts["snapshotIsolation"]>> = {
  0: "off",
  1: "on",
};
/** Each right with the column that tells of it. */
const SERVER_RIGHTS: readonly (readonly [ServerRight, string])[] = [
  ["VIEW ANY DATABASE", "sees_all"],
  ["CREATE ANY DATABASE", "creates_any"],
];
const DATABASE_RIGHTS: readonly (readonly [DatabaseRight, string])[] = [
  ["CONNECT", "may_connect"],
  ["SELECT", "may_select"],
  ["VIEW DEFINITION", "may_view_definition"],
  ["UNMASK", "may_unmask"],
  ["BACKUP DATABASE", "may_back_up"],
  ["BACKUP LOG", "may_back_up_log"],
];

const ASKED_RIGHTS = DATABASE_RIGHTS.map(([right, column]) =>
  right === "CONNECT"
    ? `HAS_DBACCESS(d.name) AS ${column}`
    : `HAS_PERMS_BY_NAME(QUOTENAME(d.name), N'DATABASE', N'${right}') AS ${column}`,
).join(", ");
const ASKED = `SELECT d.*, CONVERT(nvarchar(30), d.create_date, 126) AS created_at`;

/**
 * In master of all databases; a login that is neither administrator nor in dbmanager there may not ask
 * (learn.microsoft.com: sys.database_service_objectives, "Permissions").
 */
const SERVICES = `IF CONVERT(int, SERVERPROPERTY('EngineEdition')) = ${AZURE_SQL_DATABASE}
  SELECT o.database_id, o.edition, o.service_objective, o.elastic_pool_name FROM sys.database_service_objectives AS o`;

/**
 * sys.database_recovery_status exists on SQL Server and Azure SQL Managed Instance only, where a login may also ask for its
 * rights in other databases than the connection's. Names of a branch that is not taken are not looked up.
 */
const DATABASES = `IF CONVERT(int, SERVERPROPERTY('EngineEdition')) = ${AZURE_SQL_DATABASE}
  ${ASKED} FROM sys.databases AS d
ELSE
  ${ASKED}, CONVERT(nvarchar(36), r.family_guid) AS family,
    CONVERT(nvarchar(36), r.recovery_fork_guid) AS recovery_fork, ${ASKED_RIGHTS}
  FROM sys.databases AS d LEFT JOIN sys.database_recovery_status AS r ON r.database_id = d.database_id`;

/** SELECT, or whatever the server asks for instead, denied. */
const NOT_ALLOWED: ReadonlySet<number> = new Set([229, 230, 262, 297, 300]);

const SYSTEM: ReadonlySet<string> = new Set(["master", "tempdb", "model", "msdb"]);

export interface WholeFacts extends ServerFacts {
  readonly isAzure: boolean;
  /** A service, which keeps the keys that encrypt databases. */
  readonly keepsKeys: boolean;
}

export async function readFacts(
  connection: TdsConnection,
  options?: Abortable,
): Promise<WholeFacts> {
  const [row = {}] = await connection.query(FACTS, options);
  const edition = number(row, "engine_edition");
  const isAzure = edition === AZURE_SQL_DATABASE;
  return {
    name: text(row, "name"),
    version: text(row, "version"),
    edition: text(row, "edition"),
    engine: ENGINES[edition] ?? "sql_server",
    collation: text(row, "collation"),
    login: text(row, "login_name"),
    rights: isAzure ? null : heldOf(SERVER_RIGHTS, row),
    ...(isAzure ? {} : { isSysadmin: flag(row, "is_sysadmin") }),
    isAzure,
    keepsKeys: isAzure || edition === MANAGED_INSTANCE,
  };
}

function describe(row: Row, services: ReadonlyMap<number, DatabaseService>): DatabaseFacts {
  const name = text(row, "name");
  const state = STATES[number(row, "state")] ?? "unknown";
  const service = services.get(number(row, "database_id"));
  return {
    name,
    databaseId: number(row, "database_id"),
    state,
    isSystem: SYSTEM.has(name),
    recoveryModel: RECOVERY_MODELS[numberOrZero(row, "recovery_model")] ?? "full",
    snapshotIsolation: ISOLATION[numberOrZero(row, "snapshot_isolation_state")] ?? "in_transition",
    isReadOnly: flag(row, "is_read_only"),
    isEncrypted: flag(row, "is_encrypted"),
    collation: textOrNull(row, "collation_name"),
    compatibilityLevel: number(row, "compatibility_level"),
    createdAt: text(row, "created_at"),
    capturesChanges: flag(row, "is_cdc_enabled"),
    familyGuid: textOrNull(row, "family"),
    recoveryForkGuid: textOrNull(row, "recovery_fork"),
    rights: state === "online" ? rightsOf(row) : null,
    ...(service === undefined ? {} : { service }),
  };
}

function rightsOf(row: Row): readonly DatabaseRight[] | null {
  const isTold = DATABASE_RIGHTS.some(([, column]) => (row[column] ?? null) !== null);
  return isTold ? heldOf(DATABASE_RIGHTS, row) : null;
}

/** A right that this version of the server does not know is NULL: nobody holds it. */
function heldOf<Right>(columns: readonly (readonly [Right, string])[], row: Row): readonly Right[] {
  return columns.flatMap(([right, column]) => (flag(row, column) ? [right] : []));
}

/** All databases that the login can see but database snapshots, which are views of others. */
export async function readDatabases(
  connection: TdsConnection,
  options?: Abortable,
): Promise<readonly DatabaseFacts[]> {
  const rows = await connection.query(DATABASES, options);
  const services = await readServices(connection, options);
  return rows
    .filter((row) => numberOrZero(row, "source_database_id") === 0)
    .map((row) => describe(row, services))
    .toSorted((left, right) => compareOrdinal(left.name, right.name));
}

/** By the ids of databases; none where the login may not ask. */
async function readServices(
  connection: TdsConnection,
  options?: Abortable,
): Promise<ReadonlyMap<number, DatabaseService>> {
  try {
    const rows = await connection.query(SERVICES, options);
    return new Map(rows.flatMap(describeService));
  } catch (error) {
    if (!serverErrorsOf(error).some(({ number: code }) => NOT_ALLOWED.has(code))) throw error;
    return new Map();
  }
}

function describeService(row: Row): readonly (readonly [number, DatabaseService])[] {
  const [edition, objective] = [textOrNull(row, "edition"), textOrNull(row, "service_objective")];
  if (edition === null || objective === null) return [];
  const pool = textOrNull(row, "elastic_pool_name");
  return [[number(row, "database_id"), { edition, objective, pool }]];
}
