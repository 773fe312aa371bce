import type { ForkGuid } from "./guid.ts";
import type { Lsn } from "./lsn.ts";

/** What the server says of the log of a database (`sys.database_recovery_status`, `sys.databases`). */
export interface LiveLog {
  readonly recoveryModel: "simple" | "bulk_logged" | "full";
  /** Where the next log backup begins; null: there is no chain, though the recovery model has one. */
  readonly nextLog: Lsn | null;
  readonly fork: ForkGuid;
}

/** Where our own chain ends. */
export interface OwnChain {
  /** The end of our newest log, or of the full that the chain begins with. */
  readonly end: Lsn;
  readonly fork: ForkGuid;
  /**
   * Whether a differential of now would continue a full of ours: `decideDifferential`, asked of the same moment, says
   * `differential`. That the server's `differential_base_guid` is our newest full alone is too little: the files may have
   * changed.
   */
  readonly baseIsOurs: boolean;
}

export type LogDecision =
  | { readonly run: "log" }
  /** No log, and nothing in its place: B-64, B-62. */
  | { readonly run: "nothing"; readonly reason: "recovery_model_simple" | "waiting_for_full" }
  | {
      readonly run: "differential" | "full";
      readonly reason: "log_chain_broken" | "foreign_log_breaks_chain" | "recovery_forked";
    };

/**
 * Whether a log would continue our chain. Where somebody else took a log in between, ours would leave a gap that no
 * later log closes: a differential bridges it while its base is ours, a full always. `own` is null before the first full.
 * A copy-only log of somebody else leaves `nextLog` where it was, and so changes nothing.
 */
export function decideLog(live: LiveLog, own: OwnChain | null): LogDecision {
  if (live.recoveryModel === "simple") return { run: "nothing", reason: "recovery_model_simple" };
  if (own === null) return { run: "nothing", reason: "waiting_for_full" };
  if (live.nextLog === null) return { run: "full", reason: "log_chain_broken" };
  if (live.fork !== own.fork) return { run: "full", reason: "recovery_forked" };
  if (live.nextLog <= own.end) return { run: "log" };
  return { run: own.baseIsOurs ? "differential" : "full", reason: "foreign_log_breaks_chain" };
}
