import { attributesOf } from "../../schemas/blocks/resources.ts";
import { type Diagnostic, warningDiagnostic } from "../diagnostics/diagnostic.ts";
import type { JsonObject } from "../kit/json.ts";
import { type ManagedRetention, retentionLosses, retentionWith } from "./azure-retention.ts";
import type { ResourceChange } from "./plan.ts";

/** AZURE_RETENTION_LOWERED with what Azure loses, and AZURE_RETENTION_STAYS of a database that is given up. */
export function azureRetentionWarnings(changes: readonly ResourceChange[]): readonly Diagnostic[] {
  return changes.flatMap((change) => [...lowered(change), ...left(change)]);
}

/** What Azure keeps for less time by this change: sentences. */
export function lossesOfRetention({
  type,
  action,
  after,
  retention,
}: Pick<ResourceChange, "type" | "action" | "after" | "retention">): readonly string[] {
  const managed = managedBy(type, after);
  if (managed === undefined || retention === undefined || action === "import") return [];
  return retentionLosses(retention, retentionWith(managed, retention));
}

function managedBy(type: string, attributes: JsonObject | null): ManagedRetention | undefined {
  return attributes === null ? undefined : attributesOf({ type, attributes }, "azure_retention");
}

function lowered(change: ResourceChange): readonly Diagnostic[] {
  const losses = lossesOfRetention(change);
  const managed = managedBy(change.type, change.after);
  if (losses.length === 0 || managed === undefined) return [];
  const { address } = change;
  return [
    warningDiagnostic({
      code: "AZURE_RETENTION_LOWERED",
      summary: "Azure will keep backups for less time",
      detail: `An apply makes Azure keep its own backups of the database ${managed.database} of ${managed.server} for less time. ${losses.join(" ")} Recovery points of Holdfast are not concerned.`,
      address,
    }),
  ];
}

function left({ type, action, before, address }: ResourceChange): readonly Diagnostic[] {
  const managed = managedBy(type, before);
  if (managed === undefined || (action !== "delete" && action !== "replace")) return [];
  return [
    warningDiagnostic({
      code: "AZURE_RETENTION_STAYS",
      summary: "Azure's retention stays as it is",
      detail: `${address} is given up, and nothing in Azure is changed: it goes on keeping its own backups of the database ${managed.database} of ${managed.server} for as long as it is set now, and bills them. Holdfast deletes none of them.`,
      address,
    }),
  ];
}
