import { createHash } from "node:crypto";
import type { Abortable } from "../../../core/kit/abortable.ts";
import { serverErrorsOf } from "../connection/server-error.ts";
import type { Row, TdsConnection } from "../connection/tds-connection.ts";
import { compareOrdinal } from "../names.ts";
import { flag, number, numberOrZero, text, textOrNull } from "../schema/fields.ts";
import { jobsUnseen } from "./capture-failures.ts";
import { type CaptureInstance, isOurs, lsnOf, NO_LSN, readInstances } from "./capture-instances.ts";

/** SERVERPROPERTY('EngineEdition') of Azure SQL Database. */
const AZURE_SQL_DATABASE = 5;
const HISTORY_TABLE = 1;
/** The service looks "every 20 seconds" (azure-sql/database/change-data-capture-overview). */
const AZURE_SCANS = 20_000;
const INVALID_OBJECT_NAME = 208;
const PERMISSION_DENIED = 229;
/** A table whose changes should be captured. History tables have none of their own. */
export interface SourceTable {
  readonly objectId: number;
  readonly createdAt: string;
  /** By ALTER TABLE, or with an index that was created, altered or rebuilt (sys.objects.modify_date). */
  readonly modifiedAt: string;
  readonly schema: string;
  readonly name: string;
  /** What can be captured: all columns but computed ones, whose values would be NULL (cdc.captured_columns). */
  readonly columns: readonly { readonly name: string; readonly columnId: number }[];
  readonly hasComputed: boolean;
  readonly isPartitioned: boolean;
  /** The one that has most of its columns; of equals ours, then the oldest, which has most changes. */
  readonly instance: CaptureInstance | undefined;
  readonly instances: readonly CaptureInstance[];
}

export interface CaptureFacts {
  readonly isEnabled: boolean;
  readonly isAzure: boolean;
  readonly isSysadmin: boolean;
  readonly isOwner: boolean;
  readonly login: string;
  readonly user: string;
  readonly tables: readonly SourceTable[];
  /** What the database itself is known by. */
  readonly origin: string;
  /** What this enabling of its capture is known by; empty where it is off. */
  readonly enabling: string;
  /** Undefined where there is no such job: the log reader of replication captures too, and nothing need clean up. */
  readonly capture: { readonly continuous: boolean; readonly scansEvery: number } | undefined;
  /** Minutes. */
  readonly cleanup: { readonly retention: number } | undefined;
  /** What the capture has reached; zeros before it captured anything. */
  readonly newest: string;
}

const DATABASE = `SELECT CONVERT(int, d.is_cdc_enabled) AS is_enabled,
  CONVERT(int, SERVERPROPERTY('EngineEdition')) AS engine_edition,
  IS_SRVROLEMEMBER(N'sysadmin') AS is_sysadmin, IS_ROLEMEMBER(N'db_owner') AS is_owner,
  ORIGINAL_LOGIN() AS login_name, USER_NAME() AS user_name,
  CONVERT(nvarchar(30), d.create_date, 126) AS created_at
  FROM sys.databases AS d WHERE d.name = DB_NAME()`;
/** Another one after each restore over the database, the same on all replicas of it. Azure SQL Database has no such view. */
const FORK = `SELECT CONVERT(nvarchar(36), r.recovery_fork_guid) AS fork
  FROM sys.database_recovery_status AS r WHERE r.database_id = DB_ID()`;
/**
 * sys.sp_cdc_enable_db makes the table and sys.sp_cdc_disable_db drops it (sys.sp_cdc_enable_db, "Remarks"); what becomes of single
 * tables of the database leaves it alone.
 */
const ENABLING = `SELECT CONVERT(nvarchar(12), o.object_id) + N' ' + CONVERT(nvarchar(30), o.create_date, 126) AS enabling
  FROM sys.objects AS o WHERE o.object_id = OBJECT_ID(N'cdc.change_tables')`;
const TABLES = `SELECT t.object_id, s.name AS schema_name, t.name AS table_name, t.temporal_type,
  CONVERT(nvarchar(30), t.create_date, 126) AS created_at,
  CONVERT(nvarchar(30), t.modify_date, 126) AS modified_at,
  (SELECT COUNT(*) FROM sys.indexes AS i INNER JOIN sys.partition_schemes AS p ON p.data_space_id = i.data_space_id
    WHERE i.object_id = t.object_id AND i.index_id < 2) AS schemes
  FROM sys.tables AS t INNER JOIN sys.schemas AS s ON s.schema_id = t.schema_id WHERE t.is_ms_shipped = 0`;
const COLUMNS = "SELECT object_id, column_id, name, is_computed FROM sys.columns";
const NEWEST = "SELECT CONVERT(varchar(20), sys.fn_cdc_get_max_lsn(), 2) AS newest";
const JOBS = `SELECT job_type, CONVERT(int, continuous) AS is_continuous, retention, pollinginterval
  FROM msdb.dbo.cdc_jobs WHERE database_id = DB_ID()`;
/** Of Azure SQL Database, where the service runs the capture and has no such setting. */
const AZURE_JOBS = "SELECT job_type, retention FROM cdc.cdc_jobs";

/** Reads what a database says of its capture. */
export async function readCaptureFacts(
  connection: TdsConnection,
  options?: Abortable,
): Promise<CaptureFacts> {
  const [row = {}] = await connection.query(DATABASE, options);
  const isAzure = number(row, "engine_edition") === AZURE_SQL_DATABASE;
  const isEnabled = flag(row, "is_enabled");
  const [fork = {}] = isAzure ? [] : await connection.query(FORK, options);
  const [enabling = {}] = isEnabled ? await connection.query(ENABLING, options) : [];
  const jobs = isEnabled ? await readJobs(connection, row, options) : [];
  const newest = isEnabled ? await connection.query(NEWEST, options) : [];
  return {
    isEnabled,
    isSysadmin: flag(row, "is_sysadmin"),
    ...callerOf(row),
    tables: await readTables(connection, { isEnabled, signal: options?.signal }),
    origin: textOrNull(fork, "fork") ?? text(row, "created_at"),
    enabling: textOrNull(enabling, "enabling") ?? "",
    ...jobsOf(jobs, isAzure),
    newest: lsnOf(newest[0] ?? {}, "newest"),
  };
}

function callerOf(row: Row): Pick<CaptureFacts, "isAzure" | "isOwner" | "login" | "user"> {
  return {
    isAzure: number(row, "engine_edition") === AZURE_SQL_DATABASE,
    isOwner: flag(row, "is_owner"),
    login: text(row, "login_name"),
    user: text(row, "user_name"),
  };
}

/** None where no table was ever enabled: the tables of jobs are made with the first one. */
async function readJobs(
  connection: TdsConnection,
  row: Row,
  options?: Abortable,
): Promise<readonly Row[]> {
  const caller = callerOf(row);
  try {
    return await connection.query(caller.isAzure ? AZURE_JOBS : JOBS, options);
  } catch (error) {
    const errors = serverErrorsOf(error);
    if (errors.some((each) => each.number === INVALID_OBJECT_NAME)) return [];
    if (!errors.some((each) => each.number === PERMISSION_DENIED)) throw error;
    throw jobsUnseen(connection.place, caller, error);
  }
}

function jobsOf(jobs: readonly Row[], isAzure: boolean): Pick<CaptureFacts, "capture" | "cleanup"> {
  const job = (type: string) => jobs.find((each) => text(each, "job_type").trim() === type);
  const [capture, cleanup] = [job("capture"), job("cleanup")];
  return {
    capture: capture && {
      continuous: flag(capture, "is_continuous"),
      scansEvery: isAzure ? AZURE_SCANS : numberOrZero(capture, "pollinginterval") * 1000,
    },
    cleanup: cleanup && { retention: numberOrZero(cleanup, "retention") },
  };
}

async function readTables(
  connection: TdsConnection,
  { isEnabled, signal }: Abortable & { readonly isEnabled: boolean },
): Promise<readonly SourceTable[]> {
  const tables = await connection.query(TABLES, { signal });
  const columns = Map.groupBy(await connection.query(COLUMNS, { signal }), (row) =>
    number(row, "object_id"),
  );
  const instances = isEnabled ? await readInstances(connection, { signal }) : new Map();
  return tables
    .filter((row) => numberOrZero(row, "temporal_type") !== HISTORY_TABLE)
    .map((row) => {
      const objectId = number(row, "object_id");
      return sourceTable(row, columns.get(objectId) ?? [], instances.get(objectId) ?? []);
    })
    .toSorted((a, b) => compareOrdinal(a.schema, b.schema) || compareOrdinal(a.name, b.name));
}

function sourceTable(
  row: Row,
  columns: readonly Row[],
  instances: readonly CaptureInstance[],
): SourceTable {
  const capturable = columns
    .filter((column) => !flag(column, "is_computed"))
    .map((column) => ({ name: text(column, "name"), columnId: number(column, "column_id") }));
  const table = { schema: text(row, "schema_name"), name: text(row, "table_name") };
  const missingOf = (instance: CaptureInstance) => missingColumns(capturable, instance).length;
  const foreignOf = (instance: CaptureInstance) => (isOurs(instance, table) ? 0 : 1);
  const [instance] = instances.toSorted(
    (a, b) => missingOf(a) - missingOf(b) || foreignOf(a) - foreignOf(b) || a.objectId - b.objectId,
  );
  return {
    ...table,
    objectId: number(row, "object_id"),
    createdAt: text(row, "created_at"),
    modifiedAt: text(row, "modified_at"),
    columns: capturable,
    hasComputed: capturable.length < columns.length,
    isPartitioned: number(row, "schemes") > 0,
    instance,
    instances,
  };
}

/** A column that was dropped and made anew has another id, and is not captured any more. */
function missingColumns(
  columns: SourceTable["columns"],
  instance: CaptureInstance,
): readonly string[] {
  return columns
    .filter(
      ({ name, columnId }) =>
        !instance.columns.some((each) => each.name === name && each.columnId === columnId),
    )
    .map(({ name }) => name);
}

export function untrackedTables({ tables }: CaptureFacts): readonly SourceTable[] {
  return tables.filter(({ instance }) => instance === undefined);
}

/** Names of instances that somebody else made, where the capture of the database is ours. */
export function foreignInstances({ tables }: CaptureFacts): readonly string[] {
  return tables.flatMap((table) =>
    table.instances.filter((each) => !isOurs(each, table)).map(({ name }) => name),
  );
}

/** Tables whose partitions may be switched, which no change tells of. */
export function switchableTables({ tables }: CaptureFacts): readonly SourceTable[] {
  return tables.filter(({ isPartitioned, instance }) => isPartitioned && instance?.allowsSwitch);
}

/** When a captured table was altered last, by the server's clock. */
export function lastAltered({ tables }: CaptureFacts): string {
  const captured = tables.filter(({ instance }) => instance !== undefined);
  return (
    captured
      .map(({ modifiedAt }) => modifiedAt)
      .toSorted()
      .at(-1) ?? ""
  );
}

export function alteredSince({ tables }: CaptureFacts, moment: string): readonly SourceTable[] {
  return tables.filter(({ instance, modifiedAt }) => instance !== undefined && modifiedAt > moment);
}

export function partlyTrackedTables({ tables }: CaptureFacts): readonly SourceTable[] {
  return tables.filter(
    ({ instance, columns }) =>
      instance !== undefined && missingColumns(columns, instance).length > 0,
  );
}

/**
 * From and up to which all tables can be read. What was committed before its capture began, no table needs; a table that the
 * capture has not come to yet can be read from the newest commit on at the earliest.
 */
export function endsOf({ tables, newest }: CaptureFacts): { oldest: string; newest: string } {
  const oldest = tables.reduce((latest, { instance }) => {
    if (instance === undefined) return latest;
    const start = instance.start === NO_LSN ? newest : instance.start;
    return start > latest ? start : latest;
  }, NO_LSN);
  return { oldest, newest: newest > oldest ? newest : oldest };
}

/**
 * Changes with each enabling of the database, each restore and each copy; not with a table that is enabled or dropped. That a table
 * was enabled anew shows in its start, which is later than what was read of it.
 */
export function identityOf({ origin, enabling }: CaptureFacts): string {
  return digestOf(`${origin}\n${enabling}`);
}

/**
 * Changes where the name of a captured table comes to mean another table. A definition that is equal to the byte does not tell
 * that: ALTER SCHEMA … TRANSFER and sp_rename leave a table its id, and its capture instance with it.
 */
export function sourcesOf({ tables }: CaptureFacts): string {
  const captured = tables.filter(({ instance }) => instance !== undefined);
  const lines = captured.map(({ schema, name, objectId, createdAt }) => [
    schema,
    name,
    objectId,
    createdAt,
  ]);
  return digestOf(JSON.stringify(lines));
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
