import type { SqlError } from "../session/session.ts";
import { BulkCancelled } from "./bulk-reader.ts";
import { ProtocolError } from "./byte-reader.ts";
import { UnknownTypeError } from "./type-info-reader.ts";

function message(number: number, severity: number, text: string): SqlError {
  return { number, state: 1, class: severity, message: text, procedure: "", line: 1 };
}

/** What SQL Server says to a client that does not follow the protocol. */
export function describeProtocolError(error: ProtocolError): SqlError {
  if (error instanceof UnknownTypeError) {
    const text = `The incoming tabular data stream (TDS) remote procedure call (RPC) protocol stream is incorrect. In a parameter, ${error.message}.`;
    return message(8009, 16, text);
  }
  const text = `The incoming tabular data stream (TDS) protocol stream is incorrect: ${error.message}.`;
  return message(4002, 20, text);
}

export const BULK_INTERRUPTED: SqlError = message(
  4804,
  21,
  "While reading current row from host, a premature end-of-message was encountered--an incoming data stream was interrupted when the server expected to see more data. The host program may have terminated.",
);

/** An engine that throws instead of telling its error leaves an unknown state: the connection ends. */
export function describeFailure(error: unknown): SqlError {
  if (error instanceof ProtocolError || error instanceof BulkCancelled) return BULK_INTERRUPTED;
  const reason = error instanceof Error ? error.message : String(error);
  return message(3624, 20, `The sandbox failed within a statement: ${reason} This is a bug.`);
}

export const INTEGRATED_REFUSED: SqlError = message(
  18452,
  14,
  "Login failed. The login is from an untrusted domain and cannot be used with Integrated authentication.",
);

export const RESET_REFUSED: SqlError = message(
  3999,
  20,
  "A connection reset that keeps its transaction needs distributed transactions, which this server does not have.",
);

export function loginFailed(username: string): SqlError {
  return message(18456, 14, `Login failed for user '${username}'.`);
}

export function describeVersion(version: number): SqlError {
  const hex = version.toString(16).padStart(8, "0");
  const text = `The login packet used to open the connection asks for version 0x${hex} of the protocol. This server speaks TDS 7.3B, 7.4 and 8.0; the connection has been closed.`;
  return message(17832, 20, text);
}

export function contextChanged(database: string): SqlError {
  return { ...message(5701, 0, `Changed database context to '${database}'.`), state: 2 };
}

export const LANGUAGE_CHANGED: SqlError = message(
  5703,
  0,
  "Changed language setting to us_english.",
);
