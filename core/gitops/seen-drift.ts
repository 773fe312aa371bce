import { canonicalJson } from "../kit/json.ts";
import type { Plan } from "../plan/plan.ts";

/**
 * The plan without what its servers said where that is drift that nobody looked at: an apply accepts the drift that its plan
 * showed, and this plan was shown to nobody. Such drift is told again.
 */
export function acceptingOnly(plan: Plan, seen: Plan["drift"]): Plan {
  const known = new Set(seen.map(textOf));
  const unseen = plan.drift.filter((each) => !known.has(textOf(each)));
  if (unseen.length === 0) return plan;
  const servers = new Set(unseen.map(({ server }) => server));
  return { ...plan, observations: plan.observations.filter(({ server }) => !servers.has(server)) };
}

function textOf({ kind, server, database, before, after }: Plan["drift"][number]): string {
  return canonicalJson([kind, server, database, before, after]);
}
