import type { ObservedFacts } from "../../schemas/server-observation.ts";
import type { Address } from "../address/address.ts";
import type { ServerObservation } from "../catalog/observation.ts";

/** What was accepted of each server. The reader is heavy, and loaded only where there is something to read. */
export async function readAccepted(
  observations: readonly ServerObservation[],
): Promise<ReadonlyMap<Address, ObservedFacts>> {
  if (observations.length === 0) return new Map();
  const { readObservation } = await import("../drift/read-observation.ts");
  return new Map(observations.map((each) => [each.server, readObservation(each)]));
}
