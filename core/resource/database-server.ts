import type { Address } from "../address/address.ts";
import type { Abortable } from "../kit/abortable.ts";
import type { ChangeCapture } from "./change-capture.ts";
import type { CaptureOptions, DatabaseCapture, InventoryCount } from "./database-capture.ts";
import type { ServerCertificates } from "./server-certificates.ts";

/** How to reach a server. The password or token is asked for only when a connection is opened. */
export interface ServerTarget {
  readonly address: Address;
  readonly host: string;
  readonly port: number;
  /** A login; of an identity of Entra what people know it by, for messages. */
  readonly username: string;
  /** Throws SECRET_MISSING. */
  readonly password: () => Promise<string>;
  /** Signs in with an access token of Entra in place of name and password; asked for before each connection, as it ends. */
  readonly token?: ((options: Abortable) => Promise<string>) | undefined;
  /** Where the server stands in Azure, for the commands in messages. */
  readonly azure?: { readonly resourceGroup: string; readonly name: string } | undefined;
  readonly tls: {
    /** PEM of the authorities to trust instead of the system's. */
    readonly ca?: string | undefined;
    /** The name that the certificate must carry; the host where absent. */
    readonly serverName?: string | undefined;
    readonly trustServerCertificate: boolean;
  };
}

export type DatabaseState =
  | "online"
  | "restoring"
  | "recovering"
  | "recovery_pending"
  | "suspect"
  | "emergency"
  | "offline"
  | "copying"
  | "offline_secondary"
  | "unknown";

/** What a login may need in a database. `CONNECT`: it has a user there, or comes in as guest or owner. */
export type DatabaseRight =
  | "CONNECT"
  | "SELECT"
  | "VIEW DEFINITION"
  | "UNMASK"
  | "BACKUP DATABASE"
  | "BACKUP LOG";

/** `VIEW ANY DATABASE`: all databases are seen; without it, only those that the login owns. */
export type ServerRight = "VIEW ANY DATABASE" | "CREATE ANY DATABASE";

/** What a server says of one database. */
export interface DatabaseFacts {
  readonly name: string;
  readonly databaseId: number;
  readonly state: DatabaseState;
  /** master, tempdb, model, msdb. */
  readonly isSystem: boolean;
  readonly recoveryModel: "full" | "bulk_logged" | "simple";
  readonly snapshotIsolation: "on" | "off" | "in_transition";
  readonly isReadOnly: boolean;
  readonly isEncrypted: boolean;
  readonly collation: string | null;
  readonly compatibilityLevel: number;
  /** As the server writes it, in its own time zone: when the database was made or got its name. */
  readonly createdAt: string;
  /** Same after a rename, same in a restored copy; null where the server does not say (not online, Azure SQL Database). */
  readonly familyGuid: string | null;
  /** Another one after each restore over it; null as above. */
  readonly recoveryForkGuid: string | null;
  /** Whether change data capture is enabled in it; absent where nobody asked. */
  readonly capturesChanges?: boolean | undefined;
  /** What the login may do in it; null where the server cannot tell: not online, or of Azure SQL Database. */
  readonly rights: readonly DatabaseRight[] | null;
  /** Of Azure SQL Database, where the server tells this login. */
  readonly service?: DatabaseService | undefined;
}

/** What a database of Azure SQL Database runs on. */
export interface DatabaseService {
  /** `Standard`, `GeneralPurpose`. */
  readonly edition: string;
  /** `S2`, `GP_S_Gen5_1`; `ElasticPool` of one in a pool. */
  readonly objective: string;
  readonly pool: string | null;
}

export interface ServerFacts {
  readonly name: string;
  /** `16.0.4105.2`. */
  readonly version: string;
  readonly edition: string;
  /** What it says that it is; SQL Server on whatever machine. Absent where it cannot tell. */
  readonly engine?: "azure_sql" | "managed_instance" | "sql_server" | undefined;
  readonly collation: string;
  /** Who signed in. */
  readonly login: string;
  /** Whether the login is sysadmin, which enables change data capture; absent of Azure SQL Database, which has no such role. */
  readonly isSysadmin?: boolean | undefined;
  /** What the login may do on the server; null of Azure SQL Database, which has no such rights. */
  readonly rights: readonly ServerRight[] | null;
}

export interface MissingPermission {
  /** `CREATE ANY DATABASE`. */
  readonly permission: string;
  readonly database: string | null;
  /** T-SQL that grants it, ready to copy. */
  readonly remedy: string;
}

/** Two sides have the same rows of a table. */
export interface RowProof {
  /** The same of equal rows in any order, whatever the server. */
  readonly checksum: string;
  /** Columns that it does not cover. */
  readonly without: readonly string[];
}

/** What a restored database lacks, or has otherwise than the source had. */
export interface Shortfall {
  readonly kind: ShortfallKind;
  /** A sentence or two. */
  readonly text: string;
  /** T-SQL that mends it, where there is such. */
  readonly remedy: string | null;
}

export type ShortfallKind =
  | "agent_jobs"
  | "logins"
  | "linked_servers"
  | "system_databases"
  | "encryption"
  | "change_capture"
  | "temporal_history"
  | "fuzzy"
  | "keyless_tables"
  | "user_without_login"
  | "user_without_password"
  | "untrusted_constraint"
  | "other_objects"
  | "backup_note"
  | "foreign_keys"
  | "alias_types"
  | "expressions"
  | "bindings"
  | "triggers"
  | "row_security"
  | "permissions";

/** What a restore is asked to take of a schema. */
export interface ForetoldChoice {
  /** Only these tables, as `schema.table`; all where absent. */
  readonly tables?: ReadonlySet<string> | undefined;
  /** The schema of a database in use that they come back into. */
  readonly into?: string | undefined;
}

/** Why a server cannot take a restore, found before anything is made. */
export interface RestoreObstacle {
  readonly code:
    | "DATABASE_EXISTS"
    | "DATABASE_NOT_FOUND"
    | "TABLE_EXISTS"
    | "SERVER_PERMISSION_MISSING"
    | "RESTORE_NOT_POSSIBLE";
  /** A sentence. */
  readonly text: string;
  /** What puts it right, ready to run, where a command does. */
  readonly remedy: string | null;
}

/** What a restore is making, or left half made; never something that is in use as it is. */
export interface RestoreLeftover {
  /** A whole database, which no restore can be made beside, or the schema in which tables of one in use are made. */
  readonly kind: "database" | "schema";
  /** `the database "Orders_check"` */
  readonly what: string;
  /** When that restore began, by the server: `2026-01-05T12:00:00Z`. */
  readonly since: string;
  /** The id of its job; null where an older version made it. */
  readonly job: string | null;
  /** T-SQL that removes it, ready to run, whoever made it. */
  readonly removal: string;
  /** Removes it, if it still is what it was. RESTORE_LEFTOVER where it cannot. */
  remove(options?: Abortable): Promise<void>;
}

export interface RestoreRequest extends Abortable, ForetoldChoice {
  /** A new one; with `into`, one that is there. */
  readonly database: string;
  /** The id of the job, by which what it leaves behind is known later. */
  readonly job?: string | undefined;
  /** As `DatabaseCapture.schema` gave it. */
  readonly schema: Uint8Array;
  /** Of all rows, as they come over the wire. */
  readonly bytes?: number | undefined;
  /** Encrypts the new database (TDE). */
  readonly encrypt?: boolean | undefined;
  /** The rows are not those of one moment: a constraint that they break is made for new rows only, and told. */
  readonly isFuzzy?: boolean | undefined;
  /** Positions of identities are those of before the last rows. */
  readonly positionsMayLag?: boolean | undefined;
}

/** A database being made, or tables of one. Disposed before `complete` resolved, it is dropped again. */
export interface DatabaseRestore extends AsyncDisposable {
  /** How many tables may be loaded at a time. [1] */
  readonly atOnce?: number | undefined;
  /** Loads the rows of one table; gives the number of rows that the server took. Reports progress by rows as they are sent. */
  load(
    table: LoadTable,
    options?: Abortable & { readonly onRows?: ((rows: number) => void) | undefined },
  ): Promise<number>;
  /**
   * Reads the loaded rows of one table back, before changes are put upon them, and compares them with those that were sent,
   * whatever their order: RESTORE_MISMATCH names the table.
   */
  verify(
    table: { readonly schema: string; readonly name: string },
    options?: Abortable,
  ): Promise<RowProof>;
  /**
   * Puts changes upon the loaded rows of one table; gives the number of change rows. All its changes at once, so that each
   * key is written once. RESTORE_CHANGES_UNCLEAR.
   */
  applyChanges(
    changes: TableChanges,
    options?: Abortable & { readonly onRows?: ((rows: number) => void) | undefined },
  ): Promise<number>;
  /** Adds what comes after the rows (indexes, constraints, modules, permissions …) and checks the inventory: RESTORE_MISMATCH. */
  complete(options?: Abortable): Promise<readonly InventoryCount[]>;
  /** What happened on the way that a person should know [nothing]. */
  readonly notes?: readonly string[] | undefined;
  /** What is not as it was; once it is complete. */
  readonly shortfalls: readonly Shortfall[];
}

export interface LoadTable {
  readonly schema: string;
  readonly name: string;
  readonly metadata: Uint8Array;
  /** The row bytes, in any pieces. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Changes of one table, as `ChangeReading.changes` gave them. */
export interface TableChanges {
  readonly schema: string;
  readonly name: string;
  /** Of one point each, in order. */
  readonly parts: readonly {
    readonly metadata: Uint8Array;
    readonly bytes: AsyncIterable<Uint8Array>;
  }[];
  /** What was committed after it is left out: 20 small hex digits. Null: nothing. */
  readonly upTo: string | null;
}

/**
 * One signed-in SQL Server. Every method rejects with a `DiagnosticError` (SERVER_*, DATABASE_*, …) whose text names the host, never a secret.
 */
export interface DatabaseServer extends AsyncDisposable {
  facts(options?: Abortable): Promise<ServerFacts>;
  /** All databases that the login can see, by name (ordinal). */
  databases(options?: Abortable): Promise<readonly DatabaseFacts[]>;
  /** What the login lacks; empty when nothing. `restore` asks for the right to create a database. */
  missingPermissions(
    need: "backup" | "restore",
    options: Abortable & { readonly database?: string | undefined },
  ): Promise<readonly MissingPermission[]>;
  /** DATABASE_NOT_FOUND, DATABASE_NOT_READY, SNAPSHOT_ISOLATION_OFF (with the ALTER DATABASE that mends it). Changes nothing on the server. */
  openCapture(database: string, options?: CaptureOptions): Promise<DatabaseCapture>;
  /** Everything that would keep `openRestore` from succeeding, as far as the server tells. Changes nothing. */
  restoreObstacles(request: RestoreRequest): Promise<readonly RestoreObstacle[]>;
  /** What restores are making or left behind in a database that is online, the database itself too. Changes nothing. */
  restoreLeftovers(database: string, options?: Abortable): Promise<readonly RestoreLeftover[]>;
  /** Change data capture of a database that is online. DATABASE_NOT_FOUND, DATABASE_NOT_READY. Changes nothing on the server. */
  openChangeCapture(database: string, options?: Abortable): Promise<ChangeCapture>;
  /** Of its encrypted databases; absent where the service keeps them itself. */
  readonly certificates?: ServerCertificates | undefined;
  /** Creates the database, or the tables of `into`, and everything that must stand before the rows. DATABASE_EXISTS, SERVER_PERMISSION_MISSING. */
  openRestore(request: RestoreRequest): Promise<DatabaseRestore>;
}

/** Opens a connection and signs in. SERVER_UNREACHABLE, SERVER_SIGN_IN_FAILED, SERVER_CERTIFICATE_NOT_TRUSTED, SECRET_MISSING. */
export type OpenDatabaseServer = (
  target: ServerTarget,
  options?: Abortable,
) => Promise<DatabaseServer>;
