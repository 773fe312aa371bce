import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { evaluate } from "../../language/evaluation/evaluate.ts";
import type { Expression } from "../../language/expression.ts";
import { withMarks } from "../../language/values/marks.ts";
import { SENSITIVE, type Value } from "../../language/values/value.ts";
import type { NamedValue } from "../configuration.ts";
import type { OutputBlock } from "../read/output-block.ts";
import { problem } from "../report.ts";
import { evaluateCondition } from "./evaluate-condition.ts";
import type { Evaluation } from "./evaluation.ts";
import { scopeOf } from "./instance-scope.ts";
import type { ModuleInstance } from "./module-instance.ts";
import { EPHEMERAL, isEphemeral, isSensitive, toJsonValue } from "./value-json.ts";

export function evaluateOutput(
  output: OutputBlock,
  instance: ModuleInstance,
  { facts, report }: Evaluation,
): void {
  const scope = scopeOf(instance, facts);
  for (const condition of output.preconditions) {
    const failure = {
      code: "CONFIG_CONDITION_FAILED",
      severity: "error",
      summary: "Output precondition failed",
    } as const;
    evaluateCondition(condition, failure, { scope, report });
  }
  if (output.value === undefined) return;
  const { expression } = output.value;
  const { value, diagnostics } = evaluate(expression, scope);
  report.add(...diagnostics, ...markProblems(output, { value, expression }, instance));
  const marks = new Set([
    ...(output.sensitive ? [SENSITIVE] : []),
    ...(output.ephemeral ? [EPHEMERAL] : []),
  ]);
  instance.outputs.set(output.name, withMarks(value, marks));
}

interface Found {
  readonly value: Value;
  readonly expression: Expression;
}

/** In a module a sensitive value stays sensitive by itself; the root's outputs are stored and shown. */
function markProblems(
  { name, sensitive, ephemeral, range }: OutputBlock,
  { value, expression }: Found,
  { caller }: ModuleInstance,
): readonly Diagnostic[] {
  const facts = { subject: expression.range, context: range };
  const problems: Diagnostic[] = [];
  const isRoot = caller === undefined;
  if (isRoot && isSensitive(value) && !sensitive) {
    const detail = `The value of output "${name}" is made from a sensitive value, so it would be shown in the open. Add sensitive = true to the block if it may be stored there.`;
    problems.push(problem({ ...facts, summary: "Output shows a sensitive value", detail }));
  }
  if (isRoot && ephemeral) {
    const detail = `Output "${name}" is ephemeral, and outputs of the root are stored. Only an output of a module can be ephemeral.`;
    problems.push(
      problem(
        { ...facts, summary: "Ephemeral value not allowed", detail },
        "CONFIG_EPHEMERAL_VALUE",
      ),
    );
  } else if (isEphemeral(value) && !ephemeral) {
    const hint = isRoot ? "outputs of the root are stored" : "add ephemeral = true to the block";
    const detail = `The value of output "${name}" is made from an ephemeral value, which must never be stored: ${hint}.`;
    problems.push(
      problem(
        { ...facts, summary: "Ephemeral value not allowed", detail },
        "CONFIG_EPHEMERAL_VALUE",
      ),
    );
  }
  return problems;
}

/** The outputs of the root, in ordinal order of name; those that are unknown are left out. */
export function rootOutputs({ node, outputs }: ModuleInstance): readonly NamedValue[] {
  return [...node.folder.outputs.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, sensitive, description }) => {
      const value = outputs.get(name);
      const json = value && !isEphemeral(value) ? toJsonValue(value) : undefined;
      return json === undefined ? [] : [{ name, value: json, sensitive, description }];
    });
}
