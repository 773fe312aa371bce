import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { ClientSecretCredential } from "@azure/identity";
import { Connection, type ConnectionConfiguration } from "tedious";
import { startEmbeddedServer } from "../../../cmd/wiring/sandbox.ts";

const PASSWORD = "Not-a-secret-1";

function signIn(configuration: ConnectionConfiguration): Promise<void> {
  return new Promise((resolve, reject) => {
    const connection = new Connection(configuration);
    connection.connect((error) => {
      connection.close();
      if (!(error instanceof Error)) resolve();
      else reject(error);
    });
  });
}

test("a sandbox of azure_sql tells its clients all that they need to sign in with a token", async () => {
  const request = {
    port: 0,
    dataFolder: undefined,
    password: PASSWORD,
    kind: "azure_sql",
  } as const;
  const place = { directory: tmpdir(), signal: new AbortController().signal };
  await using sandbox = await startEmbeddedServer(request, place);
  const environment = sandbox.azure ?? {};
  assert.deepEqual(Object.keys(environment).toSorted(), [
    "AZURE_AUTHORITY_HOST",
    "AZURE_CLIENT_ID",
    "AZURE_CLIENT_SECRET",
    "AZURE_FEDERATED_TOKEN_FILE",
    "AZURE_RESOURCE_MANAGER_ENDPOINT",
    "AZURE_SUBSCRIPTION_ID",
    "AZURE_TENANT_ID",
    "IDENTITY_ENDPOINT",
    "IDENTITY_HEADER",
    "NODE_EXTRA_CA_CERTS",
    "UNMAPPED_CLIENT_ID",
    "UNMAPPED_CLIENT_SECRET",
  ]);
  const ca = await readFile(environment["NODE_EXTRA_CA_CERTS"] ?? "", "utf8");
  const options = {
    authorityHost: environment["AZURE_AUTHORITY_HOST"] ?? "",
    disableInstanceDiscovery: true,
    tlsOptions: { ca },
  };
  const signInAs = async (application: "AZURE" | "UNMAPPED"): Promise<void> => {
    const credential = new ClientSecretCredential(
      environment["AZURE_TENANT_ID"] ?? "",
      environment[`${application}_CLIENT_ID`] ?? "",
      environment[`${application}_CLIENT_SECRET`] ?? "",
      options,
    );
    const { token } = await credential.getToken("https://database.windows.net/.default");
    await signIn({
      server: "localhost",
      options: { port: sandbox.port, encrypt: true, cryptoCredentialsDetails: { ca } },
      authentication: { type: "azure-active-directory-access-token", options: { token } },
    });
  };
  await signInAs("AZURE");
  await assert.rejects(signInAs("UNMAPPED"), /Login failed/);
});

test("a sandbox of SQL Server has no control plane", async () => {
  const request = { port: 0, dataFolder: undefined, password: PASSWORD };
  const place = { directory: tmpdir(), signal: new AbortController().signal };
  await using sandbox = await startEmbeddedServer(request, place);
  assert.equal(sandbox.azure, undefined);
});
