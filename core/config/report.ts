import type { Code } from "../diagnostics/codes.ts";
import { type Diagnostic, errorDiagnostic } from "../diagnostics/diagnostic.ts";
import type { SourceRange } from "../diagnostics/source-range.ts";

/** Collects what a pass finds, so that one run shows every problem. */
export interface Report {
  /** Each once, however many instances of a block have it. */
  readonly diagnostics: readonly Diagnostic[];
  add(...diagnostics: readonly Diagnostic[]): void;
}

export function createReport(): Report {
  const found = new Map<string, Diagnostic>();
  return {
    get diagnostics() {
      return [...found.values()];
    },
    add(...more) {
      for (const diagnostic of more) {
        const key = keyOf(diagnostic);
        if (!found.has(key)) found.set(key, diagnostic);
      }
    },
  };
}

function keyOf({ code, summary, detail, subject, address }: Diagnostic): string {
  const { filename, start } = subject ?? {};
  return JSON.stringify([code, summary, detail, filename, start?.byte, address]);
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

/** By file and place; what has no place comes first. */
export function inOrderOfPlace(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...diagnostics].sort((left, right) => {
    const [a, b] = [left.subject, right.subject];
    if (a === undefined || b === undefined)
      return Number(a !== undefined) - Number(b !== undefined);
    if (a.filename !== b.filename) return a.filename < b.filename ? -1 : 1;
    return a.start.byte - b.start.byte;
  });
}

/** Something with a place in a file, worked out when somebody asks. */
export interface Located {
  readonly range: SourceRange;
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
