import type { BackupHeader } from "./backup-header.ts";
import type { Branch, ChainedLog, Start } from "./branch.ts";
import type { Lsn } from "./lsn.ts";
import type { Impossible, RestoreSequence, StopClause } from "./restore-target.ts";

/** How the last log ends, and which starts are early enough. */
export interface Ending {
  readonly last: ChainedLog;
  readonly stop: StopClause | null;
  readonly mayStartWith: (start: Start) => boolean;
}

/**
 * The shortest sequence that ends with one log: the newest start from which no log is missing, then the fewest logs;
 * none, where the start itself ends where the log does.
 */
export function sequenceEndingWith(branch: Branch, ending: Ending): RestoreSequence | Impossible {
  const { last, stop, mayStartWith } = ending;
  const early = branch.starts.filter(mayStartWith);
  for (const { full, differential, end } of early.toReversed()) {
    if (end >= last.header.lastLsn) return { full, differential, logs: [], stop: null };
    if (end < last.unbrokenFrom) break;
    const logs = logsBetween(branch.logs, end, last.header);
    if (logs !== undefined) return { full, differential, logs, stop };
  }
  const newest = early.at(-1);
  if (newest === undefined) return { reason: "no_full_before" };
  return { reason: "log_gap", ...gapAfter(branch.logs, newest.end, last) };
}

/**
 * The fewest logs from a sequence number to a log: always the one that fits and goes furthest. A log fits when it begins
 * at or before the number and ends after it: it may have begun before the data backup did. Whose backup the server
 * remembered (`database_backup_lsn`) says nothing here: a log that ran during a full names the full before.
 */
function logsBetween(
  logs: readonly ChainedLog[],
  from: Lsn,
  last: BackupHeader,
): readonly BackupHeader[] | undefined {
  const chosen: BackupHeader[] = [];
  let reached = from;
  let next = firstBeyond(logs, from);
  while (reached < last.firstLsn) {
    let furthest: BackupHeader | undefined;
    for (; next < logs.length; next += 1) {
      const header = logs[next]?.header;
      if (header === undefined || header.firstLsn > reached) break;
      const goesOn = header.lastLsn > (furthest?.lastLsn ?? reached);
      if (goesOn && header.lastLsn <= last.lastLsn) furthest = header;
    }
    if (furthest === undefined) return undefined;
    chosen.push(furthest);
    reached = furthest.lastLsn;
  }
  return reached < last.lastLsn ? [...chosen, last] : undefined;
}

/** The place of the first log that ends after a sequence number. */
function firstBeyond(logs: readonly ChainedLog[], from: Lsn): number {
  let low = 0;
  let high = logs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((logs[middle]?.endsSoFar ?? from) > from) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** What is missing first on the way from `from` to the log. */
function gapAfter(
  logs: readonly ChainedLog[],
  from: Lsn,
  last: ChainedLog,
): { readonly from: Lsn; readonly to: Lsn } {
  let reached = from;
  for (const { header } of logs.slice(firstBeyond(logs, from))) {
    if (header.firstLsn > reached) return { from: reached, to: header.firstLsn };
    if (header.lastLsn > reached) reached = header.lastLsn;
  }
  return { from: reached, to: last.header.firstLsn };
}
