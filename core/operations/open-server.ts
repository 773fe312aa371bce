import type { Address } from "../address/address.ts";
import { failure } from "../diagnostics/diagnostic.ts";
import type { DatabaseServer, ServerTarget } from "../resource/database-server.ts";
import type { ReadingPorts } from "./ports.ts";
import type { ResourceLookup } from "./resource-lookup.ts";
import { readSecret } from "./secrets.ts";

/** Opens a connection to a server of the configuration or the catalog. Only now is its secret read. */
export async function openServerAt(
  address: Address,
  resources: ResourceLookup,
  ports: ReadingPorts,
): Promise<DatabaseServer> {
  return ports.openServer(await targetOf(address, resources, ports), { signal: ports.signal });
}

async function targetOf(
  address: Address,
  resources: ResourceLookup,
  ports: ReadingPorts,
): Promise<ServerTarget> {
  const server = resources.get(address, "server");
  const credential = resources.get(server.credential, "credential");
  if (credential.type !== "sql_password" || credential.username === null) {
    throw failure({
      code: "CREDENTIAL_UNSUPPORTED",
      summary: "Way to sign in not supported",
      detail: `${server.credential} is of type ${credential.type}; this version of Holdfast signs in with SQL logins (type sql_password with a username). Other types come with Azure SQL.`,
      address,
    });
  }
  const { tls } = server;
  return {
    address,
    host: server.host,
    port: server.port,
    username: credential.username,
    password: () =>
      readSecret(
        {
          environment: credential.password_env,
          file: credential.password_file,
          purpose: `the password of ${server.credential}`,
        },
        ports,
      ),
    tls: {
      ca: tls.ca_file === null ? undefined : await readText(tls.ca_file, ports),
      serverName: tls.server_name ?? undefined,
      trustServerCertificate: tls.trust_server_certificate,
    },
  };
}

async function readText(path: string, ports: ReadingPorts): Promise<string> {
  return new TextDecoder().decode(await ports.files.read(path));
}
