import { randomBytes } from "node:crypto";
import type { JobRecord } from "../../core/catalog/job.ts";
import type { Clock } from "../../core/kit/clock.ts";
import { backUp } from "../../core/operations/backup.ts";
import type { Ports } from "../../core/operations/ports.ts";
import type { AzureSqlControl } from "../../core/resource/azure-sql.ts";
import { createRepeat } from "../../core/storage/retrying.ts";
import { createEntraCredential } from "../../providers/azure/identity/entra-credential.ts";
import { openAzureSql } from "../../providers/azure/sql/open-azure-sql.ts";
import { startSandbox } from "../../providers/sandbox/sandbox.ts";
import type { SandboxEngine, Session } from "../../providers/sandbox/session/session.ts";
import { openSqlServer } from "../../providers/sqlserver/sql-server.ts";
import { applyAll } from "./applied-world.ts";
import {
  type AzureSandbox,
  RESOURCE_GROUP,
  SERVER_NAME,
  startAzureSandbox,
} from "./azure-sandbox.ts";
import { overriding } from "./capture-world.ts";
import { createWorld, type MemoryWorld } from "./memory-ports.ts";
import { vaultBlock } from "./sample-blocks.ts";
import { connect } from "./sandbox/engine-client.ts";

type AzureCredential = Awaited<ReturnType<typeof createEntraCredential>>;

/** A batch that came over the wire, and the database of its connection. */
export interface Heard {
  readonly database: string;
  readonly sql: string;
}

export interface Wire {
  readonly heard: Heard[];
  /** Comes before each batch is run. */
  before: (heard: Heard) => Promise<void>;
  /** After how many packets the next connections are cut, one each; others never. */
  readonly cuts: number[];
}

/** Configuration, catalog and vault in memory; a logical server of the sandbox with its control plane. */
export interface CopyWorld extends Omit<MemoryWorld, "server"> {
  run(ports?: Ports): Promise<JobRecord>;
}

interface SignIn {
  readonly username: string;
  readonly password: string;
}

export interface CopyServer extends AsyncDisposable {
  readonly azure: AzureSandbox;
  readonly wire: Wire;
  /** Databases of people as they are now. */
  databases(): readonly string[];
  sql(database: string, script: string): Promise<void>;
  rows(database: string, query: string): Promise<readonly (readonly unknown[])[]>;
  /** A database of that service objective with ten accounts. */
  database(name: string, body?: object): Promise<void>;
  /** `as`: who signs in to the databases; [the administrator]. */
  world(include: readonly string[], options?: { readonly as?: SignIn }): Promise<CopyWorld>;
}

export async function startCopyServer(): Promise<CopyServer> {
  const stack = new AsyncDisposableStack();
  const azure = stack.use(await startAzureSandbox());
  azure.tenant.pace.copyDuration = MINUTE;
  const wire: Wire = { heard: [], before: () => Promise.resolve(), cuts: [] };
  const { engine, identity, password, tenant } = azure;
  const sandbox = stack.use(
    await startSandbox({
      engine: listening(engine, wire),
      identity,
      port: 0,
      packetLimit: () => wire.cuts.shift(),
    }),
  );
  const client = (database: string) => connect(engine, { password, database });
  const credential = await credentialOf(azure);
  return {
    azure,
    wire,
    databases: () =>
      [...engine.parts.server.databases.values()]
        .map(({ options }) => options.name)
        .filter((name) => !["master", "model", "msdb", "tempdb"].includes(name))
        .toSorted(),
    sql: (database, script) => client(database).script(script),
    rows: (database, query) => client(database).rows(query),
    async database(name, body = { sku: { name: "S3" } }) {
      const made = await azure.call("PUT", `/databases/${name}`, {
        body: { location: "westeurope", ...body },
      });
      if (made.status >= 300) throw new Error(JSON.stringify(made.body));
      await client(name).script(ACCOUNTS);
    },
    async world(include, { as = { username: "sa", password } } = {}) {
      const world = createWorld(configurationOf(include, tenant.subscriptionId));
      azure.pass(MINUTE);
      const ports: Ports = {
        ...world.ports,
        // Another one in each world: names of copies come of it, and the server outlives worlds.
        randomBytes: (length) => randomBytes(length),
        sleep: (milliseconds, { signal }) => {
          signal?.throwIfAborted();
          world.time += milliseconds;
          azure.pass(milliseconds);
          return Promise.resolve();
        },
        openAzureSql: () => openControl(azure, credential, world.ports.clock),
        openServer: ({ address }) =>
          openSqlServer({
            address,
            host: sandbox.host,
            port: sandbox.port,
            username: as.username,
            password: () => Promise.resolve(as.password),
            tls: { ca: identity.authority, serverName: "localhost", trustServerCertificate: false },
          }),
      };
      await applyAll(ports);
      wire.heard.length = 0;
      wire.before = () => Promise.resolve();
      wire.cuts.length = 0;
      const run = (own = ports) => backUp({ backupSet: "orders", trigger: "manual" }, own);
      return Object.assign(world, { ports, run });
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const MINUTE = 60_000;
const ACCOUNTS = `CREATE TABLE dbo.Account (id int NOT NULL PRIMARY KEY, amount int NOT NULL)
GO
INSERT INTO dbo.Account (id, amount) VALUES (1, 10), (2, 10), (3, 10), (4, 10), (5, 10), (6, 10), (7, 10), (8, 10), (9, 10), (10, 10)`;

async function credentialOf({ tenant, identity }: AzureSandbox): Promise<AzureCredential> {
  const [application] = tenant.applications;
  if (application === undefined) throw new Error("The sandbox has no application.");
  const { clientId, secret } = application;
  return createEntraCredential(
    { kind: "client_secret", tenantId: tenant.tenantId, clientId, secret },
    { ca: identity.authority, authorityHost: tenant.origin },
  );
}

function openControl(
  { tenant, identity }: AzureSandbox,
  credential: AzureCredential,
  clock: Clock,
): Promise<AzureSqlControl> {
  const sleep = () => Promise.resolve();
  const repeat = createRepeat({ clock, random: () => 0, sleep });
  return openAzureSql({
    credential,
    endpoint: tenant.origin,
    ca: identity.authority,
    clock,
    repeat,
  });
}

function configurationOf(include: readonly string[], subscription: string): string {
  return `holdfast { features = ["isolated_copy"] }
credential "ci" {
  type         = "sql_password"
  username     = "backup"
  password_env = "TEST_PASSWORD"
}
bridge "here" { kind = "local" }
server "orders" {
  kind       = "azure_sql"
  host       = "tests.database.windows.net"
  credential = credential.ci
  bridge     = bridge.here
  azure {
    subscription_id = "${subscription}"
    resource_group  = "${RESOURCE_GROUP}"
    name            = "${SERVER_NAME}"
  }
}
${vaultBlock()}
retention "standard" { daily = 10 }
policy "gold" {
  method    = "isolated_copy"
  retention = retention.standard
  full { schedule = "0 12 * * *" }
}
backup_set "orders" {
  server = server.orders
  policy = policy.gold
  vault  = vault.main
  databases { include = ${JSON.stringify(include)} }
}
`;
}

/** The same engine, whose batches are written down. */
function listening(engine: SandboxEngine, wire: Wire): SandboxEngine {
  const login: SandboxEngine["login"] = (request) => {
    const session = engine.login(request);
    if ("message" in session) return session;
    const { database } = request;
    const batch: Session["batch"] = async (sql, sink, signal) => {
      wire.heard.push({ database, sql });
      await wire.before({ database, sql });
      return session.batch(sql, sink, signal);
    };
    return overriding(session, { batch });
  };
  return overriding(engine, { login });
}
