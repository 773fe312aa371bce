import type { Code } from "../diagnostics/codes.ts";
import { type Diagnostic, errorDiagnostic } from "../diagnostics/diagnostic.ts";
import type { SourceRange } from "../diagnostics/source-range.ts";

/** Collects what a pass finds, so that one run shows every problem. */
export interface Report {
  readonly diagnostics: readonly Diagnostic[];
  add(...diagnostics: readonly Diagnostic[]): void;
}

export function createReport(): Report {
  const diagnostics: Diagnostic[] = [];
  return { diagnostics, add: (...more) => void diagnostics.push(...more) };
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

interface Problem {
  readonly summary: string;
  readonly detail: string;
  readonly subject: SourceRange;
  readonly context?: SourceRange | undefined;
}

/** An error that points at its source; most are about a value. */
export function problem(facts: Problem, code: Code = "CONFIG_INVALID_VALUE"): Diagnostic {
  return errorDiagnostic({ code, ...facts });
}

/** `main.hcl:3,1` */
export function formatPlace({ filename, start }: SourceRange): string {
  return `${filename}:${start.line},${start.column}`;
}
