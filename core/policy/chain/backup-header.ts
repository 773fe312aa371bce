import type { Instant } from "../../kit/clock.ts";
import type { FamilyGuid, ForkGuid, SetGuid } from "./guid.ts";
import type { Lsn } from "./lsn.ts";

/** A named transaction in the log, to restore to. `at` is the moment of its commit. */
interface LogMark {
  readonly name: string;
  readonly lsn: Lsn;
  readonly at: Instant;
}

/** What a backup set says of itself (RESTORE HEADERONLY, msdb.dbo.backupset), with moments in UTC. */
export interface BackupHeader {
  readonly set: SetGuid;
  /** A tail is a log, the last one of a database that is then replaced or gone. */
  readonly type: "full" | "differential" | "log" | "tail";
  readonly database: string;
  /** Null where the medium could be read only in part. */
  readonly family: FamilyGuid | null;
  /** The oldest log record that the set contains. */
  readonly firstLsn: Lsn;
  /** The log record after the set: not contained. */
  readonly lastLsn: Lsn;
  readonly checkpointLsn: Lsn;
  readonly startedAt: Instant;
  readonly finishedAt: Instant;
  /**
   * The newest moment that the set certainly reaches: of a data backup the moment it finished; of a log
   * `last_valid_restore_time` (SQL Server 2022 and later), else the moment it started.
   */
  readonly newest: Instant;
  readonly firstFork: ForkGuid;
  readonly lastFork: ForkGuid;
  /** Where the history of `firstFork` ends and that of `lastFork` begins; null where they are the same. */
  readonly forkPoint: Lsn | null;
  /** Of a differential. `set` is null where its files have several bases. */
  readonly differentialBase: { readonly set: SetGuid | null; readonly lsn: Lsn } | null;
  /** The full that was current when the set ended, where the medium says so. */
  readonly currentFull: SetGuid | null;
  readonly copyOnly: boolean;
  /** Changes that were logged in bulk: nothing within the set can be restored to but its end. */
  readonly bulkLogged: boolean;
  readonly beginsLogChain: boolean;
  readonly damaged: boolean;
  /** Made by something else than this program. */
  readonly foreign: boolean;
  /** The numbers of the stripes that are needed and not there. */
  readonly missingStripes: readonly number[];
  /** Marks that lie in this log. A log that a secondary took has none (B-71). */
  readonly marks: readonly LogMark[];
}

/** Whether it holds log, not data. */
export function isLog({ type }: BackupHeader): boolean {
  return type === "log" || type === "tail";
}

/** A log in which nothing happened: `first_lsn = last_lsn`. Real servers write them; a sequence does without. */
export function isEmptyLog(header: BackupHeader): boolean {
  return isLog(header) && header.firstLsn === header.lastLsn;
}
