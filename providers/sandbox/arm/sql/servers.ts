import { ok } from "../exchange.ts";
import { pageOf } from "../paging.ts";
import { isSameName } from "../resource-id.ts";
import type { ArmCall, Route } from "../route.ts";
import { hostId, type SqlHost } from "../sql-host.ts";
import { requireHost } from "./find-resource.ts";
import { SERVER } from "./read-databases.ts";

const READ = "Microsoft.Sql/servers/read";

/** A logical server (learn.microsoft.com: rest/api/sql/servers/get). */
function describeServerResource(host: SqlHost): unknown {
  return {
    kind: "v12.0",
    properties: {
      administratorLogin: host.administrator,
      version: "12.0",
      state: "Ready",
      fullyQualifiedDomainName: host.domainName,
      privateEndpointConnections: [],
      minimalTlsVersion: "1.2",
      publicNetworkAccess: "Enabled",
      restrictOutboundNetworkAccess: "Disabled",
    },
    location: host.location,
    id: hostId(host),
    name: host.name,
    type: "Microsoft.Sql/servers",
  };
}

/** Hosts of a kind in the subscription, and in the group where the path names one. */
export function hostsOf(kind: SqlHost["kind"], { names, world }: ArmCall): readonly SqlHost[] {
  const { subscription = "", group } = names;
  return world.hosts.filter(
    (host) =>
      host.kind === kind &&
      isSameName(host.subscriptionId, subscription) &&
      (group === undefined || isSameName(host.resourceGroup, group)),
  );
}

function listServers(call: ArmCall) {
  return pageOf(hostsOf("server", call).map(describeServerResource), call);
}

/** Servers_Get, Servers_List and Servers_ListByResourceGroup. */
export const SERVER_ROUTES: readonly Route[] = [
  {
    method: "GET",
    pattern: SERVER,
    action: READ,
    handle: (call) => ok(describeServerResource(requireHost("server", call))),
  },
  {
    method: "GET",
    pattern: "/subscriptions/{subscription}/providers/Microsoft.Sql/servers",
    action: READ,
    handle: listServers,
  },
  {
    method: "GET",
    pattern: "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Sql/servers",
    action: READ,
    handle: listServers,
  },
];
