import type { ResourceAttributes } from "../../schemas/blocks/resources.ts";
import type { Address } from "../address/address.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import type { AzureNow, FurtherFacts } from "../drift/further-facts.ts";
import type { SetRule } from "../drift/subject.ts";
import { createLimiter } from "../kit/limiter.ts";
import { selectDatabases } from "../policy/name-pattern.ts";
import type { AzureDatabase, AzureRetention, AzureSqlControl } from "../resource/azure-sql.ts";
import { copyTagsOf } from "../resource/copy-name.ts";
import { glanceAtAzureOf, placeOf } from "./open-azure.ts";
import type { ReadingPorts } from "./ports.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

const ASKED_AT_ONCE = 8;

const IDENTITIES: ReadonlySet<string> = new Set([
  "entra_default",
  "entra_service_principal",
  "managed_identity",
  "workload_identity",
]);

/** Whether Azure is to be asked of a server; `no_identity`: its place is written, and nobody to sign in as. */
export function azureReach(
  server: ResourceAttributes<"server"> | undefined,
  { rules, resources }: { readonly rules: readonly SetRule[]; readonly resources: ResourceLookup },
): "none" | "no_identity" | "asked" {
  if (server?.kind !== "azure_sql" && server?.kind !== "managed_instance") return "none";
  if (placeOf(server) === undefined) return "none";
  const credential = server.azure?.credential ?? server.credential;
  const type = resources.tryGet(credential, "credential")?.type ?? "";
  // Copies sign in as whoever the machine is, where nobody is named.
  const isCopied = rules.some(({ method }) => method === "isolated_copy");
  return IDENTITIES.has(type) || isCopied ? "asked" : "no_identity";
}

/** What Azure says of the databases of one server: tiers, copies, and the retention of those that a backup set covers. AZURE_*, SECRET_MISSING. */
export async function observeAzure(
  address: Address,
  { rules, resources }: { readonly rules: readonly SetRule[]; readonly resources: ResourceLookup },
  ports: ReadingPorts,
): Promise<NonNullable<FurtherFacts["azure"]>> {
  const { control, place } = await glanceAtAzureOf(address, resources, ports);
  const { signal } = ports;
  const now = ports.clock.now();
  const limit = createLimiter(ASKED_AT_ONCE);
  const all = await control.databases(place, { signal });
  const said = all.map((database) =>
    limit(async (): Promise<readonly [string, AzureNow]> => {
      const name = database.place.database;
      const copy = copyOf(database, now);
      const isRead = copy === undefined && rules.some((rule) => covers(rule, name));
      const retention = isRead ? await readRetention(control, database, ports) : undefined;
      return [
        name,
        {
          createdAt:
            database.createdAt === null ? null : new Date(database.createdAt).toISOString(),
          status: database.status,
          ...(place.kind === "azure_sql" ? { tier: tierOf(database) } : {}),
          ...(copy === undefined ? {} : { copy }),
          ...(retention === undefined ? {} : { retention: retentionOf(retention) }),
        },
      ];
    }),
  );
  return { place, databases: new Map(await Promise.all(said)) };
}

function covers({ selection }: SetRule, name: string): boolean {
  return selectDatabases([{ name, isSystem: false }], selection).length > 0;
}

/** Some databases have none, such as one that is being made. */
async function readRetention(
  control: AzureSqlControl,
  { place }: AzureDatabase,
  { signal }: ReadingPorts,
): Promise<AzureRetention | undefined> {
  try {
    return await control.readRetention(place, { signal });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof DiagnosticError) return undefined;
    throw error;
  }
}

function tierOf({ tier, objective, pool, maxBytes }: AzureDatabase): NonNullable<AzureNow["tier"]> {
  return { name: tier?.name ?? null, tier: tier?.tier ?? null, objective, pool, maxBytes };
}

function retentionOf({ shortTerm, longTerm }: AzureRetention): NonNullable<AzureNow["retention"]> {
  const { days, differentialHours } = shortTerm;
  const { weekly, monthly, yearly, weekOfYear } = longTerm;
  return { days, differentialHours, weekly, monthly, yearly, weekOfYear };
}

function copyOf(database: AzureDatabase, now: number): AzureNow["copy"] {
  const tags = copyTagsOf(database);
  if (tags === undefined) return undefined;
  const { holdfast: run, set: backupSet, expires } = tags;
  return { run, backupSet, expires, isLeftOver: Date.parse(expires) <= now };
}
