import type { AzureDatabasePlace, AzureServerPlace } from "../../../core/resource/azure-sql.ts";

const TYPES: Readonly<Record<AzureServerPlace["kind"], string>> = {
  azure_sql: "servers",
  managed_instance: "managedInstances",
};

export function serverIdOf({
  kind,
  subscriptionId,
  resourceGroup,
  server,
}: AzureServerPlace): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Sql/${TYPES[kind]}/${server}`;
}

export function databaseIdOf(place: AzureDatabasePlace): string {
  return `${serverIdOf(place)}/databases/${place.database}`;
}

/** Names are compared without case by Azure, and their case in ids varies from answer to answer. */
export function resourceGroupOf(id: string | undefined): string {
  return /\/resourceGroups\/([^/]+)/i.exec(id ?? "")?.[1] ?? "";
}

export function lastNameOf(id: string | undefined): string | null {
  return id?.split("/").at(-1) ?? null;
}
