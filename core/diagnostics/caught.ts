import type { Code } from "./codes.ts";
import { type Diagnostic, DiagnosticError, errorDiagnostic } from "./diagnostic.ts";

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

/** What `using` throws when closing fails after something else did: `suppressed` came first, `error` on top of it. */
function isSuppressed(error: unknown): error is SuppressedError {
  return error instanceof Error && error.name === "SuppressedError" && "suppressed" in error;
}

/**
 * The diagnostic of a caught error. What nobody expected is a bug, and says so. Where closing failed too, the first
 * failure counts, and its detail ends with what closing left behind.
 */
export function diagnosticOf(error: unknown): Diagnostic {
  if (error instanceof DiagnosticError) return error.diagnostic;
  if (isSuppressed(error)) {
    const first = diagnosticOf(error.suppressed);
    const { summary, detail } = diagnosticOf(error.error);
    return {
      ...first,
      detail: `${first.detail}\nClosing failed after that. ${summary}: ${detail}`,
    };
  }
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

/** Whether a caught error is a diagnostic with this code. */
export function hasCode(error: unknown, code: Code): boolean {
  return error instanceof DiagnosticError && error.diagnostic.code === code;
}
