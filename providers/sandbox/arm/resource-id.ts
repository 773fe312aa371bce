/** Ids of resources: `/subscriptions/S/resourceGroups/G/providers/Microsoft.Sql/servers/N/databases/D`. They compare without regard to case. */

export interface DatabaseId {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly server: string;
  readonly database: string;
}

const DATABASE_ID =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Sql\/servers\/([^/]+)\/databases\/([^/]+)$/i;

export function tryParseDatabaseId(id: string): DatabaseId | undefined {
  const match = DATABASE_ID.exec(id);
  if (match === null) return undefined;
  const [subscriptionId = "", resourceGroup = "", server = "", database = ""] = match
    .slice(1)
    .map(decodeURIComponent);
  return { subscriptionId, resourceGroup, server, database };
}

export function isSameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

/** `Microsoft.Sql/servers/databases` of the path of a resource; of the path of a list, the type of its members. */
export function resourceTypeOf(path: string): string {
  const [, provider = "", rest = ""] = /^.*\/providers\/([^/]+)\/(.+)$/i.exec(path) ?? [];
  const types = rest.split("/").filter((_, index) => index % 2 === 0);
  return [provider, ...types].join("/");
}
