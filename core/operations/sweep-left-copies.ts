import type { Address } from "../address/address.ts";
import type { Catalog, CatalogReader } from "../catalog/catalog.ts";
import { isOpen } from "../isolated-copy/copy-book.ts";
import type { Ports } from "./ports.ts";
import { openProjectCatalog } from "./project.ts";
import { ResourceLookup } from "./resource-lookup.ts";

/** Jobs before these ended so long ago that what they left has expired. */
const MOST_JOBS = 1000;

/**
 * Drops the copies that jobs which are gone left behind, on every server that the catalog knows to be backed up by copies, or to
 * have one still. What cannot be done is told. Asks nobody where there is nothing.
 */
export async function sweepLeftCopies(catalog: Catalog, ports: Ports): Promise<void> {
  const resources = new ResourceLookup(await catalog.objects());
  const servers = await serversWithCopies(resources, catalog);
  if (servers.length === 0) return;
  const { sweepServers } = await import("./isolated-copies.ts");
  await sweepServers(servers, { resources, catalog }, ports);
}

/** As `sweepLeftCopies`, of the project's catalog. */
export async function sweepProjectCopies(ports: Ports): Promise<void> {
  await using catalog = await openProjectCatalog(ports);
  await sweepLeftCopies(catalog, ports);
}

/** Servers that are backed up by copies, or that may have one of an earlier job still. */
export async function serversWithCopies(
  resources: ResourceLookup,
  catalog: CatalogReader,
): Promise<readonly Address[]> {
  const servers = new Set<string>();
  for (const address of resources.all("backup_set")) {
    const set = resources.get(address, "backup_set");
    // `import` records a set alone, before its policy.
    const policy = resources.tryGet(set.policy, "policy");
    if (policy?.method === "isolated_copy") servers.add(set.server);
  }
  for (const { copies } of await catalog.jobs({ limit: MOST_JOBS })) {
    for (const { server } of (copies ?? []).filter(isOpen)) servers.add(server);
  }
  return resources.all("server").filter((address) => servers.has(address));
}
