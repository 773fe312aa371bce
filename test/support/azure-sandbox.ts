import { type KeyObject, randomBytes } from "node:crypto";
import { request } from "node:https";
import { createSigningKey } from "../../providers/sandbox/arm/authority/token-issuer.ts";
import {
  type SandboxTenant,
  startSandboxTenant,
} from "../../providers/sandbox/arm/sandbox-tenant.ts";
import type { SqlHost } from "../../providers/sandbox/arm/sql-host.ts";
import {
  createTenantDirectory,
  type TenantApplication,
} from "../../providers/sandbox/arm/tenant-directory.ts";
import {
  type ControlledEngine,
  createEngine,
} from "../../providers/sandbox/engine/create-engine.ts";
import {
  createServerIdentity,
  type ServerIdentity,
} from "../../providers/sandbox/tls/certificate.ts";

/** A logical server of the sandbox with its control plane, in this process; its time moves only by `pass`. */
export interface AzureSandbox extends AsyncDisposable {
  readonly tenant: SandboxTenant;
  readonly engine: ControlledEngine;
  readonly identity: ServerIdentity;
  readonly password: string;
  /** Moves the clock of the engine on, by milliseconds. */
  pass(milliseconds: number): void;
  /** A token of an application (by its place) for Azure Resource Manager, or for what is given. */
  token(application?: number, audience?: string): string;
  /** Calls Azure Resource Manager; `path` is below the server. */
  call(method: string, path: string, request?: CallRequest): Promise<CallReply>;
  /** Posts a form to the authority. */
  post(path: string, form: URLSearchParams): Promise<CallReply>;
  /** `/subscriptions/…/servers/tests`. */
  readonly serverId: string;
}

export interface CallRequest {
  readonly body?: unknown;
  readonly token?: string;
  /** [2021-11-01] */
  readonly apiVersion?: string;
}

export interface CallReply {
  readonly status: number;
  readonly headers: Headers;
  // What a test looks into; each test says what it expects there.
  readonly body: Readonly<Record<string, unknown>>;
}

export const SERVER_NAME = "tests";
export const RESOURCE_GROUP = "backups";
/** What of the tenant a test chooses. */
export interface AzureSandboxOptions {
  readonly applications?: readonly TenantApplication[];
  /** Further hosts, each on the engine of the server. */
  readonly also?: readonly Exclude<SqlHost["kind"], "server">[];
}

const START = Date.UTC(2026, 0, 1);

/** One for all sandboxes of the process: to make one takes longer than all else. */
let signingKey: Promise<KeyObject> | undefined;

/** Starts it. `options` add applications and hosts. */
export async function startAzureSandbox(options: AzureSandboxOptions = {}): Promise<AzureSandbox> {
  let time = START;
  const password = randomBytes(18).toString("base64url");
  const { applications } = options;
  signingKey ??= createSigningKey();
  const directory = await createTenantDirectory({
    applications,
    clock: () => Date.now(),
    signingKey: await signingKey,
  });
  const engine = createEngine({
    clock: () => time,
    random: () => Math.random(),
    randomBytes: (count) => randomBytes(count),
    serverName: SERVER_NAME,
    saPassword: password,
    flavour: "azure_sql",
    tokens: directory.tokens,
    entraAdministrator: directory.administrator,
  });
  const identity = await createServerIdentity(new Date());
  const { authority: ca } = identity;
  const tenant = await startSandboxTenant({
    directory,
    identity,
    port: 0,
    hosts: (["server", ...(options.also ?? [])] as const).map((kind) => ({
      kind,
      name: SERVER_NAME,
      resourceGroup: RESOURCE_GROUP,
      location: "westeurope",
      domainName: `${SERVER_NAME}.database.windows.net`,
      administrator: "sa",
      engine: engine.parts,
    })),
  });
  const serverId = `/subscriptions/${tenant.subscriptionId}/resourceGroups/${RESOURCE_GROUP}/providers/Microsoft.Sql/servers/${SERVER_NAME}`;
  const token = (index = 0, audience = tenant.origin): string => {
    const application = tenant.applications[index];
    if (application === undefined) throw new Error(`There is no application ${index}.`);
    return tenant.issuer.issue(application, audience);
  };
  return {
    tenant,
    engine,
    identity,
    password,
    serverId,
    token,
    pass(milliseconds) {
      time += milliseconds;
    },
    async call(method, path, { body, token: given = token(), apiVersion = "2021-11-01" } = {}) {
      const url = path.startsWith("https:")
        ? new URL(path)
        : new URL(path.startsWith("/subscriptions") ? path : serverId + path, tenant.origin);
      if (apiVersion !== "") url.searchParams.set("api-version", apiVersion);
      const text = body === undefined ? undefined : JSON.stringify(body);
      return send(url, { method, text, type: "application/json", token: given, ca });
    },
    post: (path, form) =>
      send(new URL(path, tenant.origin), {
        method: "POST",
        text: form.toString(),
        type: "application/x-www-form-urlencoded",
        token: "",
        ca,
      }),
    [Symbol.asyncDispose]: () => tenant.close(),
  };
}

interface Sent {
  readonly method: string;
  readonly text: string | undefined;
  readonly type: string;
  readonly token: string;
  readonly ca: string;
}

/** One request over TLS with the sandbox's authority. */
function send(url: URL, { method, text, type, token, ca }: Sent): Promise<CallReply> {
  const headers = {
    ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
    ...(text === undefined ? {} : { "content-type": type }),
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, ca, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        const received = Buffer.concat(chunks).toString("utf8");
        const names = Object.entries(incoming.headersDistinct);
        resolve({
          status: incoming.statusCode ?? 0,
          headers: new Headers(
            names.map(([name, values]): [string, string] => [name, values?.join(", ") ?? ""]),
          ),
          // A body of the control plane is an object, or empty.
          body: received === "" ? {} : (JSON.parse(received) as Record<string, unknown>),
        });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(text);
  });
}
