import { attributesOf } from "../../schemas/blocks/resources.ts";
import { failure } from "../diagnostics/diagnostic.ts";
import { retentionLosses, retentionWith } from "../plan/azure-retention.ts";
import { lossesOfRetention } from "../plan/azure-retention-warnings.ts";
import type { ResourceChange } from "../plan/plan.ts";
import { isSameRetention } from "../resource/same-retention.ts";
import { openAzureOf } from "./open-azure.ts";
import type { Ports } from "./ports.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

/**
 * Sets in Azure what a block says, before that is recorded. Idempotent. An import sets nothing. AZURE_*,
 * AZURE_RETENTION_CHANGED where Azure would lose backups that the plan did not name.
 */
export async function setAzureRetention(
  change: ResourceChange,
  resources: ResourceLookup,
  ports: Ports,
): Promise<void> {
  const { type, after, action, address } = change;
  const managed = after && attributesOf({ type, attributes: after }, "azure_retention");
  if (!managed || action === "import" || action === "delete" || action === "forget") return;
  const { control, place: server } = await openAzureOf(managed.server, resources, ports);
  const place = { ...server, database: managed.database };
  const { signal } = ports;
  const now = await control.readRetention(place, { signal });
  const wanted = retentionWith(managed, now);
  if (isSameRetention(now, wanted)) return;
  const planned = new Set(lossesOfRetention(change));
  const unnamed = retentionLosses(now, wanted).filter((loss) => !planned.has(loss));
  if (unnamed.length > 0) {
    const why =
      change.retention === undefined
        ? "The plan was made without asking Azure"
        : "Azure's retention changed since the plan was made";
    throw failure({
      code: "AZURE_RETENTION_CHANGED",
      summary: "Loss that the plan did not name",
      detail: `${why}, and to apply it would lose backups of the database ${managed.database} of ${managed.server} that it did not name: ${unnamed.join(" ")} Nothing of it was changed. Plan again, without -refresh=false.`,
      address,
    });
  }
  await control.setRetention(place, wanted, { signal });
}
