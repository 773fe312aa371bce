import { type DiagnosticError, failure } from "../../../core/diagnostics/diagnostic.ts";
import { RetryHint } from "../../../core/storage/retry-hint.ts";

/** What was asked, for the words of its failure. */
export interface ArmAttempt {
  /** Follows "asked to": `list the servers of subscription 3b24…`. */
  readonly what: string;
  /** The resource: `/subscriptions/…`. */
  readonly scope: string;
  /** The least built-in role that may. */
  readonly role: "Reader" | "SQL DB Contributor" | "SQL Managed Instance Contributor";
}

/** An answer that is no success. */
export interface ArmAnswer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly header: (name: string) => string | undefined;
}

const BUSY: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
/** What two requests at once get: it passes (Azure REST specification, errors of Databases_CreateOrUpdate). */
const CONFLICTS: ReadonlySet<string> = new Set([
  "ConflictingDatabaseOperation",
  "ConflictingServerOperation",
  "ConflictOnGeoReplicationOperation",
  "OperationInterrupted",
]);

/** Turns what the SDK threw into a diagnostic; what is none of Azure's goes on as it is. */
export function explainArmError(attempt: ArmAttempt, error: unknown): unknown {
  const answer = tryReadAnswer(error);
  if (answer !== undefined) return explainAnswer(attempt, answer);
  if (!(error instanceof Error)) return error;
  if (/Authentication|Credential/.test(error.name)) return armSignInFailed(error);
  // Who asks looks at the own signal first, so that what is left of these are answers that took too long.
  const code = "code" in error && typeof error.code === "string" ? error.code : "no answer";
  return failure({
    code: "AZURE_UNREACHABLE",
    summary: "Azure not reached",
    detail: `Azure Resource Manager gave no whole answer when it was asked to ${attempt.what} (${code}). Check the network, the proxy and AZURE_RESOURCE_MANAGER_ENDPOINT, then run the command again.`,
  });
}

const NEW_SECRET =
  "Make a new secret of the application, put its value (not its id) where password_env or password_file of the credential says, or into AZURE_CLIENT_SECRET where the credential is entra_default, and run the command again.";

/** What Entra's number says of who signs in (learn.microsoft.com/entra/identity-platform/reference-error-codes). */
const REFUSALS: ReadonlyMap<string, string> = new Map([
  [
    "AADSTS7000215",
    `Entra knows the application, and the secret that was given is wrong. ${NEW_SECRET}`,
  ],
  ["AADSTS7000222", `The secret of the application has expired. ${NEW_SECRET}`],
  [
    "AADSTS700016",
    "The tenant has no application of that client_id. Correct client_id and tenant_id of the credential, and run the command again.",
  ],
  [
    "AADSTS90002",
    "Entra has no such tenant. Correct tenant_id of the credential, and run the command again.",
  ],
]);

/** AZURE_SIGN_IN_FAILED. Of the error only its name and Entra's number of it are told: its text may hold more. */
export function armSignInFailed(
  error: unknown,
  purpose = "Azure Resource Manager",
): DiagnosticError {
  const text = error instanceof Error ? `${error.name} ${error.message}` : "";
  const name = error instanceof Error ? error.name : "no token";
  const number = /\bAADSTS\d+\b/.exec(text)?.[0];
  const why = REFUSALS.get(number ?? "");
  if (why !== undefined) {
    return failure({
      code: "AZURE_SIGN_IN_FAILED",
      summary: "Sign-in to Azure failed",
      detail: `No token for ${purpose} could be had (${number}). Nothing was changed. ${why}`,
    });
  }
  return failure({
    code: "AZURE_SIGN_IN_FAILED",
    summary: "Sign-in to Azure failed",
    detail: `No token for ${purpose} could be had (${number === undefined ? name : `${name}, ${number}`}). Nothing was changed. Without a credential of its own, Holdfast takes what the machine has: variables of the environment, a workload or managed identity, or the Azure CLI. Correct tenant_id, client_id and the secret of the credential, or sign in and run the command again:\n\n    az login`,
  });
}

function explainAnswer(attempt: ArmAttempt, answer: ArmAnswer): DiagnosticError {
  const { status, code } = answer;
  if (BUSY.has(status) || CONFLICTS.has(code)) return busy(attempt, answer);
  if (status === 401) return notAccepted(attempt, answer);
  if (status === 403) return forbidden(attempt, answer);
  if (status === 404) return missing(attempt, answer);
  return failure({
    code: "AZURE_REFUSED",
    summary: "Azure refused a request",
    detail: `Azure Resource Manager was asked to ${attempt.what} and answered ${told(answer)}: ${answer.message} Nothing was changed by that request.`,
  });
}

function busy({ what }: ArmAttempt, answer: ArmAnswer): DiagnosticError {
  const seconds = Number(answer.header("retry-after") ?? Number.NaN);
  return failure(
    {
      code: "AZURE_BUSY",
      summary: "Azure busy",
      detail: `Azure Resource Manager was asked to ${what} and answered ${told(answer)}. Run the command again later.`,
    },
    seconds > 0 ? new RetryHint(seconds * 1000) : undefined,
  );
}

function notAccepted({ what }: ArmAttempt, answer: ArmAnswer): DiagnosticError {
  return failure({
    code: "AZURE_SIGN_IN_FAILED",
    summary: "Sign-in to Azure failed",
    detail: `Azure Resource Manager did not accept the token when it was asked to ${what} (${told(answer)}): the identity belongs to another tenant than the subscription, or this machine's clock is wrong. Nothing was changed. Write the tenant into the credential (tenant_id), then run the command again.`,
  });
}

/** The message names who asked, the action and the scope; the scope of a resource that the request only refers to, too. */
function forbidden({ what, scope, role }: ArmAttempt, answer: ArmAnswer): DiagnosticError {
  const { message } = answer;
  const who = /object id '([0-9a-f-]{36})'/i.exec(message)?.[1] ?? "OBJECT_ID";
  const action = /action(?:\(s\))? '(Microsoft\.[A-Za-z/]+)'/.exec(
    message.slice(linkedAt(message)),
  )?.[1];
  const place = /scope(?:\(s\))? '(\/subscriptions\/[^'\s]+)'/.exec(
    message.slice(linkedAt(message)),
  )?.[1];
  const lacks = action === undefined ? "" : ` It lacks ${action}.`;
  return failure({
    code: "AZURE_FORBIDDEN",
    summary: "Role in Azure missing",
    detail: `The identity may not ${what} (${told(answer)}).${lacks} Nothing was changed. Who owns the resource can grant it; a new role takes some minutes to hold:\n\n    az role assignment create --assignee-object-id ${who} --assignee-principal-type ServicePrincipal --role "${role}" --scope ${quoteWord(place ?? scope)}`,
  });
}

/** A shell reads single quotes as they are; a name of a database may hold `$(…)` and backticks, which it would run in double ones. */
function quoteWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function linkedAt(message: string): number {
  return Math.max(0, message.indexOf("does not have permission to perform action"));
}

function missing({ what, scope }: ArmAttempt, answer: ArmAnswer): DiagnosticError {
  return failure({
    code: "AZURE_NOT_FOUND",
    summary: "Not found in Azure",
    detail: `Azure Resource Manager was asked to ${what} and answered ${told(answer)}: ${scope} is not there, or lies in another tenant than the identity. Check subscription_id, resource_group and name. What the identity sees:\n\n    az resource list --resource-type Microsoft.Sql/servers --output table`,
  });
}

/** Status, code, and the id by which Azure's support finds the request. */
function told({ status, code, header }: ArmAnswer): string {
  const id = header("x-ms-request-id");
  return `${status} ${code}${id === undefined ? "" : `, request ${id}`}`;
}

export function tryReadAnswer(error: unknown): ArmAnswer | undefined {
  if (!(error instanceof Error) || !("response" in error)) return undefined;
  const { response } = error;
  if (!isAnswer(response)) return undefined;
  return readAnswer(response);
}

/** What of an answer of the pipeline is looked at. */
export interface RawAnswer {
  readonly status: number;
  readonly bodyAsText?: string | null | undefined;
  readonly headers: { get(name: string): string | undefined };
}

export function readAnswer({ status, bodyAsText, headers }: RawAnswer): ArmAnswer {
  const { code, message } = errorOf(parse(bodyAsText ?? ""));
  return {
    status,
    code: code ?? "without a code",
    message: message ?? "",
    header: (name) => headers.get(name),
  };
}

/** `{"error":{"code","message"}}`, in operations too. */
export function errorOf(body: unknown): {
  readonly code: string | undefined;
  readonly message: string | undefined;
} {
  const error = memberOf(body, "error") ?? body;
  const text = (name: string) => {
    const value = memberOf(error, name);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  return { code: text("code"), message: text("message") };
}

export function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isAnswer(value: unknown): value is RawAnswer {
  return (
    typeof memberOf(value, "status") === "number" && typeof memberOf(value, "headers") === "object"
  );
}
