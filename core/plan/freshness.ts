import type { CatalogVersion } from "../catalog/catalog.ts";
import { type Diagnostic, errorDiagnostic } from "../diagnostics/diagnostic.ts";
import type { Plan } from "./plan.ts";

/** PLAN_STALE when the catalog is another one, or another state of it, than the plan was made from. */
export function checkFreshness(plan: Plan, current: CatalogVersion): Diagnostic | undefined {
  if (plan.catalog.lineage !== current.lineage) {
    return errorDiagnostic({
      code: "PLAN_STALE",
      summary: "Plan of another catalog",
      detail:
        "This plan was made from another catalog than the one in use, so what it says about recovery points does not hold here. Nothing was applied. Check the catalog of the holdfast block, and make a new plan.",
    });
  }
  if (plan.catalog.serial === current.serial) return undefined;
  return errorDiagnostic({
    code: "PLAN_STALE",
    summary: "Stale plan",
    detail: `The catalog has changed since this plan was made (serial ${plan.catalog.serial}, now ${current.serial}), so what it says may no longer hold. Nothing was applied. Make a new plan and review it:\n\n    holdfast plan -out FILE`,
  });
}
