import type { ResourceAttributes } from "../../schemas/blocks/resources.ts";
import type { Address } from "../address/address.ts";
import { failure } from "../diagnostics/diagnostic.ts";
import { quoteWord } from "../drift/subject.ts";
import type { Abortable } from "../kit/abortable.ts";
import type { DatabaseServer, ServerTarget } from "../resource/database-server.ts";
import type { DatabaseTokens } from "../resource/database-tokens.ts";
import { readEntraSignIn } from "./entra-sign-in.ts";
import type { ReadingPorts } from "./ports.ts";
import type { ResourceLookup } from "./resource-lookup.ts";
import { readSecret } from "./secrets.ts";
import { isTrustedHost } from "./trusted-hosts.ts";

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
  const { tls, azure } = server;
  return {
    address,
    host: server.host,
    port: server.port,
    ...signInOf({ address, host: server.host, credential: server.credential }, resources, ports),
    azure:
      azure?.resource_group && azure.name
        ? { resourceGroup: azure.resource_group, name: azure.name }
        : undefined,
    tls: {
      ca: tls.ca_file === null ? undefined : await readText(tls.ca_file, ports),
      serverName: tls.server_name ?? undefined,
      trustServerCertificate: tls.trust_server_certificate,
    },
  };
}

interface Door {
  readonly address: Address;
  readonly host: string;
  /** Who knocks. */
  readonly credential: string;
}

/** Reads no secret and asks for no token before a connection is opened. CREDENTIAL_UNSUPPORTED */
function signInOf(
  door: Door,
  resources: ResourceLookup,
  ports: ReadingPorts,
): Pick<ServerTarget, "username" | "password" | "token"> {
  const credential = resources.get(door.credential, "credential");
  const { type, username, password_env: environment, password_file: file } = credential;
  const purpose = `the password of ${door.credential}`;
  const password = () => readSecret({ environment, file, purpose }, ports);
  if (type === "sql_password" && username !== null) return { username, password };
  const name = entraNameOf(credential);
  if (name === undefined) throw unsupported(door, type);
  requireTrustedHost(door, ports);
  let tokens: Promise<DatabaseTokens> | undefined;
  const open = async () => {
    const signIn = await readEntraSignIn(door.credential, resources, ports);
    return ports.openDatabaseTokens(signIn, door.host);
  };
  const token = async (options: Abortable) => {
    tokens ??= open();
    return (await tokens)(options);
  };
  return { username: name, password, token };
}

/** What people know an identity by; undefined of what is none of Entra. */
function entraNameOf({
  type,
  client_id: id,
}: ResourceAttributes<"credential">): string | undefined {
  if (type === "entra_default") return "the identity that this machine has";
  if (type === "managed_identity") {
    return id === null ? "the machine's managed identity" : `the managed identity ${id}`;
  }
  if (type !== "entra_service_principal" && type !== "workload_identity") return undefined;
  return id === null ? undefined : `the application ${id}`;
}

/** Names under which Azure's own servers are reached, and this machine. */
const AZURE_HOST =
  /\.database\.(windows\.net|usgovcloudapi\.net|chinacloudapi\.cn)\.?$|^(localhost|127\.0\.0\.1|::1)$/i;

/** A token opens every server that knows the identity, so who changes `host` of a configuration must not get one. */
function requireTrustedHost({ address, host }: Door, ports: ReadingPorts): void {
  if (AZURE_HOST.test(host) || isTrustedHost(host, ports)) return;
  throw failure({
    code: "SERVER_HOST_NOT_TRUSTED",
    summary: "Host not trusted with a token",
    detail: `${host} is no name of Azure SQL, and an access token of Entra would let whoever is there into every database of the identity. Nothing was sent. If the server is yours, name it where Holdfast runs, never in the configuration:\n\n    export HOLDFAST_ENTRA_HOSTS=${quoteWord(host)}`,
    address,
  });
}

function unsupported({ address, credential }: Door, type: string) {
  return failure({
    code: "CREDENTIAL_UNSUPPORTED",
    summary: "Way to sign in not supported",
    detail: `${credential} is of type ${type}, which opens no server as it is. Use sql_password with a username, or an identity of Entra: entra_default, managed_identity, or entra_service_principal and workload_identity with tenant_id and client_id.`,
    address,
  });
}

async function readText(path: string, ports: ReadingPorts): Promise<string> {
  return new TextDecoder().decode(await ports.files.read(path));
}
