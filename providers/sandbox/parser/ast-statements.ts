import type {
  DeleteStatement,
  InsertBulkStatement,
  InsertStatement,
  MergeStatement,
  SelectStatement,
  TruncateStatement,
  UpdateStatement,
} from "./ast-changes.ts";
import type { DatabaseStatement } from "./ast-databases.ts";
import type { EncryptionStatement } from "./ast-encryption.ts";
import type {
  Expression,
  Identifier,
  Located,
  ObjectName,
  Predicate,
  TypeReference,
} from "./ast-expressions.ts";
import type { ModuleStatement } from "./ast-modules.ts";
import type { AssignmentOperator, QueryExpression } from "./ast-queries.ts";
import type { SecurityStatement } from "./ast-security.ts";
import type { TableElement, TableStatement } from "./ast-tables.ts";

/** One statement of T-SQL. `start` to `end` is its text without the semicolon. */
export type Statement =
  | SelectStatement
  | InsertStatement
  | UpdateStatement
  | DeleteStatement
  | MergeStatement
  | TruncateStatement
  | InsertBulkStatement
  | DatabaseStatement
  | TableStatement
  | ModuleStatement
  | SecurityStatement
  | EncryptionStatement
  | ControlStatement
  | VariableStatement
  | CursorStatement
  | SessionStatement
  | ServerStatement
  | ExecuteStatement
  | ExecuteStringStatement;

/** A batch that is right by syntax. */
export interface Batch {
  readonly statements: readonly Statement[];
  /** The text that all offsets point into. */
  readonly text: string;
}

export type ControlStatement =
  | BlockStatement
  | IfStatement
  | WhileStatement
  | (Located & { readonly kind: "break" | "continue" })
  | (Located & { readonly kind: "label" | "goto"; readonly label: string })
  | (Located & { readonly kind: "return"; readonly value: Expression | undefined })
  | TryStatement
  | ThrowStatement
  | RaiserrorStatement
  | (Located & { readonly kind: "print"; readonly value: Expression })
  | WaitforStatement;

export interface BlockStatement extends Located {
  readonly kind: "block";
  readonly statements: readonly Statement[];
}

export interface IfStatement extends Located {
  readonly kind: "if";
  readonly condition: Predicate;
  readonly whenTrue: Statement;
  readonly whenFalse: Statement | undefined;
}

interface WhileStatement extends Located {
  readonly kind: "while";
  readonly condition: Predicate;
  readonly body: Statement;
}

export interface TryStatement extends Located {
  readonly kind: "try";
  readonly statements: readonly Statement[];
  readonly catchStatements: readonly Statement[];
}

/** Without arguments it throws again what the CATCH block caught. */
interface ThrowStatement extends Located {
  readonly kind: "throw";
  readonly arguments:
    | { readonly number: Expression; readonly message: Expression; readonly state: Expression }
    | undefined;
}

export interface RaiserrorStatement extends Located {
  readonly kind: "raiserror";
  /** A message text or a message number. In the legacy form `RAISERROR 50001 'text'` the number, with `message`. */
  readonly id: Expression;
  readonly legacyMessage: Expression | undefined;
  /** Undefined only in the legacy form: 16 and 1. */
  readonly severity: Expression | undefined;
  readonly state: Expression | undefined;
  readonly arguments: readonly Expression[];
  /** Lower case: `log`, `nowait`, `seterror`. */
  readonly options: readonly string[];
}

interface WaitforStatement extends Located {
  readonly kind: "waitfor";
  readonly mode: "delay" | "time";
  readonly value: Expression;
}

type VariableStatement = DeclareStatement | SetVariableStatement;

interface DeclareStatement extends Located {
  readonly kind: "declare";
  readonly variables: readonly VariableDeclaration[];
}

export type VariableDeclaration = ScalarDeclaration | TableDeclaration | CursorVariableDeclaration;

interface ScalarDeclaration extends Located {
  readonly kind: "scalar";
  readonly name: string;
  /** May be the name of a table type: then it is a table variable. */
  readonly type: TypeReference;
  readonly value: Expression | undefined;
}

interface TableDeclaration extends Located {
  readonly kind: "table";
  readonly name: string;
  readonly elements: readonly TableElement[];
}

interface CursorVariableDeclaration extends Located {
  readonly kind: "cursor";
  readonly name: string;
}

export interface SetVariableStatement extends Located {
  readonly kind: "set_variable";
  readonly name: string;
  readonly operator: AssignmentOperator;
  readonly value: Expression | CursorDefinition;
}

type CursorStatement =
  | DeclareCursorStatement
  | (Located & {
      readonly kind: "open_cursor" | "close_cursor" | "deallocate_cursor";
      readonly cursor: CursorName;
    })
  | FetchStatement;

/** A cursor's name, or a cursor variable with its `@`. */
export interface CursorName {
  readonly name: string;
  readonly global: boolean;
}

export interface CursorDefinition extends Located {
  readonly kind: "cursor_definition";
  /** Lower case: `insensitive`, `scroll`, `local`, `global`, `fast_forward`, `static`, `read_only`, … */
  readonly options: readonly string[];
  readonly ctes: SelectStatement["ctes"];
  readonly query: QueryExpression;
  /** FOR READ ONLY, FOR UPDATE [OF columns]. */
  readonly updatability: "read_only" | "update" | undefined;
}

export interface DeclareCursorStatement extends Located {
  readonly kind: "declare_cursor";
  readonly name: string;
  readonly definition: CursorDefinition;
}

export interface FetchStatement extends Located {
  readonly kind: "fetch";
  readonly direction: "next" | "prior" | "first" | "last" | "absolute" | "relative";
  readonly amount: Expression | undefined;
  readonly cursor: CursorName;
  readonly into: readonly string[];
}

/** `EXEC @status = procedure arguments`, also without EXEC as the first statement of a batch. */
export interface ExecuteStatement extends Located {
  readonly kind: "execute";
  readonly statusVariable: string | undefined;
  /** A name, or a variable that holds one (with `@`). */
  readonly procedure: ObjectName | { readonly variable: string };
  readonly arguments: readonly ExecuteArgument[];
  /** WITH RECOMPILE, RESULT SETS: lower case. */
  readonly options: readonly string[];
}

export interface ExecuteArgument extends Located {
  /** With `@`; undefined by position. */
  readonly name: string | undefined;
  /** A literal, a variable, DEFAULT or NULL; a bare word comes as a national string, as SQL Server reads it. */
  readonly value: Expression;
  readonly output: boolean;
}

/** `EXEC ('text' + @more) [AS USER = 'x'] [AT server]`. */
export interface ExecuteStringStatement extends Located {
  readonly kind: "execute_string";
  readonly parts: readonly Expression[];
  readonly as: { readonly type: "user" | "login"; readonly name: string } | undefined;
  readonly at: Identifier | undefined;
}

type SessionStatement =
  | SetOptionStatement
  | SetIsolationStatement
  | SetIdentityInsertStatement
  | TransactionStatement
  | (Located & { readonly kind: "use"; readonly database: Identifier })
  | ExecuteAsStatement
  | (Located & { readonly kind: "revert" });

/** `SET option value`: `on_off` for every option that is ON or OFF, `value` for the others. */
export interface SetOptionStatement extends Located {
  readonly kind: "set_option";
  /** Lower case: `nocount`, `ansi_nulls`, …; `rowcount`, `dateformat`, `datefirst`, `language`, `textsize`, `lock_timeout`, `deadlock_priority`, …; `statistics io`. */
  readonly options: readonly string[];
  readonly value: boolean | Expression;
}

export interface SetIsolationStatement extends Located {
  readonly kind: "set_isolation";
  readonly level:
    | "read_uncommitted"
    | "read_committed"
    | "repeatable_read"
    | "serializable"
    | "snapshot";
}

interface SetIdentityInsertStatement extends Located {
  readonly kind: "set_identity_insert";
  readonly table: ObjectName;
  readonly on: boolean;
}

export interface TransactionStatement extends Located {
  readonly kind: "begin_transaction" | "commit" | "rollback" | "save_transaction";
  /** A name, or a variable with its `@`. */
  readonly name: string | undefined;
  /** BEGIN TRAN … WITH MARK 'description'. */
  readonly mark: string | undefined;
}

interface ExecuteAsStatement extends Located {
  readonly kind: "execute_as";
  readonly type: "user" | "login" | "caller";
  readonly name: Expression | undefined;
}

export type ServerStatement =
  | (Located & { readonly kind: "checkpoint" })
  | (Located & { readonly kind: "reconfigure"; readonly override: boolean })
  | (Located & { readonly kind: "shutdown"; readonly nowait: boolean })
  | (Located & { readonly kind: "kill"; readonly session: Expression })
  | DbccStatement
  | BackupStatement
  | RestoreStatement;

export interface DbccStatement extends Located {
  readonly kind: "dbcc";
  /** Lower case: `checkident`. */
  readonly command: string;
  /** Bare words come as column references, `RESEED` among them. */
  readonly arguments: readonly Expression[];
  /** WITH options in lower case. */
  readonly options: readonly string[];
}

export interface BackupStatement extends Located {
  readonly kind: "backup";
  readonly what: "database" | "log" | "certificate" | "master_key";
  /** A name or a variable. */
  readonly database: Expression | undefined;
  readonly devices: readonly BackupDevice[];
  readonly options: readonly BackupOption[];
}

export interface RestoreStatement extends Located {
  readonly kind: "restore";
  readonly what:
    | "database"
    | "log"
    | "headeronly"
    | "filelistonly"
    | "labelonly"
    | "verifyonly"
    | "rewindonly";
  readonly database: Expression | undefined;
  readonly devices: readonly BackupDevice[];
  readonly options: readonly BackupOption[];
}

export interface BackupDevice extends Located {
  readonly type: "disk" | "tape" | "url" | "virtual_device" | "database_snapshot" | "logical";
  readonly name: Expression;
}

/** `COMPRESSION`, `STATS = 10`, `MOVE 'a' TO 'b'` (value a, target b). */
export interface BackupOption {
  readonly name: string;
  readonly value: Expression | undefined;
  readonly target: Expression | undefined;
}
