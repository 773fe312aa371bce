import type { CatalogVersion } from "../catalog/catalog.ts";
import { type Diagnostic, errorDiagnostic } from "../diagnostics/diagnostic.ts";
import type { Instant } from "../kit/clock.ts";
import type { Plan } from "./plan.ts";

/** PLAN_FOREIGN or PLAN_STALE when the catalog is another one, or another state of it, than the plan was made from. */
export function checkFreshness(plan: Plan, current: CatalogVersion): Diagnostic | undefined {
  if (plan.catalog.lineage !== current.lineage) {
    return errorDiagnostic({
      code: "PLAN_FOREIGN",
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

/** How far the clocks of two machines may differ. */
const CLOCK_TOLERANCE = 10 * 60_000;

/** PLAN_EXPIRED outside of the time for which a plan file was made. */
export function checkWindow(
  { createdAt, validUntil }: { readonly createdAt: Instant; readonly validUntil: Instant },
  now: Instant,
): Diagnostic | undefined {
  const isEarly = now < createdAt - CLOCK_TOLERANCE;
  if (!isEarly && now < validUntil) return undefined;
  const [made, until, today] = [createdAt, validUntil, now].map((at) => new Date(at).toISOString());
  const what = isEarly
    ? `This plan was made at ${made}, and the clock here says ${today}: one of the two clocks is wrong.`
    : `This plan was made at ${made} and was good until ${until}; it is ${today} now, and what the servers said and what expires may have changed.`;
  return errorDiagnostic({
    code: "PLAN_EXPIRED",
    summary: isEarly ? "Plan from the future" : "Expired plan",
    detail: `${what} Nothing was applied. Make a new plan and review it:\n\n    holdfast plan -out FILE`,
  });
}
