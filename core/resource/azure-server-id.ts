import type { AzureServer, AzureServerPlace } from "./azure-sql.ts";

const FORM =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Sql\/(servers|managedInstances)\/([^/]+)\/?$/i;

const TYPES: Readonly<Record<AzureServer["kind"], string>> = {
  azure_sql: "Microsoft.Sql/servers",
  managed_instance: "Microsoft.Sql/managedInstances",
  azure_vm: "Microsoft.SqlVirtualMachine/sqlVirtualMachines",
};

/** The place in the resource id of a logical server or a managed instance, whose words Azure compares without case. */
export function tryParseServerId(id: string): AzureServerPlace | undefined {
  const [, subscriptionId = "", resourceGroup = "", type = "", server = ""] = FORM.exec(id) ?? [];
  if (server === "") return undefined;
  const kind = type.toLowerCase() === "servers" ? "azure_sql" : "managed_instance";
  return { kind, subscriptionId, resourceGroup, server };
}

/** The resource id, as Azure writes it. */
export function serverIdOf({
  kind,
  subscriptionId,
  resourceGroup,
  name,
}: Pick<AzureServer, "kind" | "subscriptionId" | "resourceGroup" | "name">): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/${TYPES[kind]}/${name}`;
}

/** Azure compares names without case. */
export function isSamePlace(one: AzureServerPlace, other: AzureServerPlace): boolean {
  const words = ({ kind, subscriptionId, resourceGroup, server }: AzureServerPlace) =>
    [kind, subscriptionId, resourceGroup, server].join("/").toLowerCase();
  return words(one) === words(other);
}
