import type { Address } from "../address/address.ts";
import type { CatalogObject } from "../catalog/catalog.ts";
import type { DesiredResource } from "../config/configuration.ts";
import { type Diagnostic, errorDiagnostic } from "../diagnostics/diagnostic.ts";
import { closureOf, type Dependencies, reverseGraph } from "../graph/graph.ts";
import type { PlanOptions } from "./plan.ts";

/** What a plan compares. */
export interface Sides {
  readonly desired: ReadonlyMap<Address, DesiredResource>;
  readonly recorded: ReadonlyMap<Address, CatalogObject>;
}

/**
 * The addresses that a plan with `-target` may touch: the targets and what they need; for those that go away, also what
 * needs them, so that nothing is left that refers to a missing object. Undefined without `-target`: all.
 */
export function selectAddresses(
  sides: Sides,
  { targets, destroy }: Pick<PlanOptions, "targets" | "destroy">,
): ReadonlySet<Address> | undefined {
  if (targets.length === 0) return undefined;
  const desired = destroy ? new Map<Address, DesiredResource>() : sides.desired;
  const needed = closureOf(dependenciesOf(desired), targets);
  const leaving = targets.filter((target) => !desired.has(target));
  const dependants = closureOf(reverseGraph(dependenciesOf(sides.recorded)), leaving);
  return new Set([...needed, ...dependants]);
}

function dependenciesOf(
  objects: ReadonlyMap<Address, { readonly dependsOn: readonly Address[] }>,
): Dependencies<Address> {
  return new Map([...objects].map(([address, { dependsOn }]) => [address, dependsOn]));
}

/** Checks the addresses of `-target` and `-replace`. */
export function checkOptions(sides: Sides, options: PlanOptions): readonly Diagnostic[] {
  const known = (address: Address) => sides.desired.has(address) || sides.recorded.has(address);
  const missing = options.targets
    .filter((address) => !known(address))
    .map((address) =>
      errorDiagnostic({
        code: "PLAN_TARGET_NOT_FOUND",
        summary: "Unknown target",
        detail: `Neither the configuration nor the catalog has ${address}, which -target names. Nothing was planned. Give the address of an object, such as backup_set.orders.`,
        address,
      }),
    );
  const misplaced = options.replace
    .filter((address) => sides.desired.get(address)?.type !== "backup_set" || options.destroy)
    .map((address) =>
      errorDiagnostic({
        code: "PLAN_REPLACE_NOT_POSSIBLE",
        summary: "Nothing to replace",
        detail: `-replace runs a full backup of a backup set, and ${address} is not a backup set that this plan keeps. Give the address of one, such as backup_set.orders.`,
        address,
      }),
    );
  return [...missing, ...misplaced];
}
