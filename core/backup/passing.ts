import type { Code } from "../diagnostics/codes.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";

/** What a server may say now and not say a little later, on a connection that is opened anew. */
const PASSING: ReadonlySet<Code> = new Set<Code>([
  "SERVER_CONNECTION_LOST",
  "SERVER_UNREACHABLE",
  "SERVER_BUSY",
]);

export function isPassing(error: unknown): boolean {
  return error instanceof DiagnosticError && PASSING.has(error.diagnostic.code);
}
