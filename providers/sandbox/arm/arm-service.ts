import { randomUUID } from "node:crypto";
import { ArmError, invalidRequest } from "./arm-errors.ts";
import type { TokenClaims, TokenIssuer } from "./authority/token-issuer.ts";
import type { AzureWorld } from "./azure-world.ts";
import type { ArmReply, ArmRequest } from "./exchange.ts";
import type { ArmFaults } from "./faults.ts";
import { Operations } from "./operations.ts";
import { isSameName, resourceTypeOf } from "./resource-id.ts";
import type { RoleAssignments } from "./roles.ts";
import { type ArmPace, type Route, Routes } from "./route.ts";
import { BACKUP_ROUTES } from "./sql/backup-routes.ts";
import { DATABASE_CHANGES } from "./sql/change-databases.ts";
import { POOL_ROUTES } from "./sql/elastic-pools.ts";
import { INSTANCE_ROUTES } from "./sql/managed-instances.ts";
import { OPERATION_ROUTES } from "./sql/operation-routes.ts";
import { DATABASE_READS } from "./sql/read-databases.ts";
import { RETENTION_ROUTES } from "./sql/retention-policies.ts";
import { SERVER_ROUTES } from "./sql/servers.ts";
import { MACHINE_ROUTES } from "./sql/virtual-machines.ts";
import { SUBSCRIPTION_ROUTES } from "./subscription-routes.ts";

export interface ArmServiceParts {
  /** `https://localhost:1234`. */
  readonly origin: string;
  readonly world: AzureWorld;
  readonly roles: RoleAssignments;
  readonly verifier: Pick<TokenIssuer, "verify">;
  /** What tokens must be for, without a slash at the end. */
  readonly audiences: readonly string[];
  readonly faults: ArmFaults;
  readonly pace: ArmPace;
}

const ROUTES: readonly Route[] = [
  ...SUBSCRIPTION_ROUTES,
  ...SERVER_ROUTES,
  ...DATABASE_READS,
  ...DATABASE_CHANGES,
  ...POOL_ROUTES,
  ...INSTANCE_ROUTES,
  ...MACHINE_ROUTES,
  ...RETENTION_ROUTES,
  ...BACKUP_ROUTES,
  ...OPERATION_ROUTES,
];

/** Azure Resource Manager: tokens, versions, roles and limits, in front of the resources. */
export class ArmService {
  readonly #parts: ArmServiceParts;
  readonly #routes = new Routes(ROUTES);
  readonly #operations = new Operations();

  constructor(parts: ArmServiceParts) {
    this.#parts = parts;
  }

  /** Undefined for a path that is not Azure Resource Manager's. */
  answer(request: ArmRequest): ArmReply | undefined {
    if (!/^\/(subscriptions|providers|tenants)(\/|$)/i.test(request.url.pathname)) return undefined;
    const reply = this.#answer(request);
    return { ...reply, headers: { ...this.#tracing(request), ...reply.headers } };
  }

  #answer(request: ArmRequest): ArmReply {
    try {
      const fault = this.#parts.faults.takeRequest();
      if (fault?.kind === "throttled") throw throttled(fault.retryAfter);
      if (fault?.kind === "unavailable") throw unavailable(fault.status);
      return this.#route(request, this.#authenticate(request));
    } catch (error) {
      if (error instanceof ArmError) return error.reply;
      throw error;
    }
  }

  #tracing({ headers }: ArmRequest): Record<string, string> {
    const id = randomUUID();
    const correlation = headers["x-ms-correlation-request-id"];
    return {
      "cache-control": "no-cache",
      "x-ms-request-id": id,
      "x-ms-correlation-request-id": typeof correlation === "string" ? correlation : id,
      "x-ms-ratelimit-remaining-subscription-reads": "11999",
    };
  }

  #route(request: ArmRequest, caller: TokenClaims): ArmReply {
    const { url, method } = request;
    const path = url.pathname.replace(/\/+$/, "");
    const apiVersion = requireVersion(url);
    const { world, roles, faults, pace, origin } = this.#parts;
    const match = this.#routes.find(method, path);
    if (match === undefined) throw unknownType(path);
    if (match === "method_not_allowed") throw methodNotAllowed(method);
    const { route, names } = match;
    requireSubscription(world, names["subscription"]);
    if (route.action !== undefined) roles.require(caller, { action: route.action, scope: path });
    const operations = this.#operations;
    return route.handle({
      request,
      names,
      caller,
      apiVersion,
      origin,
      world,
      roles,
      operations,
      faults,
      pace,
    });
  }

  /** 401 with the address of the authority, which clients read (learn.microsoft.com: rest/api/azure). */
  #authenticate({ headers }: ArmRequest): TokenClaims {
    const token = /^Bearer (\S+)$/i.exec(headers.authorization ?? "")?.[1];
    if (token === undefined) {
      throw this.#unauthenticated(
        "AuthenticationFailed",
        "Authentication failed. The 'Authorization' header is missing.",
      );
    }
    const claims = this.#parts.verifier.verify(token);
    if ("refused" in claims) {
      throw claims.refused === "expired"
        ? this.#unauthenticated(
            "ExpiredAuthenticationToken",
            "The access token expiry is earlier than the current time.",
          )
        : this.#unauthenticated("InvalidAuthenticationToken", "The access token is invalid.");
    }
    if (!this.#parts.audiences.includes(claims.audience)) {
      throw this.#unauthenticated(
        "InvalidAuthenticationTokenAudience",
        `The access token has been obtained for wrong audience or resource '${claims.audience}'. It should exactly match with one of the allowed audiences '${this.#parts.audiences.join("','")}'.`,
      );
    }
    return claims;
  }

  #unauthenticated(code: string, message: string): ArmError {
    const { origin, world } = this.#parts;
    const challenge = `Bearer authorization_uri="${origin}/${world.tenantId}", error="invalid_token", error_description="${message}"`;
    return new ArmError(401, { code, message }, { "www-authenticate": challenge });
  }
}

function requireVersion(url: URL): string {
  const version = url.searchParams.get("api-version") ?? "";
  if (version === "") {
    throw invalidRequest(
      "MissingApiVersionParameter",
      "The api-version query parameter (?api-version=) is required for all requests.",
    );
  }
  if (!/^\d{4}-\d{2}-\d{2}(-preview)?$/.test(version)) {
    throw invalidRequest(
      "InvalidApiVersionParameter",
      `The api-version '${version}' is invalid. The format is 'YYYY-MM-DD' or 'YYYY-MM-DD-preview'.`,
    );
  }
  return version;
}

function requireSubscription({ subscriptions }: AzureWorld, id: string | undefined): void {
  if (id === undefined) return;
  if (subscriptions.some(({ subscriptionId }) => isSameName(subscriptionId, id))) return;
  throw new ArmError(404, {
    code: "SubscriptionNotFound",
    message: `The subscription '${id}' could not be found.`,
  });
}

function unknownType(path: string): ArmError {
  return new ArmError(404, {
    code: "InvalidResourceType",
    message: `The resource type '${resourceTypeOf(path)}' could not be found in this sandbox.`,
  });
}

function methodNotAllowed(method: string): ArmError {
  return new ArmError(405, {
    code: "MethodNotAllowed",
    message: `The requested resource does not support http method '${method}'.`,
  });
}

/** learn.microsoft.com: azure/azure-resource-manager/management/request-limits-and-throttling. */
function throttled(retryAfter: number): ArmError {
  return new ArmError(
    429,
    {
      code: "TooManyRequests",
      message: `The request is being throttled as the limit has been reached for operation type - Read_ObservationWindow_00:05:00. For more information, see - https://aka.ms/srpthrottlinglimits`,
    },
    { "retry-after": String(retryAfter) },
  );
}

function unavailable(status: number): ArmError {
  const code = status === 503 ? "ServiceUnavailable" : "InternalServerError";
  return new ArmError(status, {
    code,
    message: "An unexpected error occurred while processing the request.",
  });
}
