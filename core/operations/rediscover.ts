import type { Address } from "../address/address.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { knownDatabases, observationOf } from "../drift/observed-facts.ts";
import { isHidden } from "./hide-system-databases.ts";
import { observeServers } from "./observe-server.ts";
import type { Ports } from "./ports.ts";
import { readAccepted } from "./read-accepted.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

export interface RediscoveredServer {
  readonly server: Address;
  /** The system databases that are seen from now on; none where nothing was hidden. */
  readonly databases: readonly string[];
}

/**
 * Asks the recorded servers again whose system databases an earlier version did not see, and records those, and nothing else
 * of what such a server says: other changes are for a plan to show. Rejects with what a server that cannot be asked says.
 */
export async function rediscover(
  catalog: Catalog,
  resources: ResourceLookup,
  ports: Ports,
): Promise<readonly RediscoveredServer[]> {
  const accepted = await readAccepted(await catalog.observations());
  const hidden = [...accepted.keys()].filter((server) => isHidden(server, { resources, accepted }));
  const observed = await observeServers(hidden, resources, ports);
  const found: RediscoveredServer[] = [];
  for (const [server, said] of observed) {
    if (said.status === "failed") throw new DiagnosticError(said.diagnostic);
    const before = accepted.get(server);
    if (before === undefined) continue;
    const system = knownDatabases(said.databases.filter(({ isSystem }) => isSystem));
    const databases = [...before.databases, ...system].toSorted((one, other) =>
      one.name < other.name ? -1 : 1,
    );
    const at = ports.clock.now();
    const observation = observationOf(server, { ...before, databases }, at);
    await catalog.write([{ kind: "put_observation", observation }]);
    found.push({ server, databases: system.map(({ name }) => name) });
  }
  return found;
}
