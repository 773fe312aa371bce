import type { ObservedFacts } from "../../schemas/server-observation.ts";
import type { Address } from "../address/address.ts";
import type { CatalogObject } from "../catalog/catalog.ts";
import type { ServerObservation } from "../catalog/observation.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { DesiredResource } from "../config/configuration.ts";
import { type FoundDrift, findDrift, type ServerNow } from "../drift/find-drift.ts";
import { acceptedFacts, factsOf, observationOf } from "../drift/observed-facts.ts";
import { setRulesOf } from "../drift/set-rules.ts";
import type { Instant } from "../kit/clock.ts";
import type { RetentionsSeen } from "./azure-retention.ts";
import { retentionDrift, withoutManaged } from "./azure-retention-drift.ts";
import type { Renames } from "./moves.ts";
import type { Observations } from "./observed.ts";

export interface PlanDriftInput {
  /** What was accepted of servers, under the addresses that are recorded. */
  readonly accepted: ReadonlyMap<Address, ObservedFacts>;
  readonly renames: Renames;
  readonly observed: Observations;
  readonly desired: ReadonlyMap<Address, DesiredResource>;
  /** Under the addresses that hold. */
  readonly recorded: ReadonlyMap<Address, CatalogObject>;
  readonly retentions?: RetentionsSeen | undefined;
  readonly points: readonly RecoveryPoint[];
  readonly at: Instant;
}

/** What changed outside, and what an apply of the plan records as accepted. */
export interface PlanDrift extends FoundDrift {
  readonly observations: readonly ServerObservation[];
}

export function planDrift(input: PlanDriftInput): PlanDrift {
  const { renames, observed, desired, recorded, retentions = new Map(), points, at } = input;
  if (observed.size + retentions.size === 0)
    return { drift: [], told: new Set(), observations: [] };
  const accepted = new Map(
    [...input.accepted].map(([server, facts]) => [renames.get(server) ?? server, facts]),
  );
  const now = new Map([...observed].map(([server, said]) => [server, nowOf(said)]));
  const sets = setRulesOf(desired.values());
  const found = findDrift({ accepted, now, sets, points });
  const observations = [...now].flatMap(([server, said]) =>
    said.status === "observed"
      ? [observationOf(server, acceptedFacts(said.facts, accepted.get(server)), at)]
      : [],
  );
  const managed = retentionDrift(recorded.values(), retentions, sets);
  const drift = [...withoutManaged(found.drift, recorded.values(), desired.values()), ...managed];
  return { ...found, drift, observations };
}

function nowOf(said: Observations extends ReadonlyMap<Address, infer S> ? S : never): ServerNow {
  return said.status === "observed"
    ? { status: "observed", facts: factsOf(said), further: said.further }
    : said;
}
