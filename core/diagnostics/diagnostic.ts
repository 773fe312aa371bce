import type { Code } from "./codes.ts";
import type { SourceRange } from "./source-range.ts";

/** Something a user must know about what they wrote or what happened. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly code: Code;
  /** The kind of problem, without names and without a full stop: `Unknown argument`. */
  readonly summary: string;
  /** What is wrong, why it matters, what to do, in sentences. A command to copy stands alone on a line, indented four spaces. */
  readonly detail: string;
  /** The address of the resource at fault: `backup_set.orders`. */
  readonly address?: string | undefined;
  /** The source at fault. */
  readonly subject?: SourceRange | undefined;
  /** What to show around the subject; contains it. */
  readonly context?: SourceRange | undefined;
  /** What stands behind the subject may be a secret, so its source is shown up to there only. */
  readonly hidesValue?: boolean | undefined;
  /** References used in the expression at fault and what they held, ready to print; never a secret. */
  readonly values?:
    | readonly { readonly reference: string; readonly statement: string }[]
    | undefined;
}

/** Carries diagnostics through code that knows only how to throw. */
export class DiagnosticError extends Error {
  override readonly name = "DiagnosticError";
  readonly diagnostic: Diagnostic;

  constructor(diagnostic: Diagnostic, options?: ErrorOptions) {
    super(`${diagnostic.summary}: ${diagnostic.detail}`, options);
    this.diagnostic = diagnostic;
  }
}

type ErrorFacts = Omit<Diagnostic, "severity">;

/** An error diagnostic. */
export function errorDiagnostic(facts: ErrorFacts): Diagnostic {
  return { severity: "error", ...facts };
}

/** A warning diagnostic. */
export function warningDiagnostic(facts: ErrorFacts): Diagnostic {
  return { severity: "warning", ...facts };
}

/** A `DiagnosticError` with one error diagnostic; `cause` is kept for maintainers and never printed. */
export function failure(facts: ErrorFacts, cause?: unknown): DiagnosticError {
  return new DiagnosticError(errorDiagnostic(facts), cause === undefined ? undefined : { cause });
}
