import type { Address } from "../address/address.ts";
import type { CatalogObject } from "../catalog/catalog.ts";
import type { Configuration, Removal } from "../config/configuration.ts";
import { type Diagnostic, errorDiagnostic, warningDiagnostic } from "../diagnostics/diagnostic.ts";
import { matchesAddress, patternOf, tryParsePattern } from "./address-pattern.ts";
import type { PlanOptions } from "./plan.ts";
import type { PreparedSides } from "./prepare.ts";

/** The `removed` block that an object falls under. */
export function removalOf(address: Address, removals: readonly Removal[]): Removal | undefined {
  if (removals.length === 0) return undefined;
  const object = patternOf(address);
  return removals.find(({ from }) => {
    const pattern = tryParsePattern(from);
    return pattern !== undefined && matchesAddress(pattern, object);
  });
}

/** PLAN_REMOVED_DECLARED for each `removed` block whose block or module is still there. */
export function checkRemovals({
  removals,
  resources,
}: Pick<Configuration, "removals" | "resources">): readonly Diagnostic[] {
  return removals.flatMap((removal) => {
    const still = resources.find(({ address }) => removalOf(address, [removal]) !== undefined);
    if (still === undefined) return [];
    return [
      errorDiagnostic({
        code: "PLAN_REMOVED_DECLARED",
        summary: "Removed object still exists",
        detail: `This block says that ${removal.from} left the configuration, but ${still.address} is still written at ${still.range.filename} line ${still.range.start.line}. Remove the one or the other.`,
        subject: removal.range,
      }),
    ];
  });
}

/** PLAN_PURGE_NOT_DONE for each `purge = true` of something that has no recovery points of its own. */
export function purgeWarnings(
  removals: readonly Removal[],
  recorded: Iterable<CatalogObject>,
): readonly Diagnostic[] {
  const objects = [...recorded];
  return removals
    .filter(({ purge }) => purge)
    .flatMap((removal) => {
      const named = objects.filter(({ address }) => removalOf(address, [removal]) !== undefined);
      if (named.length === 0 || named.some(({ type }) => type === "backup_set")) return [];
      return [
        warningDiagnostic({
          code: "PLAN_PURGE_NOT_DONE",
          summary: "Nothing is purged",
          detail: `The removed block of ${removal.from} asks for a purge, but recovery points belong to backup sets, and this is none, so nothing is purged. Name the backup set whose points may go.`,
          subject: removal.range,
        }),
      ];
    });
}

interface PurgeFacts {
  readonly configuration: Pick<Configuration, "removals">;
  readonly prepared: PreparedSides;
  readonly options: PlanOptions;
}

/**
 * Says whether a `removed` block allows the points of a backup set that is gone to be purged. A plan that destroys
 * everything purges nothing, and one of a part only of sets that it names.
 */
export function purgedBy({ configuration, prepared, options }: PurgeFacts) {
  const removals = configuration.removals.filter(({ purge }) => purge);
  const isPart = prepared.selected !== prepared.all;
  return (backupSet: Address): boolean => {
    if (removals.length === 0 || options.destroy || options.refreshOnly) return false;
    if (isPart && !prepared.selected.recorded.has(backupSet)) return false;
    return removalOf(backupSet, removals) !== undefined;
  };
}
