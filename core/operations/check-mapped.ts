import type { ResourceAttributes } from "../../schemas/blocks/resources.ts";
import type { Address } from "../address/address.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { createLimiter } from "../kit/limiter.ts";
import type { Observations, ObservedServer } from "../plan/observed.ts";
import { selectDatabases } from "../policy/name-pattern.ts";
import { openServerAt } from "./open-server.ts";
import type { ReadingPorts } from "./ports.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

/** A connection each. */
const SERVERS_AT_ONCE = 8;

/**
 * On Azure SQL Database an identity of Entra may see a database in master and have no user in it, which nothing but a
 * connection tells. Of servers that are signed in to so, each database that a backup set covers is opened; a server where
 * one stays closed counts as failed, SERVICE_PRINCIPAL_UNMAPPED.
 */
export async function checkMapped(
  observed: Observations,
  resources: ResourceLookup,
  ports: ReadingPorts,
): Promise<Observations> {
  const limit = createLimiter(SERVERS_AT_ONCE);
  const checked = [...observed].map(([address, said]) =>
    limit(async () => [address, await check(address, { said, resources }, ports)] as const),
  );
  return new Map(await Promise.all(checked));
}

interface Checked {
  readonly said: ObservedServer;
  readonly resources: ResourceLookup;
}

async function check(
  address: Address,
  { said, resources }: Checked,
  ports: ReadingPorts,
): Promise<ObservedServer> {
  if (said.status !== "observed" || !isByToken(address, resources)) return said;
  const sets = resources.all("backup_set").map((set) => resources.get(set, "backup_set"));
  const selections = sets.filter((set) => set.server === address).map((set) => set.databases);
  const covered = selections.flatMap((selection) => selectDatabases(said.databases, selection));
  const online = covered.filter(({ state, isSystem }) => state === "online" && !isSystem);
  const names = new Set(online.map(({ name }) => name));
  if (names.size === 0) return said;
  const { signal } = ports;
  await using server = await openServerAt(address, resources, ports);
  for (const database of names) {
    try {
      await server.missingPermissions("backup", { database, signal });
    } catch (error) {
      if (!isUnmapped(error)) continue;
      return { status: "failed", diagnostic: error.diagnostic };
    }
  }
  return said;
}

function isByToken(address: Address, resources: ResourceLookup): boolean {
  const server = resources.tryGet(address, "server");
  if (server?.kind !== "azure_sql") return false;
  const type: ResourceAttributes<"credential">["type"] | undefined = resources.tryGet(
    server.credential,
    "credential",
  )?.type;
  return type !== undefined && type !== "sql_password";
}

/** What else a database says is told by the backup, or passes. */
function isUnmapped(error: unknown): error is DiagnosticError {
  return error instanceof DiagnosticError && error.diagnostic.code === "SERVICE_PRINCIPAL_UNMAPPED";
}
