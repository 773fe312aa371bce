import type { Address } from "../address/address.ts";
import type { CatalogObject } from "../catalog/catalog.ts";
import type { DesiredResource } from "../config/configuration.ts";
import type { Dependencies } from "../graph/graph.ts";
import { matchesAddress, patternOf, tryParsePattern } from "./address-pattern.ts";

/** What a plan compares. */
export interface Sides {
  readonly desired: ReadonlyMap<Address, DesiredResource>;
  readonly recorded: ReadonlyMap<Address, CatalogObject>;
}

/** All objects of either side that a text means: the one, all instances of a block, or what stands in a module. */
export function objectsNamed(text: string, { desired, recorded }: Sides): readonly Address[] {
  const pattern = tryParsePattern(text);
  if (pattern === undefined) return [];
  const addresses = new Set([...desired.keys(), ...recorded.keys()]);
  return [...addresses].filter((address) => matchesAddress(pattern, patternOf(address)));
}

/** What each of them needs. */
export function dependenciesOf(
  objects: ReadonlyMap<Address, { readonly dependsOn: readonly Address[] }>,
): Dependencies<Address> {
  return new Map([...objects].map(([address, { dependsOn }]) => [address, dependsOn]));
}
