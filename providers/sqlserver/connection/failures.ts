import { DiagnosticError, failure } from "../../../core/diagnostics/diagnostic.ts";
import type { ServerTarget } from "../../../core/resource/database-server.ts";
import { firewall, unmapped } from "./azure-failures.ts";
import { describeServerError, type ServerError, serverErrorsOf } from "./server-error.ts";

/** Where an error happened. */
export interface Place {
  readonly target: Pick<
    ServerTarget,
    "address" | "host" | "port" | "username" | "token" | "azure" | "tls"
  >;
  /** Undefined: no particular one. */
  readonly database?: string | undefined;
}

/** 18456 and its kin: wrong password, disabled, locked, expired, login from an untrusted domain, no Windows login. */
const SIGN_IN_ERRORS: ReadonlySet<number> = new Set([
  18456, 18452, 18450, 18461, 18470, 18486, 18487, 18488,
]);
/** 4060: the database cannot be opened; 916: the login has no user in it. The rest: a right is missing. */
const NO_DATABASE_ERRORS: ReadonlySet<number> = new Set([4060, 916, 4064]);
const PERMISSION_ERRORS: ReadonlySet<number> = new Set([
  229, 230, 262, 297, 300, 15247, 371, 6004, 15151, 378,
]);
/** Azure SQL: what keeps an address out. */
const FIREWALL_ERRORS: ReadonlySet<number> = new Set([40615, 40914, 47073]);
/** Azure SQL: the server is paused or being moved. */
const UNREACHABLE_ERRORS: ReadonlySet<number> = new Set([40613, 40501, 49918, 49919, 49920]);
/**
 * What passes by itself: locks and deadlocks, limits of a service that are reached for now, a session that the service moved
 * (Microsoft's list of transient errors, and that of Microsoft.Data.SqlClient's retry logic).
 */
const BUSY_ERRORS: ReadonlySet<number> = new Set([
  1204, 1205, 1222, 4221, 615, 10_928, 10_929, 40_143, 40_197, 40_540, 42_108, 42_109, 22_840,
]);
const PASSING: ReadonlySet<string> = new Set([
  "SERVER_CONNECTION_LOST",
  "SERVER_UNREACHABLE",
  "SERVER_BUSY",
]);
const CERTIFICATE_CODE =
  /CERT|ISSUER|SIGNATURE|CRL|ALTNAME|HOSTNAME_MISMATCH|SELF_SIGNED|OSSL_PEM|INVALID_CA|INVALID_PURPOSE/;

function hostOf({ target }: Place): string {
  return `${target.host}:${target.port}`;
}

/** The code of the innermost error that has one: `ECONNREFUSED`, `ETIMEOUT`. */
function innermostCode(error: unknown): string {
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  const cause: unknown = error instanceof Error ? (error.cause ?? inner) : undefined;
  const deeper = cause === undefined ? "" : innermostCode(cause);
  if (deeper !== "") return deeper;
  const code: unknown =
    typeof error === "object" && error !== null && "code" in error ? error.code : "";
  return typeof code === "string" ? code : "";
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: "the name is not known to DNS",
  EAI_AGAIN: "the name server did not answer",
  ECONNREFUSED: "nothing listens on that port",
  ECONNRESET: "the connection was closed while signing in",
  EHOSTUNREACH: "there is no route to the host",
  ENETUNREACH: "there is no route to the network",
  ETIMEDOUT: "nothing answered in time",
  ETIMEOUT: "nothing answered in time",
  EENCRYPT: "it does not offer TLS, and the connection insists on it",
};

function unreachable(place: Place, reason: string, cause: unknown): DiagnosticError {
  return failure(
    {
      code: "SERVER_UNREACHABLE",
      summary: "Server cannot be reached",
      detail: `No connection to ${hostOf(place)}: ${reason}. Check host and port, that the server is running and accepts TCP, and that no firewall stands between.`,
      address: place.target.address,
    },
    cause,
  );
}

function signInFailed(place: Place, error: ServerError, cause: unknown): DiagnosticError {
  const { message } = error;
  if (place.target.token !== undefined) return unmapped(place, error, cause);
  return failure(
    {
      code: "SERVER_SIGN_IN_FAILED",
      summary: "Sign-in refused",
      detail: `${hostOf(place)} refused the login "${place.target.username}": ${message} Check username and password of the credential, and that the login is enabled. The server's error log tells the exact reason.`,
      address: place.target.address,
    },
    cause,
  );
}

function databaseClosed(place: Place, error: ServerError, cause: unknown): DiagnosticError {
  const { message, number } = error;
  if (place.target.token !== undefined && number === 916) return unmapped(place, error, cause);
  const database = place.database ?? "master";
  return failure(
    {
      code: "SERVER_PERMISSION_MISSING",
      summary: "Database cannot be opened by this login",
      detail: `${hostOf(place)} did not let the login "${place.target.username}" into the database "${database}": ${message} The login needs a user in it, or the database is not online.`,
      address: place.target.address,
    },
    cause,
  );
}

function permissionMissing(place: Place, error: ServerError, cause: unknown): DiagnosticError {
  return failure(
    {
      code: "SERVER_PERMISSION_MISSING",
      summary: "Permission missing",
      detail: `The login "${place.target.username}" may not do this on ${hostOf(place)}. ${describeServerError(error)}`,
      address: place.target.address,
    },
    cause,
  );
}

function certificateNotTrusted(place: Place, cause: unknown): DiagnosticError {
  const name = place.target.tls.serverName ?? place.target.host;
  return failure(
    {
      code: "SERVER_CERTIFICATE_NOT_TRUSTED",
      summary: "Certificate not trusted",
      detail: `The certificate of ${hostOf(place)} could not be verified for the name "${name}" (${innermostCode(cause)}). Set tls { ca_file } of the server to the authority that signed it, and server_name where the certificate carries another name. trust_server_certificate = true accepts any certificate and is for tests only.`,
      address: place.target.address,
    },
    cause,
  );
}

function connectionLost(place: Place, cause: unknown): DiagnosticError {
  return failure(
    {
      code: "SERVER_CONNECTION_LOST",
      summary: "Connection lost",
      detail: `The connection to ${hostOf(place)} ended in the middle of the work: the server restarted, ended the session, or the network broke. Earlier recovery points are whole. Run the command again.`,
      address: place.target.address,
    },
    cause,
  );
}

/**
 * What the client library and the lane say of bytes that no answer of TDS has; neither gives such an error a code, as sockets
 * do theirs.
 */
const MALFORMED =
  /^(?:unknown (?:type|token)|unrecognised |unsupported (?:dataLength|guid|numeric)|malformed |invalid type|unexpected end of data|partially length|unreachable|token 0x|the rows end too early)/i;

function isMalformed(cause: unknown): cause is Error {
  return cause instanceof Error && innermostCode(cause) === "" && MALFORMED.test(cause.message);
}

function malformed(place: Place, cause: Error): DiagnosticError {
  return failure(
    {
      code: "SERVER_STREAM_MALFORMED",
      summary: "Answer of the server not understood",
      detail: `${hostOf(place)} answered with bytes that are not of the protocol of SQL Server (TDS): ${cause.message}. Nothing of that answer was used. A server that only resembles SQL Server does this, or a proxy between that changes what it passes on. Trying again gives the same; report it with the server's version if it is SQL Server or Azure SQL.`,
      address: place.target.address,
    },
    cause,
  );
}

function queryFailed(place: Place, error: ServerError, cause: unknown): DiagnosticError {
  const where = place.database === undefined ? "" : ` in the database "${place.database}"`;
  return failure(
    {
      code: "SERVER_QUERY_FAILED",
      summary: "Statement failed on the server",
      detail: `${hostOf(place)} refused a statement${where}. ${describeServerError(error)}`,
      address: place.target.address,
    },
    cause,
  );
}

function busy(place: Place, error: ServerError, cause: unknown): DiagnosticError {
  return failure(
    {
      code: "SERVER_BUSY",
      summary: "Server is busy",
      detail: `${hostOf(place)} turned a statement away for now. ${describeServerError(error)} Run the command again.`,
      address: place.target.address,
    },
    cause,
  );
}

/** Whether the same may succeed on a new connection a little later. */
export function isPassing(error: unknown): boolean {
  return error instanceof DiagnosticError && PASSING.has(error.diagnostic.code);
}

type Kind = (place: Place, error: ServerError, cause: unknown) => DiagnosticError;

const KINDS: readonly (readonly [ReadonlySet<number>, Kind])[] = [
  [NO_DATABASE_ERRORS, databaseClosed],
  [SIGN_IN_ERRORS, signInFailed],
  [FIREWALL_ERRORS, firewall],
  [UNREACHABLE_ERRORS, (place, { message }, cause) => unreachable(place, message, cause)],
  [PERMISSION_ERRORS, permissionMissing],
  [BUSY_ERRORS, busy],
];

function serverFailure(
  place: Place,
  errors: readonly ServerError[],
  cause: unknown,
): DiagnosticError | undefined {
  for (const [numbers, kind] of KINDS) {
    const match = errors.find(({ number }) => numbers.has(number));
    if (match !== undefined) return kind(place, match, cause);
  }
  const [first] = errors;
  return first === undefined ? undefined : queryFailed(place, first, cause);
}

/** What to tell when a connection could not be opened. `errors`: what the server said meanwhile. */
export function connectFailure(
  place: Place,
  cause: unknown,
  errors: readonly ServerError[],
): DiagnosticError {
  const carried = errors.length === 0 ? cause : new AggregateError(errors, "sign-in refused");
  const told = serverFailure(place, errors, carried);
  if (told !== undefined) return told;
  const code = innermostCode(cause);
  if (CERTIFICATE_CODE.test(code)) return certificateNotTrusted(place, cause);
  return unreachable(
    place,
    REASONS[code] ?? `the attempt ended with ${code || "no reason"}`,
    cause,
  );
}

/** The server ended the statement as failed without a message; the client library calls that UNKNOWN. */
const SILENT: ServerError = {
  number: 0,
  class: 16,
  line: 0,
  procedure: "",
  message: "The server gave no reason. It may be shutting down.",
};

/** What to tell when a statement failed. */
export function statementFailure(place: Place, cause: unknown): DiagnosticError {
  const told = serverFailure(place, serverErrorsOf(cause), cause);
  if (told !== undefined) return told;
  if (isMalformed(cause)) return malformed(place, cause);
  return innermostCode(cause) === "UNKNOWN"
    ? queryFailed(place, SILENT, cause)
    : connectionLost(place, cause);
}
