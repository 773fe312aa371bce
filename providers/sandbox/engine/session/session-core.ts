import type { SessionSettings } from "../../expressions/compiled.ts";
import type { FunctionRegistry } from "../../expressions/function-registry.ts";
import type { FaultPlan } from "../../session/faults.ts";
import type { IsolationLevel, ResultSink } from "../../session/session.ts";
import type { TokenVerifier } from "../../session/token-verifier.ts";
import type { CopyEnd } from "../../storage/database-copy.ts";
import type { SessionState } from "../../storage/server.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import type { StoredServer } from "../../storage/stored-server.ts";
import type { Transaction } from "../../storage/transaction.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import type { CaptureTiming } from "../capture/capture-process.ts";
import type { CompileEnvironment, TableInDatabase } from "../query/environment.ts";
import type { SystemRegistry } from "../system-registry.ts";
import type { Cursor } from "./cursor.ts";

/** What the engine is given from outside: time and chance. */
export interface EngineParts {
  readonly server: StoredServer;
  readonly system: SystemRegistry;
  readonly functions: FunctionRegistry;
  /** Where definitions are compiled that belong to no session. */
  environmentOf(database: StoredDatabase): CompileEnvironment;
  /** 100 ns since 0001-01-01 UTC. */
  now(): bigint;
  /** 0 <= x < 1. */
  random(): number;
  randomBytes(count: number): Uint8Array;
  /** Milliseconds, only ever growing. */
  ticks(): number;
  /** What knows Microsoft Entra; undefined: nobody signs in through it. */
  readonly tokens: TokenVerifier | undefined;
  /** What fails on purpose, and how many requests came so far. */
  readonly faults: FaultPlan;
  requestCount: number;
  /** How long a copy takes that CREATE DATABASE … AS COPY OF starts, and what becomes of it. */
  copyEnd(source: string, target: string): CopyEnd;
  /** Whether databases are kept in a folder. */
  readonly keepsData: boolean;
  /** How far capture of changes is behind. */
  readonly capture: CaptureTiming;
  /** Writes all databases down. */
  checkpoint(): Promise<void>;
}

/** A user of one database, in place of a login. */
export interface Impersonation {
  readonly databaseId: number;
  readonly userId: number;
}

/** Settings of SET that are no business of expressions. */
export interface SessionOptions {
  readonly noCount: boolean;
  readonly abortsTransaction: boolean;
  readonly implicitTransactions: boolean;
  readonly ansiPadding: boolean;
  readonly ansiNullDefault: boolean;
  readonly cursorCloseOnCommit: boolean;
  readonly numericRoundAbort: boolean;
  readonly noExec: boolean;
  readonly parseOnly: boolean;
  readonly formatOnly: boolean;
  /** Milliseconds; -1 waits for ever. */
  readonly lockTimeout: number;
  /** 0: all. */
  readonly rowCountLimit: number;
  readonly textSize: number;
  readonly isolation: IsolationLevel;
}

/** `SET IDENTITY_INSERT t ON`. */
export interface IdentityInsert {
  readonly database: StoredDatabase;
  readonly objectId: number;
}

/** The error that a CATCH block looks at, or that a statement left. */
export interface CaughtError {
  readonly number: number;
  readonly class: number;
  readonly state: number;
  readonly message: string;
  readonly procedure: string;
  readonly line: number;
}

interface PreparedStatement {
  readonly text: string;
  readonly declaration: string;
}

export interface BulkTarget {
  readonly database: StoredDatabase;
  readonly objectId: number;
  /** Column names in the order of the rows to come. */
  readonly columns: readonly string[];
  readonly checkConstraints: boolean;
  readonly fireTriggers: boolean;
  readonly keepNulls: boolean;
  readonly tableLock: boolean;
}

/** One signed-in session: everything about it that statements read and change. */
export interface SessionCore extends SessionState {
  readonly parts: EngineParts;
  readonly server: StoredServer;
  database: StoredDatabase;
  readonly loginDatabase: StoredDatabase;
  settings: SessionSettings;
  options: SessionOptions;
  isRunning: boolean;
  blockedBy: number;
  lastRequestTime: number;
  loginId: number;
  /** EXECUTE AS: the user that stands in for the login. */
  impersonated: Impersonation | undefined;
  /** Of a session without a login: the user of one database that signed in. */
  readonly signedInUser: Impersonation | undefined;
  /** The name that the client came in by. */
  readonly signInName: string;
  /** Signed in through Microsoft Entra. */
  readonly isExternal: boolean;
  /** The transaction that is open, or that of the statement alone. */
  transaction: Transaction | undefined;
  /** @@TRANCOUNT as BEGIN and COMMIT count it; 0 while only a statement's own transaction is open. */
  transactionCount: number;
  /** Depth of statements that run within a statement's own transaction: triggers see a count of 1. */
  statementDepth: number;
  readonly savepoints: Map<string, number>;
  /** XACT_STATE() -1: only a rollback is possible. */
  isDoomed: boolean;
  rowCount: number;
  errorNumber: number;
  lastIdentity: bigint | undefined;
  /** SCOPE_IDENTITY() of the batches themselves: they are one scope. */
  batchIdentity: bigint | undefined;
  identityInsert: IdentityInsert | undefined;
  readonly temporaryTables: Map<string, TableInDatabase>;
  readonly cursors: Map<string, Cursor>;
  fetchStatus: number;
  readonly prepared: Map<number, PreparedStatement>;
  nextHandle: number;
  bulk: BulkTarget | undefined;
  readonly context: Map<string, SqlValue>;
  contextInfo: Uint8Array | undefined;
  language: string;
  sink: ResultSink | undefined;
  isKilled: boolean;
}

export const DEFAULT_SETTINGS: SessionSettings = {
  ansiNulls: true,
  ansiWarnings: true,
  arithAbort: true,
  concatNullYieldsNull: true,
  quotedIdentifier: true,
  dateFormat: "mdy",
  dateFirst: 7,
  language: "us_english",
};

export const DEFAULT_OPTIONS: SessionOptions = {
  noCount: false,
  abortsTransaction: false,
  implicitTransactions: false,
  ansiPadding: true,
  ansiNullDefault: true,
  cursorCloseOnCommit: false,
  numericRoundAbort: false,
  noExec: false,
  parseOnly: false,
  formatOnly: false,
  lockTimeout: -1,
  rowCountLimit: 0,
  textSize: 2_147_483_647,
  isolation: "read_committed",
};
