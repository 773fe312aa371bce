import type { Address } from "../address/address.ts";
import type { CatalogObject } from "../catalog/catalog.ts";
import type { DesiredResource } from "../config/configuration.ts";
import { type Diagnostic, errorDiagnostic } from "../diagnostics/diagnostic.ts";
import { closureOf, type Dependencies, reverseGraph } from "../graph/graph.ts";
import { matchesAddress, patternOf, tryParsePattern } from "./address-pattern.ts";
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
  const named = targets.flatMap((target) => objectsNamed(target, sides));
  const needed = closureOf(dependenciesOf(desired), named);
  const leaving = named.filter((address) => !desired.has(address));
  const dependants = closureOf(reverseGraph(dependenciesOf(sides.recorded)), leaving);
  return new Set([...needed, ...dependants]);
}

/** All objects that a target means: the one, all instances of a block, or what stands in a module. */
function objectsNamed(target: string, { desired, recorded }: Sides): readonly Address[] {
  const pattern = tryParsePattern(target);
  if (pattern === undefined) return [];
  const addresses = new Set([...desired.keys(), ...recorded.keys()]);
  return [...addresses].filter((address) => matchesAddress(pattern, patternOf(address)));
}

function dependenciesOf(
  objects: ReadonlyMap<Address, { readonly dependsOn: readonly Address[] }>,
): Dependencies<Address> {
  return new Map([...objects].map(([address, { dependsOn }]) => [address, dependsOn]));
}

/** Checks the addresses of `-target` and `-replace`. */
export function checkOptions(sides: Sides, options: PlanOptions): readonly Diagnostic[] {
  const missing = options.targets
    .filter((target) => objectsNamed(target, sides).length === 0)
    .map((address) =>
      errorDiagnostic({
        code: "PLAN_TARGET_NOT_FOUND",
        summary: "Unknown target",
        detail: `Neither the configuration nor the catalog has ${address}, which -target names. Nothing was planned. Give the address of an object, of a block or of a module, such as backup_set.orders or module.region.`,
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
