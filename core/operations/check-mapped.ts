import type { ResourceAttributes } from "../../schemas/blocks/resources.ts";
import type { Address } from "../address/address.ts";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.ts";
import { createLimiter } from "../kit/limiter.ts";
import type { Observations, ObservedServer } from "../plan/observed.ts";
import { selectDatabases } from "../policy/name-pattern.ts";
import type { FurtherObserved } from "./observe-further.ts";
import { openServerAt } from "./open-server.ts";
import type { ReadingPorts } from "./ports.ts";
import type { ResourceLookup } from "./resource-lookup.ts";
import { factsUnknown, maySleep, notOpened } from "./sleeping-databases.ts";

/** A connection each. */
const SERVERS_AT_ONCE = 8;

const UNKNOWN = "whether the identity has a user in each database";

interface Checked {
  readonly said: ObservedServer;
  readonly warnings: readonly Diagnostic[];
}

/**
 * On Azure SQL Database an identity of Entra may see a database in master and have no user in it, which nothing but a
 * connection tells. Of servers that are signed in to so, each database that a backup set covers is opened, but for those that
 * this would wake; a server where one stays closed counts as failed, SERVICE_PRINCIPAL_UNMAPPED. What was not looked at is
 * told: DATABASES_NOT_OPENED, SERVER_FACTS_UNKNOWN.
 */
export async function checkMapped(
  observed: Observations,
  resources: ResourceLookup,
  ports: ReadingPorts,
): Promise<FurtherObserved> {
  const limit = createLimiter(SERVERS_AT_ONCE);
  const checks = [...observed].map(([address, said]) =>
    limit(async () => ({ address, ...(await check(address, { said, resources }, ports)) })),
  );
  const checked = await Promise.all(checks);
  return {
    observed: new Map(checked.map(({ address, said }) => [address, said])),
    warnings: checked.flatMap(({ warnings }) => warnings),
  };
}

async function check(
  address: Address,
  { said, resources }: { readonly said: ObservedServer; readonly resources: ResourceLookup },
  ports: ReadingPorts,
): Promise<Checked> {
  if (said.status !== "observed" || !isByToken(address, resources)) return { said, warnings: [] };
  const sets = resources.all("backup_set").map((set) => resources.get(set, "backup_set"));
  const selections = sets.filter((set) => set.server === address).map((set) => set.databases);
  const covered = selections.flatMap((selection) => selectDatabases(said.databases, selection));
  const online = covered.filter(({ state, isSystem }) => state === "online" && !isSystem);
  const { asleep = [], awake = [] } = Object.groupBy(online, (database) =>
    maySleep(database, said) ? "asleep" : "awake",
  );
  const names = (databases: readonly { readonly name: string }[]) =>
    new Set(databases.map(({ name }) => name));
  const warnings = notOpened(address, names(asleep), UNKNOWN);
  try {
    await open(address, { names: names(awake), resources }, ports);
    return { said, warnings };
  } catch (error) {
    ports.signal.throwIfAborted();
    if (!(error instanceof DiagnosticError)) throw error;
    const { diagnostic } = error;
    if (isUnmapped(diagnostic)) return { said: { status: "failed", diagnostic }, warnings };
    return { said, warnings: [...warnings, factsUnknown(address, diagnostic, UNKNOWN)] };
  }
}

/** Rejects with SERVICE_PRINCIPAL_UNMAPPED, and with SERVER_* where the server is not there any more. */
async function open(
  address: Address,
  { names, resources }: { readonly names: ReadonlySet<string>; readonly resources: ResourceLookup },
  ports: ReadingPorts,
): Promise<void> {
  if (names.size === 0) return;
  const { signal } = ports;
  await using server = await openServerAt(address, resources, ports);
  for (const database of names) {
    try {
      await server.missingPermissions("backup", { database, signal });
    } catch (error) {
      if (!isOfDatabase(error)) throw error;
    }
  }
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

function isUnmapped({ code }: Diagnostic): boolean {
  return code === "SERVICE_PRINCIPAL_UNMAPPED";
}

/** What a database says for itself is told by the backup, or passes. */
function isOfDatabase(error: unknown): boolean {
  if (!(error instanceof DiagnosticError)) return false;
  const { diagnostic } = error;
  return !isUnmapped(diagnostic) && !diagnostic.code.startsWith("SERVER_");
}
