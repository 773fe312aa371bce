import type { KeyObject } from "node:crypto";
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import type { ServerIdentity } from "../tls/certificate.ts";
import { ArmService } from "./arm-service.ts";
import type { Application, FederatedCredential } from "./authority/applications.ts";
import { EntraAuthority } from "./authority/entra-authority.ts";
import { answerManagedIdentity, IDENTITY_PATH } from "./authority/managed-identity.ts";
import { createTokenIssuer, type TokenIssuer } from "./authority/token-issuer.ts";
import { AzureWorld, type SqlHost, type Subscription } from "./azure-world.ts";
import type { ArmReply, ArmRequest } from "./exchange.ts";
import { ArmFaults } from "./faults.ts";
import { type RoleAssignment, RoleAssignments } from "./roles.ts";
import type { ArmPace } from "./route.ts";

export interface ArmEndpointOptions {
  readonly identity: ServerIdentity;
  /** 0 takes a free one. */
  readonly port: number;
  readonly tenantId: string;
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

/** One request that came, for tests that count them. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** A running control plane with its authority. */
export interface ArmEndpoint extends AsyncDisposable {
  /** Of Azure Resource Manager and of the authority: `https://localhost:1234`. */
  readonly origin: string;
  /** IDENTITY_ENDPOINT of managed identities, over plain HTTP on this computer only. */
  readonly identityEndpoint: string;
  readonly issuer: TokenIssuer;
  readonly faults: ArmFaults;
  readonly pace: ArmPace;
  readonly requests: readonly SeenRequest[];
  close(): Promise<void>;
}

const HOST = "127.0.0.1";
const LARGEST_BODY = 4 * 1024 * 1024;
const AZURE_RESOURCE_MANAGER = [
  "https://management.azure.com",
  "https://management.core.windows.net",
];
/** What tokens for signing in to a database are for (learn.microsoft.com: azure-sql/database/authentication-aad-configure). */
export const DATABASE_AUDIENCE = "https://database.windows.net";

type Answer = (request: ArmRequest) => ArmReply | undefined;

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
  const { tenantId, subscriptions, hosts, clock } = options;
  const issuer = await createTokenIssuer({ tenantId, issuer: `${origin}/${tenantId}/`, clock });
  const trusted = options.trusts({ origin, publicKey: issuer.publicKey });
  const applications = options.applications.map((application) => ({
    ...application,
    federatedCredentials: [...application.federatedCredentials, trusted],
  }));
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
  plainAnswers.push((request) =>
    answerManagedIdentity(request, {
      header: options.identityHeader,
      issuer,
      authority: entra,
      applications,
      clock,
    }),
  );
  const close = async (): Promise<void> => {
    await Promise.all([stop(secure), stop(plain)]);
  };
  return {
    origin,
    identityEndpoint,
    issuer,
    faults,
    pace,
    requests,
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Serving {
  readonly answers: readonly Answer[];
  readonly requests: SeenRequest[];
  readonly faults: ArmFaults;
}

function createServing({ answers, requests, faults }: Serving) {
  return (incoming: IncomingMessage, response: ServerResponse): void => {
    void readRequest(incoming)
      .then((request) => {
        const [answer] = answers;
        const reply = (request && answer?.(request)) ?? NOT_FOUND;
        const { method = "", url = "" } = incoming;
        requests.push({ method, path: url.split("?")[0] ?? "", status: reply.status });
        if (faults.take("answer_lost", (fault) => fault.method === method) !== undefined) {
          incoming.socket.destroy();
        } else writeReply(response, reply);
      })
      .catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        writeReply(response, {
          status: 500,
          body: { error: { code: "InternalServerError", message } },
        });
      });
  };
}

const NOT_FOUND: ArmReply = {
  status: 404,
  body: { error: { code: "NotFound", message: "Nothing is served at this address." } },
};

/** Undefined for a body that is too long. */
async function readRequest(incoming: IncomingMessage): Promise<ArmRequest | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk as Uint8Array);
    length += bytes.length;
    if (length > LARGEST_BODY) return undefined;
    chunks.push(bytes);
  }
  const url = new URL(incoming.url ?? "/", "https://localhost");
  const body = Buffer.concat(chunks).toString("utf8");
  return { method: incoming.method ?? "GET", url, headers: incoming.headers, body };
}

function writeReply(response: ServerResponse, { status, headers, body }: ArmReply): void {
  if (body === undefined) {
    response.writeHead(status, { ...headers, "content-length": "0" }).end();
    return;
  }
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": String(Buffer.byteLength(text)),
    ...headers,
  });
  response.end(text);
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, HOST, resolve);
  });
  // A server that listens on TCP has such an address.
  return (server.address() as AddressInfo).port;
}

async function stop(server: Server & { closeAllConnections(): void }): Promise<void> {
  if (!server.listening) return;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
