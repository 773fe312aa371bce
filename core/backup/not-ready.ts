import { type Diagnostic, failure } from "../diagnostics/diagnostic.ts";
import type { DatabaseFacts } from "../resource/database-server.ts";

export function databaseNotReady({ name, state }: DatabaseFacts): Diagnostic {
  return failure({
    code: "DATABASE_NOT_READY",
    summary: "Database not ready",
    detail: `Database ${name} is ${state.replaceAll("_", " ")}, so it was skipped and has no new recovery point. Bring it online, then back up again. Its earlier recovery points stay restorable.`,
  }).diagnostic;
}
