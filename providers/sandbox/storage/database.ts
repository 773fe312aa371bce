import type { SqlType, SqlValue } from "../values/sql-type.ts";
import type { Certificate, DatabaseEncryptionKey, MasterKey } from "./certificates.ts";
import type {
  CaptureInstance,
  CaptureJob,
  CaptureReading,
  CaptureState,
} from "./change-capture.ts";
import type { StoredRow } from "./columns.ts";
import type { JournaledMap } from "./journal.ts";
import type { PartitionFunction, PartitionScheme } from "./partitions.ts";
import type { DatabasePrincipal, Permission, RoleMember } from "./principals.ts";
import type { ObjectType, SchemaObject } from "./schema-object.ts";
import type { DatabaseService } from "./service-objectives.ts";

export interface Schema {
  readonly schemaId: number;
  readonly name: string;
  readonly principalId: number;
}

/** An alias type (`CREATE TYPE x FROM nvarchar(20) NOT NULL`) or the name of a table type. */
export interface UserType {
  /** From 257. */
  readonly userTypeId: number;
  readonly schemaId: number;
  readonly name: string;
  /** Undefined for a table type. */
  readonly base: SqlType | undefined;
  readonly nullable: boolean;
  /** Object id of the `TT` object of a table type, 0 for an alias type. */
  readonly tableObjectId: number;
}

/** One row of `sys.extended_properties`. */
export interface ExtendedProperty {
  /** 0 database, 1 object or column, 2 parameter, 3 schema, 4 principal, 6 type, 7 index. */
  readonly class: number;
  readonly majorId: number;
  readonly minorId: number;
  readonly name: string;
  /** A sql_variant or NULL. */
  readonly value: SqlValue;
}

export type SnapshotState = "OFF" | "ON" | "IN_TRANSITION_TO_ON" | "IN_TRANSITION_TO_OFF";

/** `sys.databases.state_desc`. */
export type DatabaseState =
  | "ONLINE"
  | "RESTORING"
  | "RECOVERING"
  | "RECOVERY_PENDING"
  | "SUSPECT"
  | "EMERGENCY"
  | "OFFLINE"
  | "COPYING"
  | "OFFLINE_SECONDARY";

/** What ALTER DATABASE … SET changes; one immutable record. */
export interface DatabaseOptions {
  readonly name: string;
  readonly collation: string;
  readonly ownerSid: string;
  readonly state: DatabaseState;
  readonly access: "MULTI_USER" | "SINGLE_USER" | "RESTRICTED_USER";
  readonly readOnly: boolean;
  readonly recovery: "FULL" | "BULK_LOGGED" | "SIMPLE";
  readonly compatibilityLevel: number;
  readonly snapshotIsolation: SnapshotState;
  readonly readCommittedSnapshot: boolean;
  readonly pageVerify: "CHECKSUM" | "TORN_PAGE_DETECTION" | "NONE";
  readonly cursorDefault: "GLOBAL" | "LOCAL";
  readonly parameterization: "SIMPLE" | "FORCED";
  readonly containment: "NONE";
  /**
   * The two-valued options by their name in ALTER DATABASE: ANSI_NULL_DEFAULT, ANSI_NULLS, ANSI_PADDING, ANSI_WARNINGS, ARITHABORT,
   * AUTO_CLOSE, AUTO_CREATE_STATISTICS, AUTO_SHRINK, AUTO_UPDATE_STATISTICS, AUTO_UPDATE_STATISTICS_ASYNC, CONCAT_NULL_YIELDS_NULL,
   * CURSOR_CLOSE_ON_COMMIT, DATE_CORRELATION_OPTIMIZATION, DB_CHAINING, NUMERIC_ROUNDABORT, QUOTED_IDENTIFIER, RECURSIVE_TRIGGERS,
   * TEMPORAL_HISTORY_RETENTION, TRUSTWORTHY, ENABLE_BROKER, HONOR_BROKER_PRIORITY, QUERY_STORE.
   */
  readonly flags: Readonly<Record<string, boolean>>;
  /** The tier of a database of Azure SQL Database; absent on servers that have none. */
  readonly service?: DatabaseService | undefined;
  readonly masterKey?: MasterKey | undefined;
  readonly encryptionKey?: DatabaseEncryptionKey | undefined;
}

export interface DatabaseFile {
  readonly fileId: number;
  readonly kind: "ROWS" | "LOG";
  readonly name: string;
  readonly physicalName: string;
}

/**
 * Everything that a database knows about itself; rows stand beside it, in `Database.tables`.
 * Names compare by the collation of the database: `findObject` and its like do that, callers never compare names themselves.
 */
export interface DatabaseCatalog {
  readonly schemas: JournaledMap<number, Schema>;
  readonly objects: JournaledMap<number, SchemaObject>;
  readonly types: JournaledMap<number, UserType>;
  readonly principals: JournaledMap<number, DatabasePrincipal>;
  /** Key: `role.member`. */
  readonly roleMembers: JournaledMap<string, RoleMember>;
  /** Key: `permissionKey`. */
  readonly permissions: JournaledMap<string, Permission>;
  readonly certificates: JournaledMap<number, Certificate>;
  readonly partitionFunctions: JournaledMap<number, PartitionFunction>;
  /** By data space id. */
  readonly partitionSchemes: JournaledMap<number, PartitionScheme>;
  /** Key: `propertyKey`. */
  readonly extendedProperties: JournaledMap<string, ExtendedProperty>;
  /** Change Data Capture: one record under `database` where it is enabled. */
  readonly captureState: JournaledMap<"database", CaptureState>;
  /** By object id of the change table. */
  readonly captureInstances: JournaledMap<number, CaptureInstance>;
  readonly captureJobs: JournaledMap<CaptureJob["type"], CaptureJob>;

  findSchema(name: string): Schema | undefined;
  findObject(schemaId: number, name: string): SchemaObject | undefined;
  findType(schemaId: number, name: string): UserType | undefined;
  findPrincipal(name: string): DatabasePrincipal | undefined;
  /** Constraints and triggers of a table, in order of creation. */
  childrenOf(objectId: number): readonly SchemaObject[];
  objectsOfType<Type extends ObjectType>(
    ...types: readonly Type[]
  ): readonly Extract<SchemaObject, { type: Type }>[];
  sameName(left: string, right: string): boolean;
  /** The form of a name under which equal names are one. */
  readonly foldName: (name: string) => string;
}

export function permissionKey(permission: Permission): string {
  const { securable, majorId, minorId, granteeId, grantorId, name } = permission;
  return `${securable}.${majorId}.${minorId}.${granteeId}.${grantorId}.${name}`;
}

export function propertyKey(property: Omit<ExtendedProperty, "value">): string {
  return `${property.class}.${property.majorId}.${property.minorId}.${property.name.toUpperCase()}`;
}

/** One database: what it is, what it knows, and its rows. */
export interface Database {
  readonly databaseId: number;
  /** When it was made, or got its name. */
  createDate: number;
  /** What names its backups' family and, as nothing is restored here, its recovery fork. Stays when it is renamed. */
  readonly familyGuid: string;
  /** Changes by ALTER DATABASE put a new record here. */
  options: DatabaseOptions;
  readonly files: readonly DatabaseFile[];
  readonly catalog: DatabaseCatalog;
  readonly log: DatabaseLog;
  /** What change data capture has read of the log, and what not. */
  readonly captureLog: CaptureReading;
  /** `@@DBTS`: the rowversion given out last. */
  rowVersion: bigint;
  /** Rows in a table now, as a count without waiting for anyone; for `sys.partitions` and its like. */
  rowCount(objectId: number): number;
  /** Those that open transactions have put in among them. */
  liveRows(objectId: number): Iterable<{ readonly values: StoredRow }>;
  /** A fresh object id. */
  nextObjectId(): number;
}

/** One record of the log that is kept: a bounded number of the newest. */
export interface LogRecord {
  readonly lsn: bigint;
  readonly operation:
    | "LOP_BEGIN_XACT"
    | "LOP_COMMIT_XACT"
    | "LOP_ABORT_XACT"
    | "LOP_BEGIN_CKPT"
    | "LOP_END_CKPT";
  readonly transactionId: number;
  readonly transactionName: string;
  /** Value of type datetime. */
  readonly time: number;
}

export interface DatabaseLog {
  /** numeric(25, 0) as a bigint: VLF x 10^15 + block x 10^5 + slot. */
  readonly lastLsn: bigint;
  readonly lastCommitLsn: bigint;
  readonly records: readonly LogRecord[];
}
