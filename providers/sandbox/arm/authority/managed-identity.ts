import type { ArmReply, ArmRequest } from "../exchange.ts";
import type { Application } from "./applications.ts";
import type { EntraAuthority } from "./entra-authority.ts";
import { TOKEN_LIFETIME, type TokenIssuer } from "./token-issuer.ts";

export interface ManagedIdentityParts {
  /** What callers prove by knowing it that they run on this host. */
  readonly header: string;
  readonly issuer: TokenIssuer;
  readonly authority: EntraAuthority;
  readonly applications: readonly Application[];
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

export const IDENTITY_PATH = "/msi/token";

function refuse(status: number, message: string): ArmReply {
  return { status, body: { statusCode: status, message } };
}

/**
 * The endpoint that App Service gives its processes by IDENTITY_ENDPOINT and IDENTITY_HEADER
 * (learn.microsoft.com: app-service/overview-managed-identity, REST endpoint reference).
 */
export function answerManagedIdentity(
  request: ArmRequest,
  parts: ManagedIdentityParts,
): ArmReply | undefined {
  const { url, headers, method } = request;
  if (url.pathname !== IDENTITY_PATH) return undefined;
  if (method !== "GET") return refuse(405, "Only GET is answered here.");
  if (headers["x-identity-header"] !== parts.header) {
    return refuse(401, "The X-IDENTITY-HEADER header is missing or wrong.");
  }
  const query = url.searchParams;
  if (query.get("api-version") !== "2019-08-01") {
    return refuse(400, "The api-version must be 2019-08-01.");
  }
  const resource = query.get("resource");
  if (resource === null) return refuse(400, "The resource is missing.");
  const identity = findIdentity(parts.applications, query);
  if (identity === undefined) {
    return refuse(
      400,
      "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.",
    );
  }
  if (!parts.authority.isResource(resource)) {
    return refuse(400, `The resource ${resource} is not known in this tenant.`);
  }
  const expires_on = String(Math.floor(parts.clock() / 1000) + TOKEN_LIFETIME);
  const access_token = parts.issuer.issue(identity, resource);
  const { clientId: client_id } = identity;
  return {
    status: 200,
    body: { access_token, expires_on, resource, token_type: "Bearer", client_id },
  };
}

function findIdentity(
  applications: readonly Application[],
  query: URLSearchParams,
): Application | undefined {
  const managed = applications.filter((application) => application.managed !== "no");
  const clientId = query.get("client_id");
  if (clientId !== null) return managed.find((identity) => identity.clientId === clientId);
  const objectId = query.get("object_id") ?? query.get("principal_id");
  if (objectId !== null) return managed.find((identity) => identity.objectId === objectId);
  return managed.find((identity) => identity.managed === "system");
}
