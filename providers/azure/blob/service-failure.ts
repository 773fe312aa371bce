import { DiagnosticError, failure } from "../../../core/diagnostics/diagnostic.ts";
import { RetryHint } from "../../../core/storage/retry-hint.ts";
import {
  blobArchived,
  blobExists,
  blobImmutable,
  blobNotFound,
  storeNotWritable,
} from "../../../core/storage/store-failure.ts";
import { BrokenBody } from "./read-body.ts";

export interface ServicePlace {
  /** Without any secret. */
  readonly accountUrl: string;
  readonly container: string;
}

/** What was tried when a call of the service failed. */
export interface ServiceAttempt extends ServicePlace {
  readonly kind: "read" | "write";
  readonly name: string;
}

/** What the SDK throws for an answer that is an error, and for a connection that broke. */
interface ServiceError extends Error {
  readonly code?: string;
  readonly statusCode?: number;
  readonly details?: { readonly errorCode?: string };
  readonly response?: { readonly headers: { get(name: string): string | undefined } };
}

/** The service's own code of an error: `BlobNotFound`. Where an answer has no body, it stands in a header. */
export function codeOf(error: unknown): string | undefined {
  if (!isServiceError(error)) return undefined;
  const told = error.details?.errorCode ?? error.code ?? headerOf(error, "x-ms-error-code");
  return told ?? (error.statusCode === 404 ? "BlobNotFound" : undefined);
}

type Explain = (attempt: ServiceAttempt, error: ServiceError) => DiagnosticError;

/** See learn.microsoft.com/rest/api/storageservices/blob-service-error-codes. */
const BY_CODE: Readonly<Record<string, Explain>> = {
  BlobNotFound: ({ name }, error) => blobNotFound(name, error),
  BlobAlreadyExists: ({ name }, error) => blobExists(name, error),
  ContainerNotFound: containerMissing,
  ContainerBeingDeleted: containerMissing,
  BlobArchived: archived,
  BlobBeingRehydrated: ({ name }, error) =>
    blobArchived(
      name,
      "It is on its way to another tier, which was asked for first and cannot be changed: wait until it is there, up to 15 hours.",
      error,
    ),
  BlobImmutableDueToPolicy: ({ name }, error) =>
    blobImmutable(name, "an immutability policy", error),
  BlobImmutableDueToLegalHold: ({ name }, error) => blobImmutable(name, "a legal hold", error),
  AuthenticationFailed: notAccepted,
  NoAuthenticationInformation: notAccepted,
  InvalidAuthenticationInfo: notAccepted,
  KeyBasedAuthenticationNotPermitted: (_attempt, error) =>
    signInFailed("The storage account allows no account keys", error),
  AccountIsDisabled: (_attempt, error) => signInFailed("The storage account is disabled", error),
};

const BUSY: readonly (number | undefined)[] = [408, 429, 500, 502, 503, 504];

/** The diagnostic for a failed call of the service; errors that are none of the service's come back as they are. */
export function explainServiceError(error: unknown, attempt: ServiceAttempt): unknown {
  if (error instanceof DiagnosticError) return error;
  if (isBrokenConnection(error)) return unreachable(attempt, error);
  if (!isServiceError(error)) return error;
  const known = BY_CODE[codeOf(error) ?? ""];
  if (known !== undefined) return known(attempt, error);
  if (BUSY.includes(error.statusCode)) return busy(attempt, error);
  if (error.statusCode === 401) return notAccepted(attempt, error);
  return error.statusCode === 403 ? forbidden(attempt, error) : refused(attempt, error);
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && error.name === "RestError";
}

/** Also a deadline of ours that ran out, which the SDK reports as an abort. */
function isBrokenConnection(error: unknown): error is Error {
  if (error instanceof BrokenBody) return true;
  if (!(error instanceof Error)) return false;
  const isDead = error.name === "AbortError" || error.name === "TimeoutError";
  return isDead || (isServiceError(error) && error.statusCode === undefined);
}

function headerOf(error: ServiceError, name: string): string | undefined {
  return error.response?.headers.get(name);
}

/** STORE_SIGN_IN_FAILED. `what` is a sentence without its full stop. */
export function signInFailed(what: string, cause?: unknown): DiagnosticError {
  return failure(
    {
      code: "STORE_SIGN_IN_FAILED",
      summary: "Sign-in to the storage account failed",
      detail: `${what}. Nothing was read or changed. Correct the credential of the vault's storage, then run the command again.`,
    },
    cause,
  );
}

function notAccepted({ accountUrl }: ServiceAttempt, error: ServiceError): DiagnosticError {
  return signInFailed(
    `${accountUrl} did not accept the key or signature (${told(error)}): it is wrong, has run out, is of another account, or this machine's clock is more than 15 minutes off`,
    error,
  );
}

function containerMissing(attempt: ServiceAttempt, error: ServiceError): DiagnosticError {
  const { accountUrl, container } = attempt;
  return failure(
    {
      code: "STORE_CONTAINER_MISSING",
      summary: "Container not found",
      detail:
        `${accountUrl} has no container ${container}, or it is just being deleted. Holdfast makes none, because a misspelt name would hide the vault that is there. Correct the name, or make the container:\n\n` +
        `    az storage container create --name ${container} --blob-endpoint ${accountUrl} --auth-mode login`,
    },
    error,
  );
}

/** Other blobs of the vault are archived then, too; each is brought back by itself. */
function archived(attempt: ServiceAttempt, error: ServiceError): DiagnosticError {
  const { accountUrl, container, name } = attempt;
  return blobArchived(
    name,
    "Bring it back, with all others of the vault that are archived; that takes up to 15 hours, and where a lifecycle rule of the account archived it, except the vault from that rule. Then run the command again.\n\n" +
      `    az storage blob set-tier --blob-endpoint ${accountUrl} --container-name ${container} --name ${name} --tier Hot --auth-mode login`,
    error,
  );
}

function forbidden(attempt: ServiceAttempt, error: ServiceError): DiagnosticError {
  const { accountUrl, container, kind, name } = attempt;
  const place = `the container ${container} of ${accountUrl}`;
  if (kind === "write")
    return storeNotWritable(`${name} cannot be changed in ${place} (${told(error)}).`, error);
  return failure(
    {
      code: "STORE_NOT_READABLE",
      summary: "Container not readable",
      detail: `The credential may not read ${name === "" ? "the list of blobs" : name} in ${place} (${told(error)}). A signature needs the permissions read and list; the account's firewall must let this machine in.`,
    },
    error,
  );
}

function busy(attempt: ServiceAttempt, error: ServiceError): DiagnosticError {
  const wait = waitOf(error);
  return failure(
    {
      code: "STORE_BUSY",
      summary: "Storage service busy",
      detail: `${attempt.accountUrl} answered a ${attempt.kind} of ${attempt.name} with ${told(error)}. What was stored is kept. Run the command again later.`,
    },
    wait === undefined ? error : new RetryHint(wait, { cause: error }),
  );
}

/** In milliseconds: what the answer asks for, in its own header or in that of HTTP, as seconds or as a date. */
function waitOf(error: ServiceError): number | undefined {
  const exact = Number(headerOf(error, "x-ms-retry-after-ms") ?? Number.NaN);
  if (exact >= 0) return exact;
  const text = headerOf(error, "retry-after");
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (seconds >= 0) return seconds * 1000;
  const asked = Date.parse(text) - Date.parse(headerOf(error, "date") ?? "");
  return asked > 0 ? asked : undefined;
}

function unreachable(attempt: ServiceAttempt, error: Error): DiagnosticError {
  const { accountUrl, kind, name } = attempt;
  const code = isServiceError(error) ? (error.code ?? "no answer") : "the connection broke";
  return failure(
    {
      code: "STORE_UNREACHABLE",
      summary: "Storage service not reached",
      detail: `A ${kind} of ${name} got no whole answer from ${accountUrl} (${code}). What was stored is kept. Check the network, the firewall and account_url, then run the command again.`,
    },
    error,
  );
}

function refused(attempt: ServiceAttempt, error: ServiceError): DiagnosticError {
  const { accountUrl, kind, name, container } = attempt;
  return failure(
    {
      code: "STORE_REFUSED",
      summary: "Storage service refused a request",
      detail: `${accountUrl} answered a ${kind} of ${name} in the container ${container} with ${told(error)}. What was stored is kept. The code says what is wrong: learn.microsoft.com/rest/api/storageservices/blob-service-error-codes lists them.`,
    },
    error,
  );
}

/** Status, code and the id by which Azure's support finds the request; nothing of what was sent. */
function told(error: ServiceError): string {
  const id = headerOf(error, "x-ms-request-id");
  const request = id === undefined ? "" : `, request ${id}`;
  return `${error.statusCode ?? "no status"} ${codeOf(error) ?? "without a code"}${request}`;
}
