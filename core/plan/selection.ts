import type { Address } from "../address/address.ts";
import type { DesiredResource } from "../config/configuration.ts";
import { type Diagnostic, errorDiagnostic } from "../diagnostics/diagnostic.ts";
import { closureOf, reverseGraph } from "../graph/graph.ts";
import { addressesBeside } from "./exclusion.ts";
import { dependenciesOf, objectsNamed, type Sides } from "./named-objects.ts";
import type { PlanOptions } from "./plan.ts";

/**
 * The addresses that a plan with `-target` may touch: the targets and what they need; for those that go away, also what
 * needs them, so that nothing is left that refers to a missing object. With `-exclude` all but those that it leaves out.
 * Undefined without either: all.
 */
export function selectAddresses(
  sides: Sides,
  options: Pick<PlanOptions, "targets" | "exclude" | "destroy">,
): ReadonlySet<Address> | undefined {
  const { targets, destroy } = options;
  if (options.exclude.length > 0) return addressesBeside(sides, options);
  if (targets.length === 0) return undefined;
  const desired = destroy ? new Map<Address, DesiredResource>() : sides.desired;
  const named = targets.flatMap((target) => objectsNamed(target, sides));
  const needed = closureOf(dependenciesOf(desired), named);
  const leaving = named.filter((address) => !desired.has(address));
  const dependants = closureOf(reverseGraph(dependenciesOf(sides.recorded)), leaving);
  return new Set([...needed, ...dependants]);
}

/** Checks the addresses of `-target`, `-exclude` and `-replace`; `selected` is what the first two leave. */
export function checkOptions(
  { all, selected }: { readonly all: Sides; readonly selected: Sides },
  options: PlanOptions,
): readonly Diagnostic[] {
  const misplaced = options.replace
    .filter((address) => selected.desired.get(address)?.type !== "backup_set" || options.destroy)
    .map((address) =>
      errorDiagnostic({
        code: "PLAN_REPLACE_NOT_POSSIBLE",
        summary: "Nothing to replace",
        detail: `-replace runs a full backup of a backup set, and ${address} is not a backup set that this plan keeps and covers. Give the address of one, such as backup_set.orders, and name it with -target too where that is in use.`,
        address,
      }),
    );
  return [
    ...unknownNames(options.targets, all, "-target"),
    ...unknownNames(options.exclude, all, "-exclude"),
    ...misplaced,
  ];
}

function unknownNames(names: readonly string[], sides: Sides, flag: string): readonly Diagnostic[] {
  return names
    .filter((name) => objectsNamed(name, sides).length === 0)
    .map((address) =>
      errorDiagnostic({
        code: "PLAN_TARGET_NOT_FOUND",
        summary: "Unknown target",
        detail: `Neither the configuration nor the catalog has ${address}, which ${flag} names. Nothing was planned. Give the address of an object, of a block or of a module, such as backup_set.orders or module.region.`,
        address,
      }),
    );
}
