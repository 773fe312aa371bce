import type { Address } from "../address/address.ts";
import type { ApplyResult } from "../apply/apply-result.ts";
import type { Catalog, CatalogChange } from "../catalog/catalog.ts";
import type { ServerObservation } from "../catalog/observation.ts";
import { canonicalJson } from "../kit/json.ts";
import type { Plan } from "../plan/plan.ts";

/**
 * Records what a plan observed as accepted, once it is carried out: whoever applied it saw the drift that it showed. An
 * apply that changed nothing accepts nothing, unless it is for that (`-refresh-only`); it only begins with servers that were
 * never observed. An observation follows its server to a new address and leaves with it. Writes only what differs.
 */
export async function recordObservations(
  plan: Plan,
  result: ApplyResult,
  catalog: Catalog,
): Promise<void> {
  if (result.status !== "successful") return;
  const recorded = await catalog.observations();
  const changes = observationChanges(plan, recorded);
  if (changes.length > 0) await catalog.write(changes);
}

type PlannedObservations = Pick<Plan, "changes" | "databaseRenames" | "observations" | "options">;

export function observationChanges(
  plan: PlannedObservations,
  recorded: readonly ServerObservation[],
): readonly CatalogChange[] {
  const changes = new Map(plan.changes.map((each) => [each.previousAddress ?? each.address, each]));
  const moves = recorded.map((was): Move => {
    const change = changes.get(was.server);
    const isGone = change?.action === "delete" || change?.action === "forget";
    return { was, is: isGone ? undefined : { ...was, server: change?.address ?? was.server } };
  });
  const known = new Map(moves.flatMap(({ is }) => (is === undefined ? [] : [[is.server, is]])));
  const moved = moves.filter(({ was, is }) => is?.server !== was.server);
  return [
    ...moved.map(({ was }) => remove(was.server)),
    ...moved.flatMap(({ is }) => (is === undefined ? [] : [put(is)])),
    ...plan.observations.filter((each) => isNews(each, known.get(each.server), plan)).map(put),
  ];
}

/** Where an observation is recorded, and where it will be; nowhere once its server is gone. */
interface Move {
  readonly was: ServerObservation;
  readonly is: ServerObservation | undefined;
}

function isNews(
  observation: ServerObservation,
  before: ServerObservation | undefined,
  { changes, databaseRenames, options }: PlannedObservations,
): boolean {
  if (before === undefined) return true;
  const accepts =
    options.refreshOnly ||
    databaseRenames.length > 0 ||
    changes.some(({ action, previousAddress }) => action !== "no-op" || previousAddress !== null);
  return accepts && before.at < observation.at && !hasSameFacts(before, observation);
}

function put(observation: ServerObservation): CatalogChange {
  return { kind: "put_observation", observation };
}

function remove(server: Address): CatalogChange {
  return { kind: "remove_observation", server };
}

function hasSameFacts(one: ServerObservation, other: ServerObservation): boolean {
  return canonicalJson(one.facts) === canonicalJson(other.facts);
}
