import type { SqlType } from "../../values/sql-type.ts";
import type { FactDeclaration, FunctionDefinition } from "../function-registry.ts";
import { factFunction } from "./scalar-function.ts";

/** Functions and @@ globals whose values the session knows; SessionFacts.fact gives them by these names. */

const INT: SqlType = { name: "int" };
const SMALLINT: SqlType = { name: "smallint" };
const BIGINT: SqlType = { name: "bigint" };
const SYSNAME: SqlType = { name: "nvarchar", length: 128 };
const IDENTITY: SqlType = { name: "numeric", precision: 38, scale: 0 };
const SID: SqlType = { name: "varbinary", length: 85 };
const VARIANT: SqlType = { name: "sql_variant" };

function globals(type: SqlType, names: readonly string[], nullable = false): FactDeclaration[] {
  return names.map((name) => ({ name, type, nullable }));
}

const FACTS: readonly FactDeclaration[] = [
  ...globals(INT, [
    "@@ROWCOUNT",
    "@@ERROR",
    "@@TRANCOUNT",
    "@@NESTLEVEL",
    "@@PROCID",
    "@@FETCH_STATUS",
    "@@CURSOR_ROWS",
    "@@OPTIONS",
    "@@LOCK_TIMEOUT",
    "@@TEXTSIZE",
    "@@MAX_CONNECTIONS",
    "@@MICROSOFTVERSION",
    "@@CONNECTIONS",
    "@@TIMETICKS",
    "@@CPU_BUSY",
    "@@IDLE",
    "@@IO_BUSY",
    "@@PACK_RECEIVED",
    "@@PACK_SENT",
    "@@PACKET_ERRORS",
    "@@TOTAL_ERRORS",
    "@@TOTAL_READ",
    "@@TOTAL_WRITE",
    "GETANSINULL",
  ]),
  ...globals(SMALLINT, ["@@SPID", "@@LANGID", "XACT_STATE"]),
  ...globals({ name: "tinyint" }, ["@@DATEFIRST", "@@MAX_PRECISION"]),
  ...globals({ name: "nvarchar", length: 300 }, ["@@VERSION"]),
  ...globals(SYSNAME, ["@@SERVERNAME", "@@SERVICENAME", "@@LANGUAGE", "@@REMSERVER"]),
  ...globals({ name: "varbinary", length: 8 }, ["@@DBTS", "MIN_ACTIVE_ROWVERSION"]),
  ...globals(IDENTITY, ["@@IDENTITY", "SCOPE_IDENTITY"], true),
  ...globals(BIGINT, ["ROWCOUNT_BIG", "CURRENT_TRANSACTION_ID"]),
  ...globals(INT, ["ERROR_NUMBER", "ERROR_SEVERITY", "ERROR_STATE", "ERROR_LINE"], true),
  ...globals({ name: "nvarchar", length: 4000 }, ["ERROR_MESSAGE"], true),
  ...globals(
    SYSNAME,
    [
      "ERROR_PROCEDURE",
      "APP_NAME",
      "HOST_NAME",
      "ORIGINAL_LOGIN",
      "CURRENT_USER",
      "SESSION_USER",
      "SYSTEM_USER",
      "USER",
    ],
    true,
  ),
  ...globals({ name: "char", length: 10 }, ["HOST_ID"]),
  ...globals({ name: "varbinary", length: 128 }, ["CONTEXT_INFO"], true),
  ...globals({ name: "uniqueidentifier" }, ["NEWSEQUENTIALID"]),
  { name: "SESSION_CONTEXT", parameters: [SYSNAME], type: VARIANT },
  { name: "CONNECTIONPROPERTY", parameters: [SYSNAME], type: VARIANT },
  { name: "SESSIONPROPERTY", parameters: [SYSNAME], type: VARIANT },
  { name: "TRIGGER_NESTLEVEL", parameters: [INT, SYSNAME, SYSNAME], required: 0, type: INT },
  { name: "SUSER_NAME", parameters: [INT], required: 0, type: SYSNAME },
  { name: "SUSER_SNAME", parameters: [SID], required: 0, type: SYSNAME },
  { name: "SUSER_ID", parameters: [SYSNAME], required: 0, type: INT },
  { name: "SUSER_SID", parameters: [SYSNAME, INT], required: 0, type: SID },
  { name: "USER_NAME", parameters: [INT], required: 0, type: { name: "nvarchar", length: 256 } },
  { name: "USER_ID", parameters: [SYSNAME], required: 0, type: INT },
  { name: "IDENT_CURRENT", parameters: [{ name: "nvarchar", length: 776 }], type: IDENTITY },
  { name: "IDENT_SEED", parameters: [{ name: "nvarchar", length: 776 }], type: IDENTITY },
  { name: "IDENT_INCR", parameters: [{ name: "nvarchar", length: 776 }], type: IDENTITY },
];

export const SESSION_FUNCTIONS: readonly FunctionDefinition[] = FACTS.map(factFunction);
