import type { Address } from "../address/address.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { type Diagnostic, warningDiagnostic } from "../diagnostics/diagnostic.ts";
import type { ResourceChange } from "./plan.ts";

/** Vaults that get another place. */
export function movedVaults(changes: readonly ResourceChange[]): ReadonlySet<Address> {
  const moved = changes.filter(({ type, action }) => type === "vault" && action === "replace");
  return new Set(moved.map(({ address }) => address));
}

/** A vault that gets another place leaves its points in the old one, where nothing in the catalog leads to any more. */
export function movedVaultWarnings(
  changes: readonly ResourceChange[],
  points: readonly RecoveryPoint[],
): readonly Diagnostic[] {
  return [...movedVaults(changes)].flatMap((address) => {
    const left = points.filter(({ state, vault }) => state === "listed" && vault === address);
    if (left.length === 0) return [];
    return [
      warningDiagnostic({
        code: "PLAN_VAULT_MOVED",
        summary: "Recovery points stay in the old place",
        detail: `${address} gets another place, and its ${left.length} listed recovery points stay in the old one: they cannot be restored as long as ${address} names the new place. To keep them within reach, leave ${address} as it is, write a vault of another name for the new place, and let the backup sets use that one.`,
        address,
      }),
    ];
  });
}
