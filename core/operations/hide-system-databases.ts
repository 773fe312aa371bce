import type { ObservedFacts } from "../../schemas/server-observation.ts";
import type { Address } from "../address/address.ts";
import type { CatalogReader } from "../catalog/catalog.ts";
import { type Diagnostic, warningDiagnostic } from "../diagnostics/diagnostic.ts";
import { hidesSystemDatabases, shownDatabases } from "../drift/hidden-databases.ts";
import type { Observations, ObservedServer } from "../plan/observed.ts";
import { readAccepted } from "./read-accepted.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

interface Known {
  readonly resources: ResourceLookup;
  /** By the server's address, as recorded. */
  readonly accepted: ReadonlyMap<Address, ObservedFacts> | undefined;
}

/** What servers say, without the system databases that are hidden until they are discovered again. */
export function withoutHidden(observed: Observations, known: Known): Observations {
  return new Map(
    [...observed].map(
      ([address, said]) => [address, hideIn(said, isHidden(address, known))] as const,
    ),
  );
}

function hideIn(said: ObservedServer, hidesSystem: boolean): ObservedServer {
  if (said.status !== "observed") return said;
  return { ...said, databases: shownDatabases(said.databases, { hidesSystem }) };
}

export function isHidden(address: Address, { resources, accepted }: Known): boolean {
  return hidesSystemDatabases(resources.tryGet(address, "server")?.kind, accepted?.get(address));
}

/** SYSTEM_DATABASES_HIDDEN for each server where a backup set asks for what is hidden. */
export function hiddenWarnings(observed: Observations, known: Known): readonly Diagnostic[] {
  const { resources } = known;
  const sets = resources.all("backup_set").map((set) => resources.get(set, "backup_set"));
  return [...observed.keys()]
    .filter((address) => sets.some((set) => set.server === address && set.databases.system))
    .filter((address) => isHidden(address, known))
    .map(hiddenWarning);
}

/** The same, for a backup of one server. */
export async function hiddenOf(
  server: Address,
  { resources, catalog }: { readonly resources: ResourceLookup; readonly catalog: CatalogReader },
): Promise<Diagnostic | undefined> {
  if (resources.tryGet(server, "server")?.kind !== "azure_vm") return undefined;
  const own = (await catalog.observations()).filter((each) => each.server === server);
  const accepted = await readAccepted(own);
  return isHidden(server, { resources, accepted }) ? hiddenWarning(server) : undefined;
}

function hiddenWarning(server: Address): Diagnostic {
  return warningDiagnostic({
    code: "SYSTEM_DATABASES_HIDDEN",
    summary: "System databases not discovered yet",
    detail: `${server} was discovered by an earlier version, which did not see master, msdb and model, so nothing backs them up although a backup set asks for system databases. Discover it again, once:\n\n    holdfast init -rediscover`,
    address: server,
  });
}
