import type { Code } from "../../diagnostics/codes.ts";
import { type Diagnostic, errorDiagnostic } from "../../diagnostics/diagnostic.ts";
import type { Scope } from "../scope.ts";
import type { SourceFile } from "../source-file.ts";
import type { ExpressionNode, Span } from "../syntax/expression-node.ts";
import type { Value } from "../values/value.ts";

/** What surrounds the evaluation of one expression. */
export interface EvaluationContext {
  readonly file: SourceFile;
  readonly scope: Scope;
  /** The names of enclosing `for` expressions, the innermost first. */
  readonly locals: LocalValues | undefined;
  /** What the innermost splat stands at. */
  readonly item: Value | undefined;
  /** Problems are added here, and the value becomes unknown. */
  readonly diagnostics: Diagnostic[];
  evaluate(node: ExpressionNode, context: EvaluationContext): Value;
  /** What the references under a node hold, ready to print. */
  describe(node: ExpressionNode, context: EvaluationContext): Diagnostic["values"];
}

interface LocalValues {
  readonly values: ReadonlyMap<string, Value>;
  readonly outer: LocalValues | undefined;
}

export interface Problem {
  readonly code?: Code | undefined;
  readonly summary: string;
  readonly detail: string;
  readonly at: Span;
  /** The expression around the fault: shown with it, together with what its references hold. */
  readonly within?: ExpressionNode | undefined;
}

export function reportProblem(context: EvaluationContext, problem: Problem): void {
  const { at, within } = problem;
  const values = within === undefined ? undefined : context.describe(within, context);
  context.diagnostics.push(
    errorDiagnostic({
      code: problem.code ?? "LANGUAGE_EVALUATION",
      summary: problem.summary,
      detail: problem.detail,
      subject: context.file.range(at.start, at.end),
      ...(within !== undefined && { context: context.file.range(within.start, within.end) }),
      ...(values !== undefined && values.length > 0 && { values }),
    }),
  );
}

/** Adds what an evaluation apart reported. */
export function reportAll(context: EvaluationContext, diagnostics: readonly Diagnostic[]): void {
  for (const diagnostic of diagnostics) context.diagnostics.push(diagnostic);
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

/** The value of a node, and what its evaluation reported. */
export interface Outcome {
  readonly value: Value;
  readonly diagnostics: readonly Diagnostic[];
}

/** An outcome to which its owner adds what comes next. */
export interface Gathering extends Outcome {
  readonly diagnostics: Diagnostic[];
}

export function evaluateApart(node: ExpressionNode, context: EvaluationContext): Gathering {
  const diagnostics: Diagnostic[] = [];
  const value = context.evaluate(node, { ...context, diagnostics });
  return { value, diagnostics };
}
