import type { SqlError } from "./session.ts";

/** What a client asks of the engine, for those who make it fail on purpose. */
export interface FaultRequest {
  readonly kind: "sign_in" | "batch" | "procedure" | "bulk_load";
  /** Counts all requests of the engine, from 1. */
  readonly sequence: number;
  readonly database: string;
  /** The text of a batch, the name of a procedure; empty for the others. */
  readonly text: string;
}

/** The numbers that Azure SQL Database answers with while it throttles or fails over. */
export type TransientNumber = 10_928 | 40_197 | 40_501 | 40_613 | 49_918 | 49_919 | 49_920;

/** Decides which requests fail, and how; undefined lets one pass. */
export type FaultPlan = (request: FaultRequest) => TransientNumber | undefined;

interface Transient {
  readonly class: number;
  readonly message: string;
}

const BUSY =
  "Retry the request after 10 seconds. Incident ID: 00000000-0000-0000-0000-000000000000. Code: 0.";
const MANY = 'operations in progress for subscription "00000000-0000-0000-0000-000000000000".';

/**
 * Texts and classes of learn.microsoft.com: azure-sql/database/troubleshoot-common-errors-issues and resource governance errors. What is
 * of class 20 ends the connection.
 */
const TRANSIENTS: Readonly<Record<TransientNumber, Transient>> = {
  10_928: {
    class: 20,
    message: "Resource ID: 1. The request limit for the database is 30 and has been reached.",
  },
  40_197: {
    class: 17,
    message:
      "The service has encountered an error processing your request. Please try again. Error code 40613.",
  },
  40_501: { class: 20, message: `The service is currently busy. ${BUSY}` },
  40_613: { class: 17, message: "" },
  49_918: {
    class: 16,
    message: "Cannot process request. Not enough resources to process request.",
  },
  49_919: {
    class: 16,
    message: `Cannot process create or update request. Too many create or update ${MANY}`,
  },
  49_920: { class: 16, message: `Cannot process request. Too many ${MANY}` },
};

/** The error that a client is told. */
export function transientError(
  number: TransientNumber,
  place: { readonly database: string; readonly server: string },
): SqlError {
  const known = TRANSIENTS[number];
  const gone = `Database '${place.database}' on server '${place.server}' is not currently available. Please retry the connection later. If the problem persists, contact customer support.`;
  const message = number === 40_613 ? gone : known.message;
  return { number, state: 1, class: known.class, message, procedure: "", line: 1 };
}
