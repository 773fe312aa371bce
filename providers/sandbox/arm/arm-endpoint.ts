import type { KeyObject } from "node:crypto";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { ServerIdentity } from "../tls/certificate.ts";
import { ArmService } from "./arm-service.ts";
import type { Application, FederatedCredential } from "./authority/applications.ts";
import { EntraAuthority } from "./authority/entra-authority.ts";
import { answerManagedIdentity, IDENTITY_PATH } from "./authority/managed-identity.ts";
import type { TokenIssuer } from "./authority/token-issuer.ts";
import { AzureWorld, type Subscription } from "./azure-world.ts";
import { ArmFaults } from "./faults.ts";
import { type Answer, createServing, listen, type SeenRequest, stop } from "./http-serving.ts";
import { type RoleAssignment, RoleAssignments } from "./roles.ts";
import type { ArmPace } from "./route.ts";
import { type SqlHost } from "./sql-host.ts";

export interface ArmEndpointOptions {
  readonly identity: ServerIdentity;
  /** 0 takes a free one. */
  readonly port: number;
  /** Whose tokens are good. */
  readonly issuer: TokenIssuer;
  readonly subscriptions: readonly Subscription[];
  readonly hosts: readonly SqlHost[];
  readonly applications: readonly Application[];
  /** A credential that every application gets beside its own. */
  trusts(place: { readonly origin: string; readonly publicKey: KeyObject }): FederatedCredential;
  readonly roles: readonly RoleAssignment[];
  /** What a process must know to get tokens of managed identities. */
  readonly identityHeader: string;
  /** Of tokens; milliseconds since 1970. The work of resources goes by their engine's clock. */
  readonly clock: () => number;
}

/** A running control plane with its authority. */
export interface ArmEndpoint extends AsyncDisposable {
  /** Of Azure Resource Manager and of the authority: `https://localhost:1234`. */
  readonly origin: string;
  /** IDENTITY_ENDPOINT of managed identities, over plain HTTP on this computer only. */
  readonly identityEndpoint: string;
  readonly issuer: TokenIssuer;
  readonly world: AzureWorld;
  readonly faults: ArmFaults;
  readonly pace: ArmPace;
  readonly requests: readonly SeenRequest[];
  close(): Promise<void>;
}

const HOST = "127.0.0.1";
const AZURE_RESOURCE_MANAGER = [
  "https://management.azure.com",
  "https://management.core.windows.net",
];
/** What tokens for signing in to a database are for (learn.microsoft.com: azure-sql/database/authentication-aad-configure). */
export const DATABASE_AUDIENCE = "https://database.windows.net";

function trusting(application: Application, trusted: FederatedCredential): Application {
  const federatedCredentials = [...application.federatedCredentials, trusted];
  return { ...application, federatedCredentials };
}

/** Starts to listen on 127.0.0.1 with the sandbox's certificate. */
export async function startArmEndpoint(options: ArmEndpointOptions): Promise<ArmEndpoint> {
  const { privateKey: key, certificate, authority } = options.identity;
  const requests: SeenRequest[] = [];
  const answers: Answer[] = [];
  const faults = new ArmFaults();
  const serve = createServing({ answers, requests, faults });
  const secure = createHttpsServer(
    { key, cert: certificate + authority, minVersion: "TLSv1.2" },
    serve,
  );
  const plainAnswers: Answer[] = [];
  const plain = createHttpServer(createServing({ answers: plainAnswers, requests: [], faults }));
  const origin = `https://${HOST}:${await listen(secure, options.port)}`;
  const identityEndpoint = `http://${HOST}:${await listen(plain, 0)}${IDENTITY_PATH}`;
  const { issuer, subscriptions, hosts, clock } = options;
  const { tenantId } = issuer;
  const trusted = options.trusts({ origin, publicKey: issuer.publicKey });
  const applications = options.applications.map((known) => trusting(known, trusted));
  const audiences = [...AZURE_RESOURCE_MANAGER, origin];
  const resources = [...audiences, DATABASE_AUDIENCE];
  const entra = new EntraAuthority({ origin, issuer, applications, resources, clock });
  const world = new AzureWorld({ tenantId, subscriptions, hosts });
  const roles = new RoleAssignments(options.roles);
  const pace: ArmPace = { copyDuration: 0, dropDuration: 0, retryAfter: 15, pageSize: 100 };
  const service = new ArmService({
    origin,
    world,
    roles,
    verifier: issuer,
    audiences,
    faults,
    pace,
  });
  answers.push((request) => entra.answer(request) ?? service.answer(request));
  const identities = {
    header: options.identityHeader,
    issuer,
    authority: entra,
    applications,
    clock,
  };
  plainAnswers.push((request) => answerManagedIdentity(request, identities));
  const close = async (): Promise<void> => {
    await Promise.all([stop(secure), stop(plain)]);
  };
  return {
    origin,
    identityEndpoint,
    issuer,
    world,
    faults,
    pace,
    requests,
    close,
    [Symbol.asyncDispose]: close,
  };
}
