import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../../../core/address/address.ts";
import { openServerAt } from "../../../core/operations/open-server.ts";
import { ResourceLookup } from "../../../core/operations/resource-lookup.ts";
import { createWorld } from "../../support/memory-ports.ts";
import { withCode } from "../../support/with-code.ts";

const SERVER = formatAddress("server", "main");
const CREDENTIAL = formatAddress("credential", "ci");
const NOTHING = { password_env: null, password_file: null, tenant_id: null, client_id: null };

/** Opens a server of that host with the machine's identity; gives the hosts that were knocked at. */
async function open(host: string, trusted?: string): Promise<readonly string[]> {
  const tls = { ca_file: null, server_name: null, trust_server_certificate: false };
  const resources = new ResourceLookup([
    {
      address: SERVER,
      type: "server",
      attributes: { host, port: 1433, credential: CREDENTIAL, tls, azure: null },
    },
    {
      address: CREDENTIAL,
      type: "credential",
      attributes: { type: "entra_default", username: null, ...NOTHING },
    },
  ]);
  const knocked: string[] = [];
  const { ports } = createWorld();
  await openServerAt(SERVER, resources, {
    ...ports,
    environment: (name) => (name === "HOLDFAST_ENTRA_HOSTS" ? trusted : undefined),
    openServer: (target) => {
      knocked.push(target.host);
      return Promise.resolve({} as never);
    },
  });
  return knocked;
}

test("a token goes to names of Azure SQL, to this machine and to hosts that the environment names", async () => {
  for (const host of ["a.database.windows.net", "x.zone.Database.Windows.net.", "localhost"]) {
    assert.deepEqual(await open(host), [host]);
  }
  assert.deepEqual(await open("sql.contoso.example", "a, SQL.contoso.example"), [
    "sql.contoso.example",
  ]);
});

test("a token goes to no host that only a configuration names, and the advice runs nothing of it", async () => {
  const hosts = ["database.windows.net.evil.example", "evildatabase.windows.net", "10.0.0.1"];
  for (const host of hosts) {
    await assert.rejects(open(host, "other.example"), withCode("SERVER_HOST_NOT_TRUSTED", host));
  }
  const advice = withCode("SERVER_HOST_NOT_TRUSTED", "HOLDFAST_ENTRA_HOSTS='a;$(id)'");
  await assert.rejects(open("a;$(id)"), advice);
});
