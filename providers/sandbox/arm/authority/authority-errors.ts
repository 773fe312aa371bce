import { randomUUID } from "node:crypto";
import type { ArmReply } from "../exchange.ts";

interface AuthorityError {
  readonly status: number;
  /** RFC 6749, section 5.2. */
  readonly error: string;
  readonly code: number;
  readonly text: string;
}

/** Errors of the token endpoint by what went wrong, as documented in learn.microsoft.com: entra/identity-platform/reference-error-codes. */
const REFUSALS = {
  tenantUnknown: (tenant: string): AuthorityError => ({
    status: 400,
    error: "invalid_request",
    code: 90_002,
    text: `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
  }),
  parameterMissing: (name: string): AuthorityError => ({
    status: 400,
    error: "invalid_request",
    code: 900_144,
    text: `The request body must contain the following parameter: '${name}'.`,
  }),
  grantUnsupported: (grant: string): AuthorityError => ({
    status: 400,
    error: "unsupported_grant_type",
    code: 70_003,
    text: `The app requested an unsupported grant type '${grant}'.`,
  }),
  applicationUnknown: (clientId: string, tenant: string): AuthorityError => ({
    status: 400,
    error: "unauthorized_client",
    code: 700_016,
    text: `Application with identifier '${clientId}' was not found in the directory '${tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
  }),
  credentialMissing: (): AuthorityError => ({
    status: 401,
    error: "invalid_client",
    code: 7_000_216,
    text: "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
  }),
  secretWrong: (clientId: string): AuthorityError => ({
    status: 401,
    error: "invalid_client",
    code: 7_000_215,
    text: `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`,
  }),
  scopeInvalid: (scope: string): AuthorityError => ({
    status: 400,
    error: "invalid_scope",
    code: 70_011,
    text: `The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope ${scope} is not valid.`,
  }),
  resourceUnknown: (resource: string, tenant: string): AuthorityError => ({
    status: 400,
    error: "invalid_resource",
    code: 500_011,
    text: `The resource principal named ${resource} was not found in the tenant named ${tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.`,
  }),
  issuerUnknown: (issuer: string): AuthorityError => ({
    status: 401,
    error: "invalid_client",
    code: 700_211,
    text: `No matching federated identity record found for presented assertion issuer '${issuer}'.`,
  }),
  subjectUnknown: (subject: string): AuthorityError => ({
    status: 401,
    error: "invalid_client",
    code: 700_213,
    text: `No matching federated identity record found for presented assertion subject '${subject}'.`,
  }),
  assertionInvalid: (): AuthorityError => ({
    status: 401,
    error: "invalid_client",
    code: 700_027,
    text: "The certificate with identifier used to sign the client assertion is not registered on application.",
  }),
  assertionExpired: (): AuthorityError => ({
    status: 401,
    error: "invalid_client",
    code: 700_024,
    text: "Client assertion is not within its valid time range.",
  }),
} as const;

/** The body of an error of the token endpoint (learn.microsoft.com: entra/identity-platform/v2-oauth2-client-creds-grant-flow, error response). */
export function refuseToken(refusal: AuthorityError, now: number): ArmReply {
  const { status, error, code, text } = refusal;
  const trace_id = randomUUID();
  const correlation_id = randomUUID();
  const timestamp = new Date(now).toISOString().replace("T", " ").replace(/\.\d+/, "");
  const error_description = `AADSTS${code}: ${text} Trace ID: ${trace_id} Correlation ID: ${correlation_id} Timestamp: ${timestamp}`;
  const error_uri = `https://login.microsoftonline.com/error?code=${code}`;
  const body = {
    error,
    error_description,
    error_codes: [code],
    timestamp,
    trace_id,
    correlation_id,
    error_uri,
  };
  return { status, body };
}

export { REFUSALS };
