import type { CheckResult } from "../configuration.ts";
import { evaluateCondition } from "./evaluate-condition.ts";
import type { Evaluation } from "./evaluation.ts";
import { scopeOf } from "./instance-scope.ts";
import type { ModuleInstance } from "./module-instance.ts";

/** Runs the `check` blocks of a module, once everything has a value. What does not hold is a warning. */
export function evaluateChecks(
  instance: ModuleInstance,
  { facts, report }: Evaluation,
): readonly CheckResult[] {
  const scope = scopeOf(instance, facts);
  const prefix = instance.address === "" ? "" : `${instance.address}.`;
  return [...instance.node.folder.checks.values()].map(({ name, asserts }): CheckResult => {
    const failure = {
      code: "CONFIG_CHECK_FAILED",
      severity: "warning",
      summary: "Check failed",
      note: `The check "${name}" stops nothing; it tells you so that you can look.`,
    } as const;
    const outcomes = asserts.map((each) => evaluateCondition(each, failure, { scope, report }));
    const failures = outcomes.flatMap((each) => (each.status === "fail" ? [each.message] : []));
    const isUnknown = outcomes.some(({ status }) => status === "unknown");
    const status = failures.length > 0 ? "fail" : isUnknown ? "unknown" : "pass";
    return { address: `${prefix}check.${name}`, status, failures };
  });
}
