import { randomUUID } from "node:crypto";
import type { ArmReply, ArmRequest } from "../exchange.ts";
import { type Application, isSecretOf } from "./applications.ts";
import { REFUSALS, refuseToken } from "./authority-errors.ts";
import { isSignedBy, tryReadToken } from "./json-web-token.ts";
import { TOKEN_LIFETIME, type TokenIssuer } from "./token-issuer.ts";

export interface AuthorityParts {
  /** `https://localhost:1234`, without a slash at the end. */
  readonly origin: string;
  readonly issuer: TokenIssuer;
  readonly applications: readonly Application[];
  /** What tokens may be asked for, without slashes at the end. */
  readonly resources: readonly string[];
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

const ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** The part of Microsoft Entra that applications sign in at: discovery, keys and the token endpoint (learn.microsoft.com: entra/identity-platform/v2-protocols-oidc). */
export class EntraAuthority {
  readonly #parts: AuthorityParts;

  constructor(parts: AuthorityParts) {
    this.#parts = parts;
  }

  answer(request: ArmRequest): ArmReply | undefined {
    const { pathname } = request.url;
    if (pathname === "/common/discovery/instance") return this.#discoverInstances();
    const match =
      /^\/([^/]+)\/(v2\.0\/\.well-known\/openid-configuration|discovery\/v2\.0\/keys|oauth2\/v2\.0\/token)$/.exec(
        pathname,
      );
    const [, tenant = "", place] = match ?? [];
    if (place === undefined) return undefined;
    const { issuer, clock } = this.#parts;
    if (tenant.toLowerCase() !== issuer.tenantId) {
      return refuseToken(REFUSALS.tenantUnknown(tenant), clock());
    }
    if (place.startsWith("v2.0")) return { status: 200, body: this.#describe() };
    if (place.startsWith("discovery")) return { status: 200, body: issuer.keySet };
    return this.#giveToken(new URLSearchParams(request.body));
  }

  #discoverInstances(): ArmReply {
    const host = new URL(this.#parts.origin).host;
    const tenant_discovery_endpoint = `${this.#tenantOrigin}/v2.0/.well-known/openid-configuration`;
    const metadata = [{ preferred_network: host, preferred_cache: host, aliases: [host] }];
    return {
      status: 200,
      body: { tenant_discovery_endpoint, "api-version": "1.1", metadata },
    };
  }

  get #tenantOrigin(): string {
    return `${this.#parts.origin}/${this.#parts.issuer.tenantId}`;
  }

  #describe(): unknown {
    const base = this.#tenantOrigin;
    return {
      token_endpoint: `${base}/oauth2/v2.0/token`,
      token_endpoint_auth_methods_supported: [
        "client_secret_post",
        "private_key_jwt",
        "client_secret_basic",
      ],
      jwks_uri: `${base}/discovery/v2.0/keys`,
      response_modes_supported: ["query", "fragment", "form_post"],
      subject_types_supported: ["pairwise"],
      id_token_signing_alg_values_supported: ["RS256"],
      response_types_supported: ["code", "id_token", "code id_token", "id_token token"],
      scopes_supported: ["openid", "profile", "email", "offline_access"],
      issuer: `${base}/v2.0`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
      end_session_endpoint: `${base}/oauth2/v2.0/logout`,
      tenant_region_scope: null,
      cloud_instance_name: new URL(base).host,
    };
  }

  /** The client credentials grant, with a secret or with an assertion. */
  #giveToken(form: URLSearchParams): ArmReply {
    const { issuer, clock } = this.#parts;
    const refuse = (refusal: Parameters<typeof refuseToken>[0]): ArmReply =>
      refuseToken(refusal, clock());
    const missing = ["client_id", "grant_type"].find((name) => !form.get(name));
    if (missing !== undefined) return refuse(REFUSALS.parameterMissing(missing));
    const grant = form.get("grant_type") ?? "";
    if (grant !== "client_credentials") return refuse(REFUSALS.grantUnsupported(grant));
    const clientId = form.get("client_id") ?? "";
    const application = this.#parts.applications.find((known) => known.clientId === clientId);
    if (application === undefined || application.managed !== "no") {
      return refuse(REFUSALS.applicationUnknown(clientId, issuer.tenantId));
    }
    const fault = this.#judgeCredential(application, form);
    if (fault !== undefined) return refuse(fault);
    const scope = form.get("scope") ?? "";
    const audience = /^(\S+)\/\.default$/.exec(scope)?.[1];
    if (audience === undefined) return refuse(REFUSALS.scopeInvalid(scope));
    if (!this.isResource(audience)) {
      return refuse(REFUSALS.resourceUnknown(audience, issuer.tenantId));
    }
    const body = {
      token_type: "Bearer",
      expires_in: TOKEN_LIFETIME,
      ext_expires_in: TOKEN_LIFETIME,
      access_token: issuer.issue(application, audience),
    };
    const headers = { "cache-control": "no-store, no-cache", "x-ms-request-id": randomUUID() };
    return { status: 200, headers, body };
  }

  isResource(audience: string): boolean {
    return this.#parts.resources.includes(audience.replace(/\/+$/, ""));
  }

  #judgeCredential(
    application: Application,
    form: URLSearchParams,
  ): Parameters<typeof refuseToken>[0] | undefined {
    const secret = form.get("client_secret");
    if (secret !== null) {
      const isRight = isSecretOf(application, secret);
      return isRight ? undefined : REFUSALS.secretWrong(application.clientId);
    }
    const assertion = form.get("client_assertion");
    if (assertion === null || form.get("client_assertion_type") !== ASSERTION) {
      return REFUSALS.credentialMissing();
    }
    return this.#judgeAssertion(application, assertion);
  }

  /** Issuer and subject must be those of a federated credential (learn.microsoft.com: entra/workload-id/workload-identity-federation). */
  #judgeAssertion(
    { federatedCredentials }: Application,
    assertion: string,
  ): Parameters<typeof refuseToken>[0] | undefined {
    const read = tryReadToken(assertion);
    if (read === undefined) return REFUSALS.assertionInvalid();
    const { iss, sub, exp } = read.claims;
    const ofIssuer = federatedCredentials.filter(({ issuer }) => issuer === iss);
    if (ofIssuer.length === 0) return REFUSALS.issuerUnknown(String(iss));
    const credential = ofIssuer.find(({ subject }) => subject === sub);
    if (credential === undefined) return REFUSALS.subjectUnknown(String(sub));
    if (!isSignedBy(read, credential.publicKey)) return REFUSALS.assertionInvalid();
    if (!(Number(exp) * 1000 > this.#parts.clock())) return REFUSALS.assertionExpired();
    return undefined;
  }
}
