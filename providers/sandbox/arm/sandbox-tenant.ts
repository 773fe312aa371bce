import { randomBytes, randomUUID } from "node:crypto";
import type { ServerIdentity } from "../tls/certificate.ts";
import { type ArmEndpoint, startArmEndpoint } from "./arm-endpoint.ts";
import type { SqlHost } from "./sql-host.ts";
import type { KnownApplication, TenantDirectory } from "./tenant-directory.ts";

export interface SandboxTenantOptions {
  readonly directory: TenantDirectory;
  readonly identity: ServerIdentity;
  /** 0 takes a free one. */
  readonly port: number;
  /** Places of engines in the tenant's one subscription. */
  readonly hosts: readonly Omit<SqlHost, "subscriptionId">[];
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

/** Starts the control plane. Rejects when the port is taken (EADDRINUSE). */
export async function startSandboxTenant(options: SandboxTenantOptions): Promise<SandboxTenant> {
  const { directory } = options;
  const { applications, tenantId, managed, issuer, clock } = directory;
  const subscriptionId = randomUUID();
  const everything = `/subscriptions/${subscriptionId}`;
  const roles = applications.flatMap(({ objectId, role, scope = "" }) =>
    role === undefined ? [] : [{ objectId, role, scope: everything + scope }],
  );
  const identityHeader = randomBytes(16).toString("hex");
  const endpoint = await startArmEndpoint({
    identity: options.identity,
    port: options.port,
    issuer,
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
    clock,
  });
  directory.place(endpoint.origin);
  const environment = {
    AZURE_RESOURCE_MANAGER_ENDPOINT: endpoint.origin,
    AZURE_AUTHORITY_HOST: endpoint.origin,
    AZURE_TENANT_ID: tenantId,
    AZURE_CLIENT_ID: applications[0]?.clientId ?? "",
    AZURE_SUBSCRIPTION_ID: subscriptionId,
  };
  const federatedToken = (claims: Readonly<Record<string, unknown>> = {}): string =>
    issuer.sign({
      iss: clusterIssuer(endpoint.origin),
      sub: CLUSTER_SUBJECT,
      aud: "api://AzureADTokenExchange",
      exp: Math.floor(clock() / 1000) + FEDERATED_LIFETIME,
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
