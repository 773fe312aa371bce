import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { SourceRange } from "../../diagnostics/source-range.ts";
import { evaluate } from "../../language/evaluation/evaluate.ts";
import type { Expression } from "../../language/expression.ts";
import type { Scope } from "../../language/scope.ts";
import { fitValue } from "../../language/types/fit-value.ts";
import { typeOfConstraint } from "../../language/types/type-constraint.ts";
import { isConversionFault } from "../../language/values/convert.ts";
import { withMarks } from "../../language/values/marks.ts";
import { SENSITIVE, unknownValue, type Value } from "../../language/values/value.ts";
import { friendlyTypeName } from "../../language/values/value-type.ts";
import type { VariableBlock } from "../read/variable-block.ts";
import { problem } from "../report.ts";
import { evaluateCondition } from "./evaluate-condition.ts";
import type { Evaluation } from "./evaluation.ts";
import { scopeOf } from "./instance-scope.ts";
import type { ModuleInstance } from "./module-instance.ts";
import { EPHEMERAL } from "./value-json.ts";
import { withValues } from "./with-values.ts";

/** A value for a variable, and who gave it. */
interface Offer {
  readonly value: Value;
  /** For messages: `-var`, `the module block`. */
  readonly origin: string;
  readonly range?: SourceRange | undefined;
  /** What was evaluated, and with what; undefined where that refers to nothing. */
  readonly from?: { readonly expression: Expression; readonly scope: Scope } | undefined;
}

/** The value of a variable; unknown where it is at fault. */
export function evaluateVariable(
  variable: VariableBlock,
  instance: ModuleInstance,
  evaluation: Evaluation,
): void {
  const marks = new Set([
    ...(variable.sensitive ? [SENSITIVE] : []),
    ...(variable.ephemeral ? [EPHEMERAL] : []),
  ]);
  const value = settle(variable, instance, evaluation);
  instance.variables.set(variable.name, withMarks(value, marks));
}

function settle(variable: VariableBlock, instance: ModuleInstance, evaluation: Evaluation): Value {
  const { report } = evaluation;
  const unknown = unknownValue(typeOfConstraint(variable.type));
  const isAllowed = ({ kind }: Value): boolean => variable.nullable || kind !== "null";
  const offered = offerOf(variable, instance, evaluation);
  const fallback: Offer | undefined = variable.default && {
    ...variable.default,
    origin: "its default",
  };
  const chosen = offered !== undefined && isAllowed(offered.value) ? offered : fallback;
  if (chosen === undefined || !isAllowed(chosen.value)) {
    const fault = noValue(variable, offered ?? fallback, instance);
    const isOpen = evaluation.input.purpose === "validate" && offered === undefined;
    if (fault !== undefined && !isOpen) report.add(fault);
    return unknown;
  }
  const converted = fitValue(chosen.value, variable.type);
  if (!isConversionFault(converted)) return converted;
  report.add(...misfit(variable, chosen, converted.fault));
  return unknown;
}

function misfit(
  { name, type, range }: VariableBlock,
  { origin, range: subject = range, from }: Offer,
  fault: string,
): readonly Diagnostic[] {
  const what = friendlyTypeName(typeOfConstraint(type));
  const detail = `The variable "${name}" is of type ${what}, and the value from ${origin} does not fit: ${fault}.`;
  const found = problem({ summary: "Wrong type of value", detail, subject }, "CONFIG_WRONG_TYPE");
  return from === undefined ? [found] : withValues([found], from.expression, from.scope);
}

/** What the call of the module says, or for the root what the user gave. */
function offerOf(
  { name }: VariableBlock,
  { node, caller }: ModuleInstance,
  { given, facts, report }: Evaluation,
): Offer | undefined {
  if (caller === undefined) return given.get(name);
  const input = node.call?.inputs.get(name);
  if (input === undefined) return undefined;
  const scope = scopeOf(caller.instance, facts, caller.repetition.variables);
  const { value, diagnostics } = evaluate(input.expression, scope);
  report.add(...diagnostics);
  const { expression } = input;
  return {
    value,
    origin: "the module block",
    range: expression.range,
    from: { expression, scope },
  };
}

function noValue(
  { name, range }: VariableBlock,
  found: Offer | undefined,
  { caller }: ModuleInstance,
): Diagnostic | undefined {
  const summary = "No value for variable";
  if (found !== undefined) {
    const detail = `The variable "${name}" may not be null, and the value from ${found.origin} is.`;
    const subject = found.range ?? range;
    return problem({ summary, detail, subject }, "CONFIG_VARIABLE_MISSING");
  }
  // A module block that lacks an argument was reported with the block.
  if (caller !== undefined) return undefined;
  const detail = `The variable "${name}" has no default, and no value was given. Give one with -var ${name}=VALUE, in a *.auto.hclvars file, or in the environment variable HOLDFAST_VAR_${name}.`;
  return problem({ summary, detail, subject: range }, "CONFIG_VARIABLE_MISSING");
}

/** Runs the `validation` blocks, once everything that they may refer to has a value. */
export function validateVariables(instance: ModuleInstance, { facts, report }: Evaluation): void {
  const scope = scopeOf(instance, facts);
  for (const { name, validations } of instance.node.folder.variables.values()) {
    for (const validation of validations) {
      const failure = {
        code: "CONFIG_VALIDATION_FAILED",
        severity: "error",
        summary: "Invalid value for variable",
        note: `The variable "${name}" did not pass this validation.`,
      } as const;
      evaluateCondition(validation, failure, { scope, report });
    }
  }
}
