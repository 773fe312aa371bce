import { randomBytes, randomUUID } from "node:crypto";
import type { ServerIdentity } from "../tls/certificate.ts";
import { type ArmEndpoint, startArmEndpoint } from "./arm-endpoint.ts";
import { type Application, hashSecret } from "./authority/applications.ts";
import type { RoleName } from "./roles.ts";
import type { SqlHost } from "./sql-host.ts";

/** An application that may sign in, and what it may do in the subscription; no role: nothing. */
export interface TenantApplication {
  readonly displayName: string;
  readonly role: RoleName | undefined;
  /** A part of the subscription's path to hold the role to. */
  readonly scope?: string | undefined;
}

export interface SandboxTenantOptions {
  readonly identity: ServerIdentity;
  /** 0 takes a free one. */
  readonly port: number;
  /** Of the first application; made up where none is given. */
  readonly secret?: string | undefined;
  readonly applications?: readonly TenantApplication[] | undefined;
  /** Places of engines in the tenant's one subscription. */
  readonly hosts: readonly Omit<SqlHost, "subscriptionId">[];
  /** Milliseconds since 1970; of tokens. */
  readonly clock: () => number;
}

/** An application with its secret, which is kept nowhere else. */
export interface KnownApplication extends Application {
  readonly secret: string;
}

/** A tenant of one subscription, with applications, a managed identity and the engines of the sandbox. */
export interface SandboxTenant extends ArmEndpoint {
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly applications: readonly KnownApplication[];
  /** What a client of Azure finds in its environment; without any secret. */
  readonly environment: Readonly<Record<string, string>>;
  readonly identityHeader: string;
  /** A token of the sandbox's own cluster for the first application, as a file of AZURE_FEDERATED_TOKEN_FILE holds it. Tests give other claims. */
  federatedToken(claims?: Readonly<Record<string, unknown>>): string;
}

const CLUSTER_SUBJECT = "system:serviceaccount:holdfast:holdfast";
/** Seconds. */
const FEDERATED_LIFETIME = 86_400;

/** Who signs the tokens of the cluster that applications of the tenant trust. */
function clusterIssuer(origin: string): string {
  return `${origin}/cluster`;
}

const DEFAULT_APPLICATION: TenantApplication = { displayName: "holdfast", role: "Contributor" };

/** Starts the control plane. Ids and secrets are new at every start. */
export async function startSandboxTenant(options: SandboxTenantOptions): Promise<SandboxTenant> {
  const tenantId = randomUUID();
  const subscriptionId = randomUUID();
  const wanted = options.applications ?? [DEFAULT_APPLICATION];
  const applications = wanted.map((application, index) =>
    createApplication(application, index === 0 ? options.secret : undefined),
  );
  const managed: Application = { ...createApplication(MANAGED, undefined), managed: "system" };
  const everything = `/subscriptions/${subscriptionId}`;
  const roles = wanted.flatMap(({ role, scope = "" }, index) => {
    const { objectId = "" } = applications[index] ?? {};
    return role === undefined ? [] : [{ objectId, role, scope: everything + scope }];
  });
  const identityHeader = randomBytes(16).toString("hex");
  const endpoint = await startArmEndpoint({
    identity: options.identity,
    port: options.port,
    tenantId,
    subscriptions: [{ subscriptionId, displayName: "Holdfast sandbox" }],
    hosts: options.hosts.map((host) => ({ ...host, subscriptionId })),
    applications: [...applications, managed],
    trusts: ({ origin, publicKey }) => ({
      issuer: clusterIssuer(origin),
      subject: CLUSTER_SUBJECT,
      publicKey,
    }),
    roles: [...roles, { objectId: managed.objectId, role: "Contributor", scope: everything }],
    identityHeader,
    clock: options.clock,
  });
  const environment = {
    AZURE_RESOURCE_MANAGER_ENDPOINT: endpoint.origin,
    AZURE_AUTHORITY_HOST: endpoint.origin,
    AZURE_TENANT_ID: tenantId,
    AZURE_CLIENT_ID: applications[0]?.clientId ?? "",
    AZURE_SUBSCRIPTION_ID: subscriptionId,
  };
  const { issuer } = endpoint;
  const federatedToken = (claims: Readonly<Record<string, unknown>> = {}): string =>
    issuer.sign({
      iss: clusterIssuer(endpoint.origin),
      sub: CLUSTER_SUBJECT,
      aud: "api://AzureADTokenExchange",
      exp: Math.floor(options.clock() / 1000) + FEDERATED_LIFETIME,
      ...claims,
    });
  return {
    ...endpoint,
    tenantId,
    subscriptionId,
    applications,
    environment,
    identityHeader,
    federatedToken,
  };
}

const MANAGED: TenantApplication = { displayName: "sandbox host", role: "Contributor" };

function createApplication({ displayName }: TenantApplication, given?: string): KnownApplication {
  const secret = given ?? randomBytes(24).toString("base64url");
  return {
    clientId: randomUUID(),
    objectId: randomUUID(),
    displayName,
    secret,
    secretHash: hashSecret(secret),
    federatedCredentials: [],
    managed: "no",
  };
}
