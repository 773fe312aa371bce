import type { Abortable } from "../kit/abortable.ts";
import type { Instant } from "../kit/clock.ts";
import type {
  CapturedTable,
  DatabaseCapture,
  InventoryCount,
  TableRows,
} from "./database-capture.ts";

/** What capture is to be like where we enable it. */
export interface CaptureProfile {
  readonly continuous: boolean;
  /** How long changes stay in the change tables, in milliseconds. */
  readonly retention: number;
}

/** What is not as it should be: `CdcViolation` of core/policy. */
export type CaptureFault =
  | "capture_job_not_continuous"
  | "cleanup_retention_too_short"
  | "tables_not_tracked"
  | "columns_not_tracked";

/** Change data capture of one database, as the server tells it. */
export type CaptureState =
  | {
      readonly enabled: false;
      /** How many tables the database has. */
      readonly tables: number;
      readonly mayEnable: boolean;
      /** The role that may enable it: sysadmin; db_owner on Azure SQL Database. */
      readonly role: string;
      /** T-SQL that puts the login into the role. */
      readonly remedy: string;
    }
  | {
      readonly enabled: true;
      readonly tables: number;
      /** Null where the service itself runs the capture. */
      readonly continuous: boolean | null;
      /** In milliseconds. */
      readonly retention: number;
      /** Tables with rows that are not captured, and those of which columns are not, as `schema.table`. */
      readonly untrackedTables: readonly string[];
      readonly partlyTrackedTables: readonly string[];
      /** Every table can be read from the oldest up to the newest, 20 small hex digits each. */
      readonly oldest: string;
      readonly newest: string;
      /** Another one whenever capture of the database was enabled anew, or the database restored or copied; not with its tables. */
      readonly identity: string;
      /** Another one where the name of a captured table means another table: it was made anew, or has the name of another. */
      readonly sources: string;
      /** When a captured table was altered last. Compares as text. */
      readonly lastAltered: string;
      /** Capture instances that somebody else made, by their names, where the capture of the database is ours. */
      readonly foreignInstances: readonly string[];
      /** Partitioned tables that may be switched, which no change tells of, as `schema.table`. */
      readonly switchableTables: readonly string[];
    };

/** Scans of the log that found nothing to capture. */
export interface EmptyScans {
  /** The newest scan that is told of by itself; ascending, but from a restart of the server on. */
  readonly session: number;
  /** How many in a row, up to the newest, found nothing. */
  readonly count: number;
}

/** How far the server has captured. */
export interface CaptureProgress {
  readonly newest: string;
  /** When that was committed; null before anything was captured. */
  readonly newestAt: Instant | null;
  /** The server's time. */
  readonly now: Instant;
  /** How often the server looks for changes at least, in milliseconds. */
  readonly scansEvery: number;
  /** Null where the server does not tell, or not this login. */
  readonly emptyScans: EmptyScans | null;
}

/** What to do the moment the database has its capture, before any table is captured: what goes wrong from there on is ours to mend. */
export interface Enabling extends Abortable {
  readonly onEnabled: (identity: string) => Promise<void>;
}

/** Changes after one commit and up to another. */
export interface ChangeRange {
  /** 20 small hex digits; not in the range. */
  readonly after: string;
  /** In the range. */
  readonly upTo: string;
}

export interface ChangedTable extends CapturedTable {
  /** The name of its capture instance. */
  readonly instance: string;
  /** Changes of a table without one cannot be told apart: it is read as a whole. */
  readonly hasKey: boolean;
}

/** The changes of one range, each table by the same two ends. */
export interface ChangeReading extends AsyncDisposable {
  /** As `DatabaseCapture.schema`. */
  readonly schema: Uint8Array;
  /** As in the state. */
  readonly sources: string;
  readonly lastAltered: string;
  readonly inventory: readonly InventoryCount[];
  /** Tables that have a change in the range. */
  readonly tables: readonly ChangedTable[];
  /** Tables that are not captured, or not with all columns: only reading them whole tells what changed. */
  readonly whole: readonly CapturedTable[];
  /** Whether columns of captured tables were changed after the range begins, also where all is as before by now. */
  readonly hasNewDefinitions: boolean;
  readonly notes: readonly string[];
  /**
   * Rows of the change table: `__$start_lsn`, `__$seqval`, `__$command_id`, `__$operation`, `__$update_mask`, the captured
   * columns by their ordinal; in the order of start, command, sequence, operation. What is asked for again after the connection
   * was lost begins anew and gives the same. CDC_CHANGES_LOST where the clean-up was faster.
   */
  changes(table: ChangedTable, options?: Abortable): Promise<TableRows>;
  /** Captured tables that were altered after that moment, by ALTER TABLE or with an index of theirs, as `schema.table`. */
  alteredSince(moment: string): readonly string[];
  /** All rows of a table as they are now, which may be in the middle of a transaction. */
  rows(table: CapturedTable, options?: Abortable): Promise<TableRows>;
  /** Whether the table has a change that was committed after that one, as far as is captured. */
  changedAfter(table: ChangedTable, lsn: string, options?: Abortable): Promise<boolean>;
  /** Commits of the range that change something: 10 bytes log sequence number, 8 bytes big-endian milliseconds since 1970 (UTC). */
  commits(options?: Abortable): AsyncIterable<Uint8Array>;
  /** Checks that nothing of the range was cleaned up, capture is the one of before and the schema is. CDC_CHANGES_LOST, SCHEMA_CHANGED_DURING_BACKUP. */
  complete(options?: Abortable): Promise<void>;
}

/** Change data capture of one online database. Rejects with a `DiagnosticError` (SERVER_*, CDC_*, …). */
export interface ChangeCapture extends AsyncDisposable {
  state(options?: Abortable): Promise<CaptureState>;
  /** T-SQL for this very database that puts those faults right, ready to run. */
  remedy(
    faults: readonly CaptureFault[],
    profile: CaptureProfile,
    options?: Abortable,
  ): Promise<string>;
  /**
   * Of the database where it is off, and all its tables, all columns that can be captured. Gives notes. What fails or is cancelled is disabled
   * again, but for what somebody else enabled meanwhile. CDC_ENABLE_FAILED.
   */
  enable(profile: CaptureProfile, options: Enabling): Promise<readonly string[]>;
  /**
   * Drops all that our capture has stored. Where others made capture instances, those stay, and capture of the database with
   * them; gives their names. CDC_DISABLE_FAILED.
   */
  disable(options?: Abortable): Promise<readonly string[]>;
  progress(options?: Abortable): Promise<CaptureProgress>;
  /** All tables, READ COMMITTED: each row as it was when it was read. */
  openScan(options?: Abortable): Promise<DatabaseCapture>;
  /** CDC_CHANGES_LOST where the range is not there any more. */
  openChanges(range: ChangeRange, options?: Abortable): Promise<ChangeReading>;
  /** Whether rows and changes of one fit the other: all but names and positions of identities and sequences. */
  sameSchema(before: Uint8Array, after: Uint8Array): boolean;
  /** Removes changes that were committed before that one from the change tables. */
  cleanUp(before: string, options?: Abortable): Promise<void>;
}
