import type { ResourceAttributes } from "../../schemas/blocks/resources.ts";
import { type Address, tryParseAddress } from "../address/address.ts";
import { type GeneratedBlock, quoted } from "../config/generate/generated-blocks.ts";
import { failure } from "../diagnostics/diagnostic.ts";
import { asAzureHas, retentionWith } from "../plan/azure-retention.ts";
import { tryParseHost } from "../plan/import-id.ts";
import type { ImportFinding } from "../plan/imports.ts";
import type { RetentionId } from "../plan/retention-id.ts";
import { isSamePlace } from "../resource/azure-server-id.ts";
import type { AzureRetention, AzureServerPlace } from "../resource/azure-sql.ts";
import { isSameRetention } from "../resource/same-retention.ts";
import { openAzureOf, placeOf } from "./open-azure.ts";
import type { ReadingPorts } from "./ports.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

interface RetentionImport {
  readonly to: Address;
  /** The id as it is written. */
  readonly text: string;
  readonly id: RetentionId;
}

/** The block names that database, and says of its retention what Azure says. IMPORT_OTHER_THING, AZURE_*. */
export async function lookAtRetention(
  { to, text, id }: RetentionImport,
  { resources }: { readonly resources: ResourceLookup },
  ports: ReadingPorts,
): Promise<ImportFinding> {
  const managed = resources.get(to, "azure_retention");
  const { server, database } = managed;
  const isSame = database.toLowerCase() === id.database.toLowerCase();
  if (!isSame || !isServer(id.server, server, resources.get(server, "server")))
    throw otherThing(
      `${to} is written with the database ${database} of ${server}, and its import names ${text}.`,
    );
  const now = await readRetention({ server, database }, resources, ports);
  if (!isSameRetention(retentionWith(managed, now), now)) {
    const { short_term, long_term } = asAzureHas(managed, now);
    throw otherThing(
      `${to} says otherwise than Azure, which keeps: ${JSON.stringify({ short_term, long_term })}.`,
    );
  }
  const importing = { id: text, found: retentionText(now), points: 0, renames: [] };
  return { status: "found", importing, points: [] };
}

/** A block that says what Azure says now. */
export async function generateRetention(
  {
    name,
    id,
    server,
  }: { readonly name: string; readonly id: RetentionId; readonly server: Address },
  resources: ResourceLookup,
  ports: ReadingPorts,
): Promise<GeneratedBlock> {
  const { database } = id;
  const now = await readRetention({ server, database }, resources, ports);
  const { days, differentialHours } = now.shortTerm;
  const { weekly, monthly, yearly, weekOfYear } = now.longTerm;
  return {
    comments: [`Azure keeps of its own backups: ${retentionText(now)}.`],
    type: "azure_retention",
    name,
    body: [
      `server = ${server}`,
      `database = ${quoted(database)}`,
      "",
      "short_term {",
      `days = ${days}`,
      ...(differentialHours === null ? [] : [`differential_hours = ${differentialHours}`]),
      "}",
      "",
      "long_term {",
      `weekly = ${quoted(weekly ?? "PT0S")}`,
      `monthly = ${quoted(monthly ?? "PT0S")}`,
      `yearly = ${quoted(yearly ?? "PT0S")}`,
      ...(weekOfYear === null ? [] : [`week_of_year = ${weekOfYear}`]),
      "}",
    ],
  };
}

async function readRetention(
  { server, database }: { readonly server: Address; readonly database: string },
  resources: ResourceLookup,
  ports: ReadingPorts,
): Promise<AzureRetention> {
  const { control, place } = await openAzureOf(server, resources, ports);
  return control.readRetention({ ...place, database }, { signal: ports.signal });
}

/** Whether an id means that server: by address, host, name of the Azure resource, or place. */
export function isServer(
  named: string | AzureServerPlace,
  address: Address,
  server: ResourceAttributes<"server">,
): boolean {
  const place = placeOf(server);
  if (typeof named !== "string") return place !== undefined && isSamePlace(place, named);
  if (tryParseAddress(named) === address) return true;
  if (place?.server.toLowerCase() === named.toLowerCase()) return true;
  const host = tryParseHost(named);
  return host?.host.toLowerCase() === server.host.toLowerCase() && host.port === server.port;
}

function retentionText({ shortTerm, longTerm }: AzureRetention): string {
  const long = (["weekly", "monthly", "yearly"] as const).flatMap((kind) => {
    const length = longTerm[kind];
    return length === null ? [] : [`${kind} ones for ${length}`];
  });
  return [`every moment of ${shortTerm.days} days`, ...long].join(", ");
}

function otherThing(fact: string) {
  return failure({
    code: "IMPORT_OTHER_THING",
    summary: "Import of something else",
    detail: `${fact} An import records what exists as it is, so both must say the same. Nothing was planned. Correct the block, or leave it out and let a plan write one:\n\n    holdfast plan -generate-config-out generated.hcl`,
  });
}
