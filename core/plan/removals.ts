import type { Address } from "../address/address.ts";
import type { CatalogObject } from "../catalog/catalog.ts";
import type { Configuration, ImportRequest, Removal } from "../config/configuration.ts";
import { type Diagnostic, errorDiagnostic, warningDiagnostic } from "../diagnostics/diagnostic.ts";
import { matchesAddress, patternOf, tryParsePattern } from "./address-pattern.ts";

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

/** Says of each `purge = true` that means something recorded that nothing is purged. */
export function purgeWarnings(
  removals: readonly Removal[],
  recorded: Iterable<Address>,
): readonly Diagnostic[] {
  const addresses = [...recorded];
  return removals
    .filter((removal) => removal.purge)
    .filter((removal) => addresses.some((each) => removalOf(each, [removal]) !== undefined))
    .map(({ from, range }) =>
      warningDiagnostic({
        code: "PLAN_PURGE_NOT_DONE",
        summary: "Nothing is purged",
        detail: `The removed block of ${from} allows its recovery points to be purged. This version of Holdfast purges nothing: the points stay in their vault, restorable, without a retention.`,
        subject: range,
      }),
    );
}

/** PLAN_IMPORT_UNSUPPORTED for each import whose object is not recorded already. */
export function checkImports(
  imports: readonly ImportRequest[],
  recorded: ReadonlyMap<Address, CatalogObject>,
): readonly Diagnostic[] {
  return imports
    .filter(({ to }) => !recorded.has(to))
    .map(({ to, range }) =>
      errorDiagnostic({
        code: "PLAN_IMPORT_UNSUPPORTED",
        summary: "Import not supported",
        detail: `The import block asks for ${to}, which the catalog does not record, and this version of Holdfast cannot import: taking over existing backups comes later. Nothing was planned. To record the object as it is written, remove the import block and run:\n\n    holdfast apply`,
        address: to,
        subject: range,
      }),
    );
}
