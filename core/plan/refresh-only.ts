import { nameOfAddress } from "../address/address.ts";
import type { CatalogObject } from "../catalog/catalog.ts";
import type { Configuration, DesiredResource } from "../config/configuration.ts";
import { NO_LIFECYCLE } from "../config/lifecycle.ts";

const NOWHERE = { line: 1, column: 1, byte: 0 };

/**
 * The configuration that asks for what is recorded and for nothing else: a plan of it (`-refresh-only`) changes no object
 * and no recovery point, and shows what the servers say.
 */
export function recordedConfiguration(
  configuration: Configuration,
  objects: readonly CatalogObject[],
): Configuration {
  const ranges = new Map(configuration.resources.map(({ address, range }) => [address, range]));
  const resources = objects.map(
    (object): DesiredResource => ({
      address: object.address,
      type: object.type,
      name: nameOfAddress(object.address),
      lifecycle: { ...NO_LIFECYCLE, preventDestroy: object.preventDestroy === true },
      attributes: object.attributes,
      sensitive: object.sensitive ?? [],
      dependsOn: object.dependsOn,
      range: ranges.get(object.address) ?? { filename: "", start: NOWHERE, end: NOWHERE },
    }),
  );
  return { ...configuration, resources, moves: [], removals: [], imports: [] };
}
