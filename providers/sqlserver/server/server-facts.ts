import type {
  Abortable,
  DatabaseFacts,
  DatabaseState,
  ServerFacts,
} from "../../../core/resource/database-server.ts";
import type { Row, TdsConnection } from "../connection/tds-connection.ts";
import { compareOrdinal } from "../names.ts";
import { flag, number, numberOrZero, text, textOrNull } from "../schema/fields.ts";

const FACTS = `SELECT CONVERT(nvarchar(128), SERVERPROPERTY('ServerName')) AS name,
  CONVERT(nvarchar(128), SERVERPROPERTY('ProductVersion')) AS version,
  CONVERT(nvarchar(128), SERVERPROPERTY('Edition')) AS edition,
  CONVERT(nvarchar(128), SERVERPROPERTY('Collation')) AS collation,
  CONVERT(int, SERVERPROPERTY('EngineEdition')) AS engine_edition`;

/** SERVERPROPERTY('EngineEdition') of Azure SQL Database. */
const AZURE_SQL_DATABASE = 5;

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
const SYSTEM: ReadonlySet<string> = new Set(["master", "tempdb", "model", "msdb"]);

export interface WholeFacts extends ServerFacts {
  readonly isAzure: boolean;
}

export async function readFacts(
  connection: TdsConnection,
  options?: Abortable,
): Promise<WholeFacts> {
  const [row = {}] = await connection.query(FACTS, options);
  return {
    name: text(row, "name"),
    version: text(row, "version"),
    edition: text(row, "edition"),
    collation: text(row, "collation"),
    isAzure: number(row, "engine_edition") === AZURE_SQL_DATABASE,
  };
}

function describe(row: Row): DatabaseFacts {
  const name = text(row, "name");
  return {
    name,
    databaseId: number(row, "database_id"),
    state: STATES[number(row, "state")] ?? "unknown",
    isSystem: SYSTEM.has(name),
    recoveryModel: RECOVERY_MODELS[numberOrZero(row, "recovery_model")] ?? "full",
    snapshotIsolation: ISOLATION[numberOrZero(row, "snapshot_isolation_state")] ?? "in_transition",
    isReadOnly: flag(row, "is_read_only"),
    isEncrypted: flag(row, "is_encrypted"),
    collation: textOrNull(row, "collation_name"),
    compatibilityLevel: number(row, "compatibility_level"),
  };
}

/** All databases that the login can see but database snapshots, which are views of others. */
export async function readDatabases(
  connection: TdsConnection,
  options?: Abortable,
): Promise<readonly DatabaseFacts[]> {
  const rows = await connection.query("SELECT * FROM sys.databases", options);
  return rows
    .filter((row) => numberOrZero(row, "source_database_id") === 0)
    .map(describe)
    .toSorted((left, right) => compareOrdinal(left.name, right.name));
}
