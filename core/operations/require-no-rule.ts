import type { Address } from "../address/address.ts";
import { failure } from "../diagnostics/diagnostic.ts";
import { APPROVALS } from "../plan/approvals/approval-rule.ts";

/** STATE_PREVENTED where the rule of approvals is among them: only an approved plan changes it. */
export function requireNoRule(chosen: ReadonlySet<Address>, verb: "forgotten" | "moved"): void {
  if (!chosen.has(APPROVALS)) return;
  throw failure({
    code: "STATE_PREVENTED",
    summary: "Rule of approvals",
    detail: `${APPROVALS} says who must approve a purge, so it cannot be ${verb}: a plan that changes it needs the approvals that it asks for. Nothing was changed. Change the approvals of the holdfast block, and save a plan:\n\n    holdfast plan -out FILE`,
    address: APPROVALS,
  });
}
