import { failure } from "../diagnostics/diagnostic.ts";
import type { Json, JsonObject } from "../kit/json.ts";
import { createLimiter } from "../kit/limiter.ts";
import { matchesPattern } from "../policy/name-pattern.ts";
import type { AzureDatabase, AzureRetention, AzureSqlControl } from "../resource/azure-sql.ts";
import { retentionKey, sqlServersResult } from "./data-results.ts";
import { readEntraSignIn } from "./entra-sign-in.ts";
import type { ReadingPorts } from "./ports.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

const ASKED_AT_ONCE = 8;

/** What `data "sql_servers"` gives. AZURE_*, CREDENTIAL_UNSUPPORTED, SECRET_MISSING, CONFIG_INVALID_VALUE */
export async function findAzureServers(
  attributes: JsonObject,
  resources: ResourceLookup,
  ports: ReadingPorts,
): Promise<Json> {
  const subscriptionId = textOf(attributes["subscription_id"]) ?? fromEnvironment(ports);
  const resourceGroup = textOf(attributes["resource_group"]) ?? null;
  const credential = textOf(attributes["credential"]);
  const signIn =
    credential === undefined
      ? ({ kind: "default" } as const)
      : await readEntraSignIn(credential, resources, ports);
  const control = await ports.openAzureSql(signIn);
  const { signal } = ports;
  const all = await control.discover({ subscriptionId, resourceGroup }, { signal });
  const { names } = attributes;
  const patterns = Array.isArray(names) ? names.filter((name) => typeof name === "string") : ["*"];
  const servers = all.filter(({ name }) =>
    patterns.some((pattern) => matchesPattern(name, pattern)),
  );
  const databases = servers.flatMap((server) => server.databases);
  const retention =
    attributes["retention"] === true ? await readAll(control, databases, { signal }) : undefined;
  return sqlServersResult(servers, retention);
}

async function readAll(
  control: AzureSqlControl,
  databases: readonly AzureDatabase[],
  options: { readonly signal: AbortSignal },
): Promise<ReadonlyMap<string, AzureRetention>> {
  const limit = createLimiter(ASKED_AT_ONCE);
  const read = databases.map((database) =>
    limit(async () => {
      const retention = await control.readRetention(database.place, options);
      return [retentionKey(database), retention] as const;
    }),
  );
  return new Map(await Promise.all(read));
}

function fromEnvironment({ environment }: ReadingPorts): string {
  const id = environment("AZURE_SUBSCRIPTION_ID")?.trim();
  if (id !== undefined && id !== "") return id;
  throw failure({
    code: "CONFIG_INVALID_VALUE",
    summary: "Subscription not said",
    detail:
      "No subscription_id is written, and the environment variable AZURE_SUBSCRIPTION_ID is not set, so nobody knows which subscription is meant. Write subscription_id. Those that the identity sees:\n\n    az account list --output table",
  });
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
