import type { Code } from "../../diagnostics/codes.ts";
import {
  type Diagnostic,
  errorDiagnostic,
  warningDiagnostic,
} from "../../diagnostics/diagnostic.ts";
import { evaluate, valuesOfReferences } from "../../language/evaluation/evaluate.ts";
import type { Scope } from "../../language/scope.ts";
import { convertValue, isConversionFault } from "../../language/values/convert.ts";
import { BOOL } from "../../language/values/value-type.ts";
import type { Condition } from "../read/condition.ts";
import { hasErrors, problem, type Report } from "../report.ts";
import { isEphemeral, isSensitive } from "./value-json.ts";

/** What becomes of a condition that does not hold. */
export interface FailureFacts {
  readonly code: Code;
  /** A `check` warns; everything else is an error. */
  readonly severity: "error" | "warning";
  readonly summary: string;
  /** A sentence behind the message of the condition. */
  readonly note?: string | undefined;
}

export type ConditionOutcome =
  | { readonly status: "pass" | "unknown" }
  | { readonly status: "fail"; readonly message: string }
  /** It could not be evaluated, and that is reported. */
  | { readonly status: "faulty"; readonly message: string };

/** Evaluates a condition; reports that it does not hold, or that it is no condition. */
export function evaluateCondition(
  { condition, message, headerRange }: Condition,
  facts: FailureFacts,
  { scope, report }: { readonly scope: Scope; readonly report: Report },
): ConditionOutcome {
  const { value, diagnostics } = evaluate(condition, scope);
  report.add(...diagnostics);
  const text = messageOf({ condition, message, headerRange }, scope, report);
  if (hasErrors(diagnostics)) return { status: "faulty", message: text };
  const held = convertValue(value, BOOL);
  if (isConversionFault(held) || held.kind === "null") {
    const detail = "A condition must be true or false.";
    const subject = condition.range;
    report.add(problem({ summary: "Wrong type of value", detail, subject }, "CONFIG_WRONG_TYPE"));
    return { status: "faulty", message: text };
  }
  if (held.kind !== "bool") return { status: "unknown" };
  if (held.content) return { status: "pass" };
  report.add(failed({ text, facts, condition, headerRange, scope }));
  return { status: "fail", message: text };
}

const HIDDEN = "(The message is made from a sensitive value, so it is not shown.)";

/** The message is evaluated with a condition that holds too, so that its mistakes are seen. */
function messageOf({ message }: Condition, scope: Scope, report: Report): string {
  const { value, diagnostics } = evaluate(message, scope);
  report.add(...diagnostics);
  if (hasErrors(diagnostics)) return "(The message is at fault.)";
  if (isSensitive(value) || isEphemeral(value)) return HIDDEN;
  if (value.kind === "string") return value.content;
  if (value.kind === "unknown") return "(The message is not known yet.)";
  const detail = "The error_message of a condition is a string.";
  report.add(
    problem(
      { summary: "Wrong type of value", detail, subject: message.range },
      "CONFIG_WRONG_TYPE",
    ),
  );
  return "(The message is no string.)";
}

interface Failure extends Pick<Condition, "condition" | "headerRange"> {
  readonly text: string;
  readonly facts: FailureFacts;
  readonly scope: Scope;
}

function failed({ text, facts, condition, headerRange, scope }: Failure): Diagnostic {
  const make = facts.severity === "error" ? errorDiagnostic : warningDiagnostic;
  const values = valuesOfReferences(condition, scope);
  return make({
    code: facts.code,
    summary: facts.summary,
    detail: facts.note === undefined ? text : `${text}\n\n${facts.note}`,
    subject: condition.range,
    context: headerRange,
    ...(values !== undefined && values.length > 0 && { values }),
  });
}
