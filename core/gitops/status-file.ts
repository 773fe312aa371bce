import { type SyncStatusJson, syncStatusSchema } from "../../schemas/sync-status.ts";
import type { Address } from "../address/address.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { type Instant, toInstant } from "../kit/clock.ts";
import type { SyncStatus } from "./sync-status.ts";

/** A status as programs read it. */
export function toStatusJson(
  status: SyncStatus,
  toDiagnosticJson: (diagnostic: Diagnostic) => object,
): SyncStatusJson {
  const { state, at, branch, revision, lineage, isRewritten, applied, summary, waiting } = status;
  return {
    type: "sync_status",
    format_version: "1.0",
    state,
    at: toTime(at),
    branch,
    revision,
    catalog: lineage,
    rewritten: isRewritten,
    applied: applied && { revision: applied.revision, at: toTime(applied.at) },
    summary: { ...summary },
    waiting: waiting && {
      file: waiting.file,
      losses: waiting.losses.map((loss) => ({ ...loss })),
      approvals: { ...waiting.approvals },
    },
    diagnostics: status.diagnostics.map(
      // The cast holds: a diagnostic has a code and a severity.
      (each) => toDiagnosticJson(each) as SyncStatusJson["diagnostics"][number],
    ),
  };
}

/** What the pass before left, without its diagnostics; undefined where there is nothing that can be read. */
export function parseStatus(text: string): SyncStatus | undefined {
  const parsed = syncStatusSchema.safeParse(tryParseJson(text));
  if (!parsed.success) return undefined;
  const { state, at, branch, revision, catalog, rewritten, applied, summary, waiting } =
    parsed.data;
  return {
    state,
    at: fromTime(at),
    branch,
    revision,
    lineage: catalog,
    isRewritten: rewritten,
    applied: applied && { revision: applied.revision, at: fromTime(applied.at) },
    summary,
    waiting: waiting && {
      ...waiting,
      losses: waiting.losses.map((loss) => ({ ...loss, address: loss.address as Address })),
    },
    diagnostics: [],
  };
}

function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toTime(at: Instant): string {
  return new Date(at).toISOString();
}

function fromTime(text: string): Instant {
  return toInstant(Date.parse(text));
}
