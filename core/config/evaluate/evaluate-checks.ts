import { type Diagnostic, warningDiagnostic } from "../../diagnostics/diagnostic.ts";
import type { Scope } from "../../language/scope.ts";
import type { CheckResult, UnreadData } from "../configuration.ts";
import type { CheckBlock } from "../read/check-block.ts";
import type { Condition } from "../read/condition.ts";
import { createReport, type Report } from "../report.ts";
import { type ConditionOutcome, evaluateCondition } from "./evaluate-condition.ts";
import type { Evaluation } from "./evaluation.ts";
import { scopeOf } from "./instance-scope.ts";
import type { ModuleInstance } from "./module-instance.ts";

/**
 * Runs the `check` blocks of a module, once everything has a value. What does not hold is a warning, and so is what cannot be
 * evaluated because of a value: a check stops nothing, and what compares with null does not hold.
 */
export function evaluateChecks(
  instance: ModuleInstance,
  { facts, report, input }: Evaluation,
): readonly CheckResult[] {
  const scope = scopeOf(instance, facts);
  const prefix = instance.address === "" ? "" : `${instance.address}.`;
  return [...instance.node.folder.checks.values()].map((check): CheckResult => {
    const { name, asserts } = check;
    const address = `${prefix}check.${name}`;
    const unread = unreadData(check, prefix, input);
    if (unread === "failed") return { address, status: "fail", failures: [UNREAD] };
    const outcomes = asserts.map((each) => evaluateAssert(each, { name, scope, report }));
    const failures = outcomes.flatMap((each) => (each.status === "fail" ? [each.message] : []));
    const isUnknown = outcomes.some(({ status }) => status === "unknown" || status === "faulty");
    const status = failures.length > 0 ? "fail" : isUnknown ? "unknown" : "pass";
    return { address, status, failures };
  });
}

const UNREAD = "The data of this check could not be read, so nobody can say that it holds.";

/** Why the data block of a check gave nothing, with `count` or `for_each` for one of its instances. */
function unreadData(
  { data }: CheckBlock,
  prefix: string,
  { unread }: Evaluation["input"],
): UnreadData | undefined {
  const [type, label] = data?.labels ?? [];
  if (unread === undefined || type === undefined || label === undefined) return undefined;
  const address = `${prefix}data.${type.text}.${label.text}`;
  const own = [...unread].filter(([each]) => each === address || each.startsWith(`${address}[`));
  return own.find(([, why]) => why === "failed")?.[1] ?? own[0]?.[1];
}

interface AssertContext {
  readonly name: string;
  readonly scope: Scope;
  readonly report: Report;
}

function evaluateAssert(
  condition: Condition,
  { name, scope, report }: AssertContext,
): ConditionOutcome {
  const failure = {
    code: "CONFIG_CHECK_FAILED",
    severity: "warning",
    summary: "Check failed",
    note: `The check "${name}" stops nothing; it tells you so that you can look.`,
  } as const;
  const own = createReport();
  const outcome = evaluateCondition(condition, failure, { scope, report: own });
  const found = own.diagnostics;
  const isByValue = found.every(
    ({ severity, code }) => severity === "warning" || code === BY_VALUE,
  );
  const message = outcome.status === "faulty" ? `${outcome.message}\n\n` : "";
  report.add(...(isByValue ? found.map((each) => softened(each, { name, message })) : found));
  return isByValue && outcome.status === "faulty"
    ? { status: "fail", message: outcome.message }
    : outcome;
}

/** Of an expression that is right, and meets a value that it cannot take: null where a number is compared. */
const BY_VALUE = "LANGUAGE_EVALUATION";

function softened(
  found: Diagnostic,
  { name, message }: { readonly name: string; readonly message: string },
): Diagnostic {
  if (found.severity === "warning") return found;
  const { severity: _, code: __, ...facts } = found;
  return warningDiagnostic({
    ...facts,
    code: "CONFIG_CHECK_FAILED",
    summary: "Check failed",
    detail: `${message}${found.summary}: ${found.detail} So nobody can say that the check "${name}" holds. It stops nothing; it tells you so that you can look.`,
  });
}
