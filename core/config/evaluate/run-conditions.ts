import type { Scope } from "../../language/scope.ts";
import type { Value } from "../../language/values/value.ts";
import type { LifecycleBlock } from "../read/lifecycle-block.ts";
import type { Report } from "../report.ts";
import { evaluateCondition } from "./evaluate-condition.ts";
import { widenScope } from "./widen-scope.ts";

interface ConditionContext {
  readonly scope: Scope;
  readonly report: Report;
}

/** What must hold before the block is looked at. */
export function runPreconditions(
  { preconditions }: LifecycleBlock,
  context: ConditionContext,
): void {
  const failure = failureOf("Precondition failed");
  for (const condition of preconditions) evaluateCondition(condition, failure, context);
}

/** What must hold of the block itself, which is `self` there. */
export function runPostconditions(
  { postconditions }: LifecycleBlock,
  self: () => Value,
  { scope, report }: ConditionContext,
): void {
  if (postconditions.length === 0) return;
  const own = widenScope(scope, new Map([["self", self()]]));
  const failure = failureOf("Postcondition failed");
  for (const condition of postconditions) {
    evaluateCondition(condition, failure, { scope: own, report });
  }
}

function failureOf(summary: string) {
  return { code: "CONFIG_CONDITION_FAILED", severity: "error", summary } as const;
}
