import type { Address } from "../address/address.ts";
import { diagnosticOf } from "../diagnostics/caught.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { createLimiter } from "../kit/limiter.ts";
import type { Observations, ObservedServer } from "../plan/observed.ts";
import { openServerAt } from "./open-server.ts";
import type { ReadingPorts } from "./ports.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

/** A connection each. */
const SERVERS_AT_ONCE = 8;

/** What each of these servers says now; one that cannot be asked fails for itself. */
export async function observeServers(
  servers: readonly Address[],
  resources: ResourceLookup,
  ports: ReadingPorts,
): Promise<Observations> {
  const limit = createLimiter(SERVERS_AT_ONCE);
  const asked = servers.map((address) =>
    limit(async () => [address, await observeServer(address, resources, ports)] as const),
  );
  return new Map(await Promise.all(asked));
}

async function observeServer(
  address: Address,
  resources: ResourceLookup,
  ports: ReadingPorts,
): Promise<ObservedServer> {
  try {
    await using server = await openServerAt(address, resources, ports);
    const { signal } = ports;
    const facts = await server.facts({ signal });
    return { status: "observed", facts, databases: await server.databases({ signal }) };
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return { status: "failed", diagnostic: { ...diagnosticOf(error), address } };
  }
}
