import type { SessionSettings } from "../expressions/compiled.ts";
import type { ResultColumn } from "../session/session.ts";
import type { Database } from "../storage/database.ts";
import type { Journal } from "../storage/journal.ts";
import type { SchemaObject } from "../storage/schema-object.ts";
import type { ServerState, SessionState } from "../storage/server.ts";
import type { SqlType, SqlValue } from "../values/sql-type.ts";

/** What system views, metadata functions and system procedures see of the session that asks. */
export interface SystemContext {
  readonly server: ServerState;
  readonly session: SessionState;
  /** The database that the name was looked up in: `master.sys.tables` sees master's tables. */
  readonly database: Database;
  readonly settings: SessionSettings;
  /** A value of type datetime: now. */
  readonly now: number;
  /** Principal id of the session in `database`; undefined when it has no user there. */
  readonly userId: number | undefined;
  isServerRoleMember(role: string): boolean;
  isDatabaseRoleMember(role: string): boolean;
  /** Whether GRANTs (ownership, roles and DENY counted) let the session do this. Object id 0 is the database itself. */
  hasPermission(permission: string, objectId: number): boolean;
  hasServerPermission(permission: string): boolean;
  /** Whether the session may do this in another database, as the user that it is there. */
  hasPermissionIn(database: Database, permission: string): boolean;
  /** Whether metadata of the object may be seen (any permission on it, VIEW DEFINITION, ownership). */
  canSee(objectId: number): boolean;
  /** Whether the session has a user in the database. */
  canEnter(database: Database): boolean;
  /** The id, in tempdb, of a temporary table of the session by its short name (`#t`). */
  temporaryTable(name: string): number | undefined;
  /** The module that runs: what @@PROCID means. */
  readonly module: SchemaObject | undefined;
}

/** A system view, compatibility view or dynamic management view: computed when read. */
export interface SystemView {
  /** `sys`, `INFORMATION_SCHEMA`, or `dbo` for `master.dbo.sysdatabases` and its like. */
  readonly schema: string;
  readonly name: string;
  /** Negative, as SQL Server's own. */
  readonly objectId: number;
  readonly columns: readonly {
    readonly name: string;
    readonly type: SqlType;
    readonly nullable: boolean;
  }[];
  rows(context: SystemContext): Iterable<readonly SqlValue[]>;
}

/** A built-in table-valued function: `sys.fn_listextendedproperty`, `sys.dm_exec_sql_text`. */
export interface SystemTableFunction extends Omit<SystemView, "rows"> {
  readonly parameters: readonly SqlType[];
  rows(context: SystemContext, parameters: readonly SqlValue[]): Iterable<readonly SqlValue[]>;
}

/** What a system procedure may do. Errors are thrown as SqlException. */
export interface ProcedureContext extends SystemContext {
  readonly journal: Journal;
  /** Sends a result set. */
  result(columns: readonly ResultColumn[], rows: readonly (readonly SqlValue[])[]): Promise<void>;
  /** An informational message (class 0 to 10). */
  message(number: number, text: string): void;
  setOutput(name: string, value: SqlValue): void;
  /** Runs T-SQL in the session's database with the caller's rights, as EXEC('…') does. */
  execute(sql: string): Promise<void>;
}

/** A system procedure: found in every database under `sys`, and under `dbo` of master, whatever the name's qualifier. */
export interface SystemProcedure {
  readonly name: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly type: SqlType;
    /** Undefined: required. */
    readonly defaultValue?: SqlValue | undefined;
    readonly isOutput?: boolean | undefined;
  }[];
  /** Arguments converted to the declared types, one for each parameter. Gives the return status. */
  run(context: ProcedureContext, parameters: readonly SqlValue[]): Promise<number>;
}

/** The catalog's door for the engine. */
export interface SystemRegistry {
  /** By schema and name; names fold case. `inMaster`: the database looked in is master. */
  view(schema: string | undefined, name: string, inMaster: boolean): SystemView | undefined;
  /** `msdb.dbo.cdc_jobs` or `cdc.cdc_jobs`, where a database has it. */
  jobTable(
    schema: string | undefined,
    name: string,
    place: { readonly database: Database; readonly server: ServerState },
  ): SystemView | undefined;
  tableFunction(schema: string | undefined, name: string): SystemTableFunction | undefined;
  procedure(name: string): SystemProcedure | undefined;
  /** Metadata functions that `SessionFacts.fact` is asked for; undefined when the name is not one of them. */
  fact(context: SystemContext, name: string, parameters: readonly SqlValue[]): SqlValue | undefined;
}
