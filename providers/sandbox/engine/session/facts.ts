import { identityOf } from "../../storage/flavour.ts";
import { SqlException } from "../../values/sql-exception.ts";
import type { SqlType, SqlValue } from "../../values/sql-type.ts";
import { LSN_FACTS } from "../capture/lsn-functions.ts";
import type { Activation } from "./activation.ts";
import { baseOf } from "./name-base.ts";
import { findObject } from "./name-resolution.ts";
import { parseObjectName } from "./object-names.ts";
import { userIdIn } from "./rights.ts";
import type { CaughtError } from "./session-core.ts";
import { systemContext } from "./system-context.ts";
import { plainText } from "./value-text.ts";

type Fact = (activation: Activation, parameters: readonly SqlValue[]) => SqlValue;

function caught(pick: (error: CaughtError) => SqlValue): Fact {
  return (activation) => {
    let current: Activation | undefined = activation;
    while (current !== undefined) {
      const error = current.caught.at(-1);
      if (error !== undefined) return pick(error);
      current = current.caller;
    }
    return null;
  };
}

function constant(value: SqlValue): Fact {
  return () => value;
}

const FACTS: Readonly<Record<string, Fact>> = {
  ...LSN_FACTS,
  "@@ROWCOUNT": ({ core }) => core.rowCount,
  ROWCOUNT_BIG: ({ core }) => BigInt(core.rowCount),
  "@@ERROR": ({ core }) => core.errorNumber,
  "@@TRANCOUNT": ({ core }) => transactionCount(core),
  XACT_STATE: ({ core }) => (transactionCount(core) === 0 ? 0 : core.isDoomed ? -1 : 1),
  "@@NESTLEVEL": ({ nestLevel }) => nestLevel,
  "@@PROCID": ({ module }) => module?.object.objectId ?? 0,
  "@@FETCH_STATUS": ({ core }) => core.fetchStatus,
  "@@CURSOR_ROWS": constant(0),
  "@@OPTIONS": (activation) => optionBits(activation),
  "@@LOCK_TIMEOUT": ({ core }) => core.options.lockTimeout,
  "@@TEXTSIZE": ({ core }) => core.options.textSize,
  "@@MAX_CONNECTIONS": constant(32_767),
  "@@MICROSOFTVERSION": constant(0x10_00_03_e8),
  "@@CONNECTIONS": ({ core }) => core.server.sessions.size,
  "@@TIMETICKS": constant(31_250),
  "@@CPU_BUSY": constant(0),
  "@@IDLE": constant(0),
  "@@IO_BUSY": constant(0),
  "@@PACK_RECEIVED": constant(0),
  "@@PACK_SENT": constant(0),
  "@@PACKET_ERRORS": constant(0),
  "@@TOTAL_ERRORS": constant(0),
  "@@TOTAL_READ": constant(0),
  "@@TOTAL_WRITE": constant(0),
  GETANSINULL: constant(1),
  "@@SPID": ({ core }) => core.sessionId,
  "@@LANGID": constant(0),
  "@@DATEFIRST": ({ core }) => core.settings.dateFirst,
  "@@MAX_PRECISION": constant(38),
  "@@VERSION": ({ core }) => identityOf(core.server.flavour).versionText,
  "@@SERVERNAME": ({ core }) => core.server.name,
  "@@SERVICENAME": constant("MSSQLSERVER"),
  "@@LANGUAGE": ({ core }) => core.language,
  "@@REMSERVER": constant(""),
  "@@DBTS": ({ core }) => rowVersionBytes(core.database.rowVersion),
  MIN_ACTIVE_ROWVERSION: ({ core }) => rowVersionBytes(core.database.rowVersion + 1n),
  "@@IDENTITY": ({ core }) => core.lastIdentity ?? null,
  SCOPE_IDENTITY: ({ scopeIdentity, nestLevel, core }) =>
    (nestLevel === 0 ? core.batchIdentity : scopeIdentity) ?? null,
  CURRENT_TRANSACTION_ID: ({ core }) => BigInt(core.transaction?.transactionId ?? 0),
  ERROR_NUMBER: caught(({ number }) => number),
  ERROR_SEVERITY: caught((error) => error.class),
  ERROR_STATE: caught(({ state }) => state),
  ERROR_LINE: caught(({ line }) => line),
  ERROR_MESSAGE: caught(({ message }) => message),
  ERROR_PROCEDURE: caught(({ procedure }) => (procedure === "" ? null : procedure)),
  APP_NAME: ({ core }) => core.programName,
  HOST_NAME: ({ core }) => core.hostName,
  HOST_ID: ({ core }) => String(core.sessionId).padEnd(10),
  ORIGINAL_LOGIN: ({ core }) =>
    core.server.principals.get(core.originalLoginId)?.name ?? core.signInName,
  SYSTEM_USER: ({ core }) => core.server.principals.get(core.loginId)?.name ?? core.signInName,
  CURRENT_USER: userName,
  SESSION_USER: userName,
  USER: userName,
  CONTEXT_INFO: ({ core }) => core.contextInfo ?? null,
  NEWSEQUENTIALID: ({ core }) => sequentialId(core.parts.randomBytes(16)),
  SESSION_CONTEXT: ({ core }, [key]) => core.context.get(plainText(key).toLowerCase()) ?? null,
  CONNECTIONPROPERTY: (_, [name]) => connectionProperty(plainText(name)),
  SESSIONPROPERTY: (activation, [name]) => sessionProperty(activation, plainText(name)),
  TRIGGER_NESTLEVEL: (activation) => triggerLevel(activation),
  IDENT_CURRENT: (activation, [name]) => identity(activation, name ?? null, "last"),
  IDENT_SEED: (activation, [name]) => identity(activation, name ?? null, "seed"),
  IDENT_INCR: (activation, [name]) => identity(activation, name ?? null, "increment"),
};

/** What built-in functions ask of the session; the catalog answers what is about metadata. */
export function sessionFact(
  activation: Activation,
  name: string,
  parameters: readonly SqlValue[],
): SqlValue {
  const own = FACTS[name];
  if (own !== undefined) return own(activation, parameters);
  const { core } = activation;
  const context = systemContext(baseOf(activation).database, activation);
  const value = core.parts.system.fact(context, name, parameters);
  if (value !== undefined) return value;
  throw new SqlException(195, `'${name}' is not a recognized built-in function name.`, {
    class: 15,
    state: 10,
  });
}

function transactionCount(core: Activation["core"]): number {
  return core.transactionCount === 0 && core.statementDepth > 0 ? 1 : core.transactionCount;
}

function userName({ core }: Activation): SqlValue {
  const userId = userIdIn(core.database, core);
  return core.database.catalog.principals.get(userId ?? 2)?.name ?? null;
}

function rowVersionBytes(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

function sequentialId(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString("hex").toUpperCase();
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}

function optionBits({ core }: Activation): number {
  const { settings, options } = core;
  const bits: readonly (readonly [boolean, number])[] = [
    [options.implicitTransactions, 2],
    [options.cursorCloseOnCommit, 4],
    [settings.ansiWarnings, 8],
    [options.ansiPadding, 16],
    [settings.ansiNulls, 32],
    [settings.arithAbort, 64],
    [settings.quotedIdentifier, 256],
    [options.noCount, 512],
    [options.ansiNullDefault, 1_024],
    [settings.concatNullYieldsNull, 4_096],
    [options.numericRoundAbort, 8_192],
    [options.abortsTransaction, 16_384],
  ];
  return bits.reduce((sum, [isOn, bit]) => sum + (isOn ? bit : 0), 0);
}

function variant(type: SqlType, value: string | number): SqlValue {
  return { type, value };
}

function connectionProperty(name: string): SqlValue {
  const text: SqlType = { name: "nvarchar", length: 40 };
  switch (name.toLowerCase()) {
    case "net_transport":
      return variant(text, "TCP");
    case "protocol_type":
      return variant(text, "TSQL");
    case "auth_scheme":
      return variant(text, "SQL");
    case "client_net_address":
    case "local_net_address":
      return variant(text, "127.0.0.1");
    default:
      return null;
  }
}

function sessionProperty({ core }: Activation, name: string): SqlValue {
  const { settings, options } = core;
  const known: Readonly<Record<string, boolean>> = {
    ANSI_NULLS: settings.ansiNulls,
    ANSI_PADDING: options.ansiPadding,
    ANSI_WARNINGS: settings.ansiWarnings,
    ARITHABORT: settings.arithAbort,
    CONCAT_NULL_YIELDS_NULL: settings.concatNullYieldsNull,
    NUMERIC_ROUNDABORT: options.numericRoundAbort,
    QUOTED_IDENTIFIER: settings.quotedIdentifier,
  };
  const isOn = known[name.toUpperCase()];
  return isOn === undefined ? null : variant({ name: "int" }, isOn ? 1 : 0);
}

function triggerLevel(activation: Activation | undefined): number {
  if (activation === undefined) return 0;
  return triggerLevel(activation.caller) + (activation.trigger === undefined ? 0 : 1);
}

function identity(
  activation: Activation,
  name: SqlValue,
  part: "last" | "seed" | "increment",
): SqlValue {
  if (typeof name !== "string") return null;
  const found = findObject(parseObjectName(name), baseOf(activation), activation);
  if (found?.object.type !== "U") return null;
  const clause = found.object.columns.find((column) => column.identity !== undefined)?.identity;
  if (clause === undefined) return null;
  if (part !== "last") return clause[part];
  return found.object.identityCounter.last ?? clause.seed;
}
