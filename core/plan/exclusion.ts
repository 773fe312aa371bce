import type { Address } from "../address/address.ts";
import type { DesiredResource } from "../config/configuration.ts";
import { closureOf, reverseGraph } from "../graph/graph.ts";
import { dependenciesOf, objectsNamed, type Sides } from "./named-objects.ts";
import type { PlanOptions } from "./plan.ts";

/**
 * The addresses that a plan with `-exclude` may touch: all but those that are named, what is wanted to depend on them,
 * and, so that nothing refers to a missing object, what these still need as they are recorded and what would otherwise
 * go away. Without what is wanted (`-destroy`) that is the named and what they need.
 */
export function addressesBeside(
  sides: Sides,
  { exclude, destroy }: Pick<PlanOptions, "exclude" | "destroy">,
): ReadonlySet<Address> {
  const desired = destroy ? new Map<Address, DesiredResource>() : sides.desired;
  const named = exclude.flatMap((text) => objectsNamed(text, sides));
  const left = new Set([...named, ...closureOf(reverseGraph(dependenciesOf(desired)), named)]);
  const needed = [...closureOf(dependenciesOf(sides.recorded), left)];
  for (const address of needed) if (!desired.has(address)) left.add(address);
  const everything = new Set([...sides.desired.keys(), ...sides.recorded.keys()]);
  return everything.difference(left);
}
