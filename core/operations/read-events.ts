import { type Diagnostic, DiagnosticError, warningDiagnostic } from "../diagnostics/diagnostic.ts";
import type { Instant } from "../kit/clock.ts";
import type { HistoryEvent } from "../policy/model/history.ts";
import { readHistory } from "../policy/simulate/history.ts";
import { formatInZone } from "../policy/time/zone-time.ts";
import type { Ports } from "./ports.ts";

interface EventSpan {
  /** Of times without an offset. */
  readonly timezone: string;
  /** What started earlier is left out; null leaves out nothing. */
  readonly from: Instant | null;
  /** Only for the warning that nothing ended by then; later ones are given as well. */
  readonly at: Instant;
}

/**
 * What a file of NDJSON says that ran. Warns (HISTORY_EMPTY) where nothing of it counts. HISTORY_INVALID for the last line
 * at fault, the others go to the host; FILE_UNREADABLE.
 */
export async function readEvents(
  filename: string,
  { timezone, from, at }: EventSpan,
  ports: Ports,
): Promise<readonly HistoryEvent[]> {
  const text = new TextDecoder().decode(await ports.files.read(filename));
  const { events, diagnostics } = readHistory(text, { filename, timezone });
  const last = diagnostics.findLast(({ severity }) => severity === "error");
  const tell = (diagnostic: Diagnostic) => ports.host.emit({ type: "diagnostic", diagnostic });
  for (const diagnostic of diagnostics) if (diagnostic !== last) tell(diagnostic);
  if (last !== undefined) throw new DiagnosticError(last);
  const begun = events.filter(({ startedAt }) => from === null || startedAt >= from);
  if (begun.some(({ completedAt }) => completedAt <= at)) return begun;
  const inZone = (instant: Instant) => formatInZone(instant, timezone);
  const since = from === null ? "" : `started at or after ${inZone(from)} and `;
  tell(nothingRan(filename, events.length, `${since}ended by ${inZone(at)}`));
  return begun;
}

function nothingRan(filename: string, count: number, span: string): Diagnostic {
  const detail =
    count === 0
      ? `${filename} has no line, so nothing ran and nothing can be restored. Write one line for each backup of each database:\n\n    {"type":"full","database":"db1","started_at":"2017-02-01T12:00:00-08:00","completed_at":"2017-02-01T16:00:00-08:00","status":"successful"}`
      : `${filename} has ${count} ${count === 1 ? "backup, but it is none" : "backups, but none"} that ${span}, so nothing ran and nothing can be restored. Choose other times.`;
  return warningDiagnostic({ code: "HISTORY_EMPTY", summary: "Nothing ran", detail });
}
