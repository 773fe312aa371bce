import type { AzureDatabase, AzureServer } from "./azure-sql.ts";

/** Below S3 a database shares its processor and has no change data capture (learn.microsoft.com: azure-sql/database/change-data-capture-overview, "compute tier"). */
const WITHOUT: ReadonlySet<string> = new Set(["Basic", "S0", "S1", "S2", "Free"]);

/** Whether a database can have change data capture by its tier; null where Azure does not tell the tier. */
export function hasChangeCapture(
  { kind }: Pick<AzureServer, "kind">,
  { tier, objective, pool }: Pick<AzureDatabase, "tier" | "objective" | "pool">,
): boolean | null {
  if (kind !== "azure_sql") return true;
  // A pool's own size decides there, and a database does not tell it: 3 or more of its eDTUs each.
  if (pool !== null) return tier?.tier === "Basic" ? false : null;
  const name = objective ?? tier?.name;
  if (name === undefined) return null;
  return !WITHOUT.has(name) && tier?.tier !== "Basic";
}
