import { failure } from "../diagnostics/diagnostic.ts";
import { doesNoMore } from "../gitops/same-effects.ts";
import { acceptingOnly } from "../gitops/seen-drift.ts";
import { makePlan, type PlannedChanges, type PlanRequest } from "./make-plan.ts";
import type { OpenedPlan } from "./plan-files.ts";
import type { Ports } from "./ports.ts";

/**
 * Plans again what a file planned, against the catalog and the servers as they are now: backups move a catalog on, and a
 * plan that is applied must be of its present state. Gives the new plan where it does no more than the file's; PLAN_STALE
 * where it does.
 */
export async function replan(
  opened: OpenedPlan,
  variables: PlanRequest["variables"],
  ports: Ports,
): Promise<PlannedChanges> {
  const planned = await makePlan({ options: opened.plan.options, variables }, ports);
  if (doesNoMore(planned.plan, opened.plan))
    return { ...planned, plan: acceptingOnly(planned.plan, opened.plan.drift) };
  throw failure({
    code: "PLAN_STALE",
    summary: "Stale plan",
    detail: `What is to be done now is not what ${opened.path} says: the configuration, the catalog or the recovery points have changed since. Nothing was applied. Make a new plan and review it:\n\n    holdfast plan -out FILE`,
  });
}
