import type { SqlType, SqlValue } from "../values/sql-type.ts";
import type { TokenVerifier } from "./token-verifier.ts";

/** What stands between the TDS server (which speaks the protocol) and the engine (which knows SQL). */
export interface SandboxEngine {
  /** Signs in. Gives the error that the client is to see (18456 and the like) instead of a session. */
  login(request: LoginRequest): Session | SqlError;
  /** Where tokens of Microsoft Entra come from that open it; undefined: passwords only. */
  readonly tokens?: Pick<TokenVerifier, "stsUrl" | "audience"> | undefined;
}

export interface LoginRequest {
  readonly username: string;
  readonly password: string;
  /** A token of Microsoft Entra in place of username and password. */
  readonly token?: string | undefined;
  /** Empty: the login's default database. */
  readonly database: string;
  readonly hostName: string;
  readonly applicationName: string;
  readonly packetSize: number;
}

/** An error or an informational message (class 10 and below), with SQL Server's own number and text. */
export interface SqlError {
  readonly number: number;
  readonly state: number;
  /** 0 to 10 is information, 11 to 19 an error, 20 and above ends the connection. */
  readonly class: number;
  readonly message: string;
  readonly procedure: string;
  readonly line: number;
}

export interface ResultColumn {
  /** Empty for an expression without a name. */
  readonly name: string;
  readonly type: SqlType;
  readonly nullable: boolean;
  readonly identity?: boolean | undefined;
  readonly computed?: boolean | undefined;
  /** For text, ntext and image: the table that the column comes from. */
  readonly tableName?: string | undefined;
}

/** A parameter of a procedure call. */
export interface RpcParameter {
  /** With `@`; empty when given by position. */
  readonly name: string;
  readonly type: SqlType;
  readonly value: SqlValue;
  readonly output: boolean;
  readonly useDefault: boolean;
}

export interface StatementEnd {
  /** Undefined: the statement has no count (DDL, or NOCOUNT is on). */
  readonly rowCount: number | undefined;
  readonly isError: boolean;
  /** TDS CurCmd of the statement where known: 0xC1 SELECT, 0xC3 INSERT, 0xC4 DELETE, 0xC5 UPDATE; 0 otherwise. */
  readonly command: number;
}

/** Takes what statements give. `rows` resolves when more may be sent (back pressure). */
export interface ResultSink {
  columns(columns: readonly ResultColumn[]): void;
  /** Rows of the last `columns`, each with one value a column. */
  rows(rows: readonly (readonly SqlValue[])[]): Promise<void>;
  message(message: SqlError): void;
  statementEnd(end: StatementEnd): void;
  /** The current database, the language or the transaction of the session changed. */
  environment(change: EnvironmentChange): void;
  outputParameter(parameter: {
    readonly name: string;
    readonly ordinal: number;
    readonly type: SqlType;
    readonly value: SqlValue;
  }): void;
  returnStatus(status: number): void;
  /** Sends at once what was given so far (RAISERROR WITH NOWAIT). */
  flush(): Promise<void>;
}

export type EnvironmentChange =
  | { readonly kind: "database"; readonly from: string; readonly to: string }
  | { readonly kind: "language"; readonly from: string; readonly to: string }
  | { readonly kind: "begin_transaction"; readonly descriptor: bigint }
  | { readonly kind: "commit_transaction"; readonly descriptor: bigint }
  | { readonly kind: "rollback_transaction"; readonly descriptor: bigint };

export type TransactionRequest =
  | {
      readonly action: "begin";
      readonly name: string;
      readonly isolation: IsolationLevel | undefined;
    }
  | { readonly action: "commit"; readonly name: string; readonly thenBegin: boolean }
  | { readonly action: "rollback"; readonly name: string; readonly thenBegin: boolean }
  | { readonly action: "save"; readonly name: string };

export type IsolationLevel =
  | "read_uncommitted"
  | "read_committed"
  | "repeatable_read"
  | "serializable"
  | "snapshot";

/**
 * One signed-in connection. Calls come one at a time. An aborted signal (attention) ends the running statement;
 * the call then resolves without further output. Errors of SQL go to the sink, never out of the promise.
 */
export interface Session {
  readonly database: string;
  readonly serverName: string;
  batch(sql: string, sink: ResultSink, signal: AbortSignal): Promise<void>;
  /** Runs a procedure by name; `sp_executesql`, the `sp_prepare` family and `sp_reset_connection` are procedures like any other. */
  procedure(
    name: string,
    parameters: readonly RpcParameter[],
    sink: ResultSink,
    signal: AbortSignal,
  ): Promise<void>;
  /** Takes the rows of the bulk load that the last batch (INSERT BULK) announced. */
  bulkLoad(load: BulkRows, sink: ResultSink, signal: AbortSignal): Promise<void>;
  transaction(request: TransactionRequest, sink: ResultSink): Promise<void>;
  /** As sp_reset_connection: settings, temporary tables and the open transaction go; sign-in and database of sign-in stay. */
  reset(): void;
  /** Rolls back and forgets. Safe to call twice. */
  close(): void;
}

export interface BulkRows {
  readonly columns: readonly ResultColumn[];
  readonly rows: AsyncIterable<readonly (readonly SqlValue[])[]>;
}
