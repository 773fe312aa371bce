import { warningDiagnostic } from "../diagnostics/diagnostic.ts";
import type { EventHost } from "../events/host.ts";
import type { PointWriter } from "../vault/vault.ts";

/** VAULT_MARK_UNREADABLE where a point can share nothing with those before, so that it takes the room of a first one. */
export function tellStoredAnew(
  { unreadableMarks }: Pick<PointWriter, "unreadableMarks">,
  host: EventHost,
): void {
  const [blob] = unreadableMarks;
  if (blob === undefined) return;
  const diagnostic = warningDiagnostic({
    code: "VAULT_MARK_UNREADABLE",
    summary: "All data stored anew",
    detail:
      `The blob ${blob} of the vault is damaged. It says which packs are garbage, so until it is gone a backup relies on none that is there and stores all of its data anew. The recovery point is as good as any other. ` +
      "To have the blob taken away, and the room of what was stored twice back, run:\n\n    holdfast prune",
  });
  host.emit({ type: "diagnostic", diagnostic });
}
