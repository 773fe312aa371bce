import { type Diagnostic, errorDiagnostic } from "../diagnostics/diagnostic.ts";
import type { CheckOutcome } from "./plan.ts";

/** CHECK_FAILED where a check does not hold, for plans that enforce them. One that is not known yet fails nothing. */
export function unmetChecks(checks: readonly CheckOutcome[]): Diagnostic | undefined {
  const failed = checks.filter(({ status }) => status === "fail");
  if (failed.length === 0) return undefined;
  const lines = failed.flatMap(({ address, failures }) => [
    `    ${address}`,
    ...failures.map((message) => `        ${message.replaceAll(/\s*\n\s*/g, " ")}`),
  ]);
  const which =
    failed.length === 1 ? "A check does not hold" : `${failed.length} checks do not hold`;
  return errorDiagnostic({
    code: "CHECK_FAILED",
    summary: "Checks do not hold",
    detail: `${which}, and -enforce-checks asks for all of them. Nothing was changed, and no plan was saved. Mend what they say, change the check blocks, or leave the flag out:\n\n${lines.join("\n")}`,
  });
}
