import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { FAKE_TOKEN } from "./fake-key-vault.ts";

/** The identity that Azure App Service gives a process, as a FAKE on this machine: learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference. */
export interface FakeIdentity extends AsyncDisposable {
  readonly environment: Readonly<Record<string, string>>;
  /** What tokens were asked for. */
  readonly resources: (string | null)[];
}

const HEADER = "not-a-real-header";

export async function startFakeIdentity(): Promise<FakeIdentity> {
  const resources: (string | null)[] = [];
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
    const resource = searchParams.get("resource");
    resources.push(resource);
    response.setHeader("content-type", "application/json");
    if (request.headers["x-identity-header"] !== HEADER) response.writeHead(401);
    const expires_on = String(Math.floor(Date.now() / 1000) + 3600);
    const token = { access_token: FAKE_TOKEN, expires_on, resource, token_type: "Bearer" };
    response.end(JSON.stringify(token));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const environment = {
    IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/msi/token`,
    IDENTITY_HEADER: HEADER,
  };
  return {
    environment,
    resources,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
