import { type Diagnostic, DiagnosticError, errorDiagnostic } from "./diagnostic.ts";

/** Whether the error says that somebody asked to stop. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

/** The diagnostic of a caught error. What nobody expected is a bug, and says so. */
export function diagnosticOf(error: unknown): Diagnostic {
  if (error instanceof DiagnosticError) return error.diagnostic;
  if (isAbort(error)) {
    return errorDiagnostic({
      code: "JOB_CANCELLED",
      summary: "Cancelled",
      detail: "The operation was stopped on request. Nothing that was finished before is lost.",
    });
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return errorDiagnostic({
    code: "INTERNAL_BUG",
    summary: "Unexpected failure",
    detail: `${text}\nThis is a bug. Please report it with the text above.`,
  });
}
