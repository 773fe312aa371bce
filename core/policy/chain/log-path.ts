import type { BackupHeader } from "./backup-header.ts";
import type { Branch, ChainedLog, Start } from "./branch.ts";
import { firstWhere } from "./first-where.ts";
import type { Lsn } from "./lsn.ts";
import type { Impossible, RestoreSequence, StopClause } from "./restore-target.ts";

/** How the last log ends, and which starts and logs before it are early enough. */
export interface Ending {
  readonly last: ChainedLog;
  readonly stop: StopClause | null;
  readonly mayStartWith: (start: Start) => boolean;
  readonly mayPass: (log: ChainedLog) => boolean;
}

/**
 * The shortest sequence that ends with one log: the newest start from which no log is missing, then the fewest logs;
 * none, where the start itself ends where the log does.
 */
export function sequenceEndingWith(branch: Branch, ending: Ending): RestoreSequence | Impossible {
  const { last, stop, mayStartWith, mayPass } = ending;
  const early = branch.starts.filter(mayStartWith);
  for (const { full, differential, end } of early.toReversed()) {
    if (end >= last.header.lastLsn) return { full, differential, logs: [], stop: null };
    if (end < last.unbrokenFrom) break;
    const logs = logsBetween(branch.logs, end, { last: last.header, mayPass });
    if (logs !== undefined) return { full, differential, logs, stop };
  }
  const newest = early.at(-1);
  if (newest === undefined) return { reason: "no_full_before" };
  const before = branch.logs.filter(
    (log) => log.header.lastLsn < last.header.lastLsn && mayPass(log),
  );
  return { reason: "log_gap", ...gapAfter(before, newest.end, last.header.firstLsn) };
}

/**
 * The fewest logs from a sequence number before its end to a log: always the one that fits and goes furthest, but not to
 * that end, or the last one could not be applied any more (error 4326). A log fits when it begins at or before the number
 * and ends after it: it may have begun before the data backup did. Whose backup the server remembered
 * (`database_backup_lsn`) says nothing here: a log that ran during a full names the full before.
 */
function logsBetween(
  logs: readonly ChainedLog[],
  from: Lsn,
  { last, mayPass }: { readonly last: BackupHeader } & Pick<Ending, "mayPass">,
): readonly BackupHeader[] | undefined {
  const chosen: BackupHeader[] = [];
  let reached = from;
  let next = firstBeyond(logs, from);
  while (reached < last.firstLsn) {
    let furthest: BackupHeader | undefined;
    let log = logs[next];
    while (log !== undefined && log.header.firstLsn <= reached) {
      const { header } = log;
      const goesOn = header.lastLsn > (furthest?.lastLsn ?? reached);
      if (goesOn && header.lastLsn < last.lastLsn && mayPass(log)) furthest = header;
      next += 1;
      log = logs[next];
    }
    if (furthest === undefined) return undefined;
    chosen.push(furthest);
    reached = furthest.lastLsn;
  }
  return [...chosen, last];
}

/** The place of the first log that ends after a sequence number. */
function firstBeyond(logs: readonly ChainedLog[], from: Lsn): number {
  return firstWhere(logs, ({ endsSoFar }) => endsSoFar > from);
}

/** What is missing first on the way from `from` to `to`. */
export function gapAfter(
  logs: readonly ChainedLog[],
  from: Lsn,
  to: Lsn,
): { readonly from: Lsn; readonly to: Lsn } {
  let reached = from;
  for (const { header } of logs.slice(firstBeyond(logs, from))) {
    if (header.firstLsn > reached) return { from: reached, to: header.firstLsn };
    if (header.lastLsn > reached) reached = header.lastLsn;
  }
  return { from: reached, to };
}
