import type { ResourceAttributes } from "../../schemas/blocks/resources.ts";
import type { Address } from "../address/address.ts";
import { diagnosticOf } from "../diagnostics/caught.ts";
import { type Diagnostic, warningDiagnostic } from "../diagnostics/diagnostic.ts";
import { formatBytes } from "../kit/bytes.ts";
import { selectDatabases } from "../policy/name-pattern.ts";
import type { AzureDatabase } from "../resource/azure-sql.ts";
import { glanceAtAzureOf } from "./open-azure.ts";
import type { ReadingPorts } from "./ports.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

export interface CopyPrices {
  readonly dtu_hour: number | null;
  readonly vcore_hour: number | null;
}

export interface OutlookOptions {
  readonly resources: ResourceLookup;
  readonly prices: CopyPrices | null;
}

/** ISOLATED_COPY_COSTS for each backup set by copies: what its copies run on, what they share, and what they cost (C-09). Asks Azure; what it does not answer is told instead. */
export async function foretellCopies(
  { resources, prices }: OutlookOptions,
  ports: ReadingPorts,
): Promise<readonly Diagnostic[]> {
  const told: Diagnostic[] = [];
  for (const address of resources.all("backup_set")) {
    const set = resources.get(address, "backup_set");
    if (resources.get(set.policy, "policy").method !== "isolated_copy") continue;
    told.push(await foretell(address, set, { resources, prices, ports }));
  }
  return told;
}

async function foretell(
  address: Address,
  set: ResourceAttributes<"backup_set">,
  { resources, prices, ports }: OutlookOptions & { readonly ports: ReadingPorts },
): Promise<Diagnostic> {
  try {
    const { control, place } = await glanceAtAzureOf(set.server as Address, resources, ports);
    const all = await control.databases(place, { signal: ports.signal });
    const named = all.map((each) => ({ ...each, name: each.place.database, isSystem: false }));
    return costs(address, copyLines(selectDatabases(named, set.databases), prices));
  } catch (error) {
    ports.signal.throwIfAborted();
    const { code, summary, detail } = diagnosticOf(error);
    const told = `What the copies of ${address} cost is not known, and backups of it would fail: ${detail}`;
    return warningDiagnostic({ code, summary, detail: told, address });
  }
}

function costs(address: Address, lines: readonly string[]): Diagnostic {
  const what =
    lines.length === 0
      ? "Azure knows none of its databases yet."
      : `One after the other:\n\n    ${lines.join("\n    ")}`;
  return warningDiagnostic({
    code: "ISOLATED_COPY_COSTS",
    summary: "Backups by copies cost while they run",
    detail: `Each backup of ${address} makes a copy of each database on the same server, as large as the database and of the same tier, and drops it when it is stored. Azure bills the copy, and it counts against the limits of the server or pool that it is in. ${what}`,
    address,
  });
}

/** What each copy runs on and costs: `Shop: S3, 100 DTUs of the server's quota; up to 250 GiB; 0.20 an hour`. */
function copyLines(
  databases: readonly AzureDatabase[],
  prices: CopyPrices | null,
): readonly string[] {
  return databases.map((database) => {
    const { place, maxBytes } = database;
    const size = maxBytes === null ? "" : `; up to ${formatBytes(maxBytes)}`;
    return `${place.database}: ${budgetOf(database)}${size}${priceOf(database, prices)}`;
  });
}

/** `S3 (Standard), 100 DTUs of the server's quota` */
export function budgetOf({ objective, tier, pool }: AzureDatabase): string {
  if (pool !== null) return `in the elastic pool ${pool}, whose resources and storage it shares`;
  const kind = tier?.tier === undefined || tier.tier === null ? "" : ` (${tier.tier})`;
  const capacity = tier?.capacity ?? null;
  const amount = capacity === null ? "" : `, ${capacity} ${unitOf(tier?.tier)}s`;
  return `${objective ?? tier?.name ?? "a tier that Azure does not tell"}${kind}${amount} of the server's quota`;
}

/** `; 0.20 an hour`; empty where nothing is known. A copy in a pool costs nothing by itself. */
export function priceOf({ tier, pool }: AzureDatabase, prices: CopyPrices | null): string {
  if (pool !== null) return "; nothing beyond the pool";
  const each = unitOf(tier?.tier) === "DTU" ? prices?.dtu_hour : prices?.vcore_hour;
  const capacity = tier?.capacity ?? null;
  if (each === undefined || each === null || capacity === null) return "";
  return `; ${(each * capacity).toFixed(2)} an hour`;
}

const BY_DTU: ReadonlySet<string> = new Set(["Basic", "Standard", "Premium"]);

function unitOf(tier: string | null | undefined): "DTU" | "vCore" {
  return BY_DTU.has(tier ?? "") ? "DTU" : "vCore";
}
