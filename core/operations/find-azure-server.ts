import { failure } from "../diagnostics/diagnostic.ts";
import { isSamePlace, serverIdOf } from "../resource/azure-server-id.ts";
import type { AzureServerPlace } from "../resource/azure-sql.ts";
import { tryReadEntraSignIn } from "./entra-sign-in.ts";
import type { ReadingPorts } from "./ports.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

interface SignIn {
  /** An identity of Entra; with any other Azure is asked as whoever the machine is. */
  readonly credential: string;
  readonly resources: ResourceLookup;
}

/** What to connect to for a server that Azure knows by its place. IMPORT_NOT_FOUND, AZURE_* */
export async function findAzureServer(
  place: AzureServerPlace,
  { credential, resources }: SignIn,
  ports: ReadingPorts,
): Promise<{ readonly host: string }> {
  const signIn = (await tryReadEntraSignIn(credential, resources, ports)) ?? { kind: "default" };
  const control = await ports.openAzureSql(signIn);
  const { subscriptionId, resourceGroup, kind } = place;
  const servers = await control.discover({ subscriptionId, resourceGroup }, ports);
  const found = servers.find(
    (server) =>
      server.kind === kind && isSamePlace({ ...server, kind, server: server.name }, place),
  );
  const host = found?.host ?? null;
  if (host !== null) return { host };
  throw failure({
    code: "IMPORT_NOT_FOUND",
    summary: "Nothing to import",
    detail: `Azure has no ${serverIdOf({ ...place, name: place.server })} that this identity can see. Nothing was planned. Correct the id, or give the identity the role Reader there.`,
  });
}
