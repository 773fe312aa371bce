import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Ports } from "../../core/operations/ports.ts";
import { createRepeat } from "../../core/storage/retrying.ts";
import { createEntraCredential } from "../../providers/azure/identity/entra-credential.ts";
import { openDatabaseTokens } from "../../providers/azure/identity/open-database-tokens.ts";
import { openAzureSql } from "../../providers/azure/sql/open-azure-sql.ts";
import { startSandbox } from "../../providers/sandbox/sandbox.ts";
import {
  type AzureSandbox,
  type AzureSandboxOptions,
  RESOURCE_GROUP,
  SERVER_NAME,
  startAzureSandbox,
} from "./azure-sandbox.ts";
import { makeProjectOf, type TestProject, VAULT_KEY } from "./test-project.ts";

/** A logical server of Azure's sandbox with its control plane and its TDS endpoint, in this process. */
export interface AzureHome extends AsyncDisposable {
  readonly azure: AzureSandbox;
  readonly host: string;
  readonly port: number;
  readonly caFile: string;
  /** A project whose server is signed in to by an application (by its place). */
  project(application: number, blocks: string): Promise<TestProject>;
  /** The use cases in this process, whose identities and control plane are those of the sandbox. */
  ports(project: TestProject): Promise<Ports>;
}

export async function startAzureHome(options: AzureSandboxOptions = {}): Promise<AzureHome> {
  const stack = new AsyncDisposableStack();
  const azure = stack.use(await startAzureSandbox(options));
  const folder = await mkdtemp(join(tmpdir(), "holdfast-azure-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const { engine, identity, tenant } = azure;
  const sandbox = stack.use(await startSandbox({ engine, identity, port: 0 }));
  const caFile = join(folder, "ca.pem");
  await writeFile(caFile, identity.authority);
  const around = { ca: identity.authority, authorityHost: tenant.origin };
  return {
    azure,
    host: sandbox.host,
    port: sandbox.port,
    caFile,
    project(index, blocks) {
      const application = tenant.applications[index];
      if (application === undefined) throw new Error(`There is no application ${index}.`);
      const { clientId, secret } = application;
      const text = `credential "app" {
  type         = "entra_service_principal"
  tenant_id    = "${tenant.tenantId}"
  client_id    = "${clientId}"
  password_env = "APP_SECRET"
}

server "main" {
  kind       = "azure_sql"
  host       = "${sandbox.host}"
  port       = ${sandbox.port}
  credential = credential.app
  tls {
    ca_file     = ${JSON.stringify(caFile)}
    server_name = "localhost"
  }
  azure {
    subscription_id = "${tenant.subscriptionId}"
    resource_group  = "${RESOURCE_GROUP}"
    name            = "${SERVER_NAME}"
  }
}
${blocks}`;
      const environment = { APP_SECRET: secret, TEST_VAULT_KEY: VAULT_KEY };
      const signIn = {
        host: "",
        port: 0,
        username: "",
        password: "",
        caFile,
        trustServerCertificate: false,
      };
      return makeProjectOf({ "main.hcl": text }, { signIn, environment });
    },
    async ports(project) {
      const ports = await project.ports();
      return {
        ...ports,
        openDatabaseTokens: (signIn, host) => openDatabaseTokens(signIn, host, around),
        openAzureSql: async (signIn) =>
          openAzureSql({
            credential: await createEntraCredential(signIn, around),
            endpoint: tenant.origin,
            ca: around.ca,
            clock: ports.clock,
            repeat: createRepeat({
              clock: ports.clock,
              random: () => 0,
              sleep: () => Promise.resolve(),
            }),
          }),
      };
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
