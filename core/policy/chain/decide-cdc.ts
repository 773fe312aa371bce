import {
  type CdcProfile,
  type CdcSettings,
  type CdcViolation,
  cdcViolations,
} from "./cdc-settings.ts";
import { type Lsn, nextLsn } from "./lsn.ts";

/** Change data capture of one database, as it is now. */
export type CdcState =
  | { readonly enabled: false; readonly mayEnable: boolean }
  | { readonly enabled: true; readonly settings: CdcSettings; readonly position: CdcPosition };

/** What the change tables hold. */
interface CdcPosition {
  /** The oldest and the newest number from and up to which every table can be read; a change need not have them. */
  readonly oldest: Lsn;
  readonly newest: Lsn;
  /** Changes with each new enabling, and when the database is restored or copied. */
  readonly identity: string;
}

/**
 * What we recorded with the last backup of the database: the job, once the point is committed to the catalog, never
 * before. A job that failed leaves the record as it was, so the next one takes the same changes again.
 */
export interface CdcRecord {
  /** What was not enabled by us is never changed nor cleaned by us. */
  readonly enabledBy: "engine" | "human";
  /** As it was after `prepare` and before the first row was read. */
  readonly identity: string;
  /**
   * The newest change that is in the vault: of a backup of changes the last one it read; of a full `newest` as it was
   * before the scan began, since what is committed during the scan must come with the next changes.
   */
  readonly reached: Lsn;
}

type CdcConversion =
  | "cdc_disabled_between_backups"
  | "cdc_config_mismatch"
  /** The database was restored, copied or enabled anew: its numbers no longer continue ours. */
  | "cdc_history_replaced"
  /** The clean-up was faster than the backups. */
  | "cdc_changes_lost";

export type CdcDecision =
  | {
      readonly action: "run";
      readonly type: "full" | "cdc";
      readonly reason: CdcConversion | null;
      /**
       * What to do on the server before the backup, in this order, and before the scan of a full: changes made between a
       * scan and the enabling would be in neither.
       */
      readonly prepare: readonly ("disable" | "enable")[];
      readonly enabledBy: CdcRecord["enabledBy"];
      /** Whether to remove changes from the change tables once they are stored. */
      readonly cleansUp: boolean;
    }
  /** The database is left out, and the job completes with errors. */
  | { readonly action: "skip"; readonly violations: readonly CdcViolation[] }
  /** The login may not enable it: sysadmin, or db_owner on Azure SQL Database. Only this database fails. */
  | { readonly action: "fail"; readonly reason: "cdc_permission_missing" };

type Run = Extract<CdcDecision, { readonly action: "run" }>;

function runs(type: Run["type"], enabledBy: Run["enabledBy"], more: Partial<Run> = {}): Run {
  const cleansUp = enabledBy === "engine";
  return { action: "run", type, reason: null, prepare: [], enabledBy, cleansUp, ...more };
}

/**
 * The first backup of a database by this policy (A-10…A-15): there is no record of one. Settings that are not right are
 * the owner's to put right. Whoever runs it records `enabledBy` with the identity and the newest change that the server
 * has once `prepare` is done.
 */
export function decideFirstCdc(state: CdcState, profile: CdcProfile): CdcDecision {
  if (!state.enabled) return enabling(state.mayEnable, null);
  const violations = cdcViolations(state.settings, profile);
  return violations.length > 0 ? { action: "skip", violations } : runs("full", "human");
}

/**
 * Each later one (A-16…A-18). A backup that cannot continue the changes stored so far becomes a full. Capture that was
 * enabled anew meanwhile is not ours, even where the one before was. A record takes the place of the one before it:
 * identity and `reached` as of a first backup after a full, `reached` alone after changes.
 */
export function decideNextCdc(
  state: CdcState,
  profile: CdcProfile,
  record: CdcRecord,
): CdcDecision {
  if (!state.enabled) return enabling(state.mayEnable, "cdc_disabled_between_backups");
  const enabledBy = state.position.identity === record.identity ? record.enabledBy : "human";
  const violations = cdcViolations(state.settings, profile);
  if (violations.length > 0) {
    return enabledBy === "human"
      ? { action: "skip", violations }
      : runs("full", "engine", { reason: "cdc_config_mismatch", prepare: ["disable", "enable"] });
  }
  const reason = positionReason(state.position, record);
  return reason === null ? runs("cdc", enabledBy) : runs("full", enabledBy, { reason });
}

function enabling(mayEnable: boolean, reason: Run["reason"]): CdcDecision {
  return mayEnable
    ? runs("full", "engine", { reason, prepare: ["enable"] })
    : { action: "fail", reason: "cdc_permission_missing" };
}

function positionReason(position: CdcPosition, record: CdcRecord): CdcConversion | null {
  if (position.identity !== record.identity) return "cdc_history_replaced";
  if (position.newest < record.reached) return "cdc_history_replaced";
  return position.oldest > nextLsn(record.reached) ? "cdc_changes_lost" : null;
}
