import type { ResultColumn } from "../../session/session.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import type { Transaction } from "../../storage/transaction.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlType, SqlValue } from "../../values/sql-type.ts";
import type { Activation } from "../session/activation.ts";
import { isDatabaseMember, isServerMember } from "../session/rights.ts";
import type { SessionCore } from "../session/session-core.ts";
import type { Task } from "../suspension.ts";

export interface ProcedureParameter {
  readonly name: string;
  readonly type: SqlType;
  /** Undefined: it must be given. */
  readonly otherwise: SqlValue | undefined;
}

/** One call of a procedure of change data capture, with its arguments in order of the parameters. */
export interface ProcedureWork {
  readonly database: StoredDatabase;
  readonly activation: Activation;
  readonly core: SessionCore;
  readonly transaction: Transaction;
  /** A datetime. */
  readonly now: number;
  /** Undefined for NULL. */
  text(name: string): string | undefined;
  number(name: string): number | undefined;
  bytes(name: string): Uint8Array | undefined;
  result(columns: readonly ResultColumn[], rows: readonly (readonly SqlValue[])[]): Task;
  /** An informational message. */
  message(number: number, text: string): void;
}

export interface CaptureProcedure {
  readonly name: string;
  readonly parameters: readonly ProcedureParameter[];
  run(work: ProcedureWork): Task;
}

const NAME: SqlType = { name: "nvarchar", length: 128 };
const TYPES: Readonly<Record<string, SqlType>> = {
  name: NAME,
  text: { name: "nvarchar", length: -1 },
  long: { name: "nvarchar", length: 1035 },
  bit: { name: "bit" },
  int: { name: "int" },
  smallint: { name: "smallint" },
  bigint: { name: "bigint" },
  lsn: { name: "binary", length: 10 },
};

/** Parameters in short: `name type` pairs separated by commas; `?` behind the type: NULL when left out. */
export function parametersOf(notation: string): readonly ProcedureParameter[] {
  return notation
    .split(",")
    .map((part) => part.trim().split(/\s+/))
    .filter(([name]) => name !== undefined && name !== "")
    .map(([name = "", word = ""]) => {
      const type = TYPES[word.replace("?", "")];
      if (type === undefined) throw new Error(`No parameter type ${word}. This is a bug.`);
      return { name: `@${name}`, type, otherwise: word.endsWith("?") ? null : undefined };
    });
}

export function requireEnabled({ database }: Pick<ProcedureWork, "database">): void {
  if (database.catalog.captureState.size > 0) return;
  raise(
    22_901,
    `The database '${database.options.name}' is not enabled for Change Data Capture. Ensure that the correct database context is set and retry the operation. To report on the databases enabled for Change Data Capture, query the is_cdc_enabled column in the sys.databases catalog view.`,
  );
}

export function requireOwner({ database, core }: Pick<ProcedureWork, "database" | "core">): void {
  if (isDatabaseMember(database, core, "db_owner")) return;
  raise(
    22_904,
    "Caller is not authorized to initiate the requested action. DBO privileges are required.",
  );
}

/** sysadmin on SQL Server and on a managed instance, db_owner on Azure SQL Database (documentation of sys.sp_cdc_enable_db). */
export function requireEnabler(work: Pick<ProcedureWork, "database" | "core">): void {
  if (work.core.server.flavour === "azure_sql") requireOwner(work);
  else if (!isServerMember(work.core, "sysadmin")) {
    raise(
      22_902,
      "Caller is not authorized to initiate the requested action. Sysadmin privileges are required.",
    );
  }
}

export function requireGiven(work: ProcedureWork, name: string): string {
  const value = work.text(name);
  if (value !== undefined && value !== "") return value;
  raise(
    22_963,
    `Parameter '@${name}' cannot be null or empty. Specify a value for the named parameter and retry the operation.`,
  );
}
