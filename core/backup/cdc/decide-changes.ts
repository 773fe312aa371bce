import type { CdcProfile } from "../../policy/chain/cdc-settings.ts";
import {
  type CdcDecision,
  type CdcRecord,
  type CdcState,
  decideFirstCdc,
  decideNextCdc,
} from "../../policy/chain/decide-cdc.ts";
import { type Lsn, parseLsn } from "../../policy/chain/lsn.ts";
import type { Milliseconds } from "../../policy/model/policy-rule.ts";
import type { CaptureState } from "../../resource/change-capture.ts";
import type { ChangeChain } from "./change-chain.ts";

/** Why a backup of changes is a full. Public: the words stand in the catalog and in `-json`. */
export type ChangeConversion =
  | Exclude<Extract<CdcDecision, { action: "run" }>["reason"], null>
  | "first_backup"
  /** The points that there were are purged, or cannot be read. */
  | "no_full_recovery_point"
  /** A table, a column or another object was changed since the last backup. */
  | "cdc_schema_changed";

export type ChangeDecision =
  | (Omit<Extract<CdcDecision, { action: "run" }>, "reason"> & {
      readonly reason: ChangeConversion | null;
    })
  | Exclude<CdcDecision, { action: "run" }>;

export interface ChangeFacts {
  readonly asked: "full" | "cdc";
  readonly state: CaptureState;
  readonly profile: CdcProfile;
  readonly chain: ChangeChain | undefined;
  /** Whether a point of the database was ever made by this set. */
  readonly hadPoints: boolean;
  /** Of the captures that earlier jobs enabled, whether or not a point came of it. */
  readonly enabledByUs: ReadonlySet<string>;
  /** The last job that was to enable capture ended before it knew what it had enabled. */
  readonly meantToEnable: boolean;
}

/** Of 20 hex digits, some of which may all be decimal ones. */
function lsnOf(digits: string): Lsn {
  return parseLsn(`0x${digits}`);
}

function cdcStateOf(state: CaptureState): CdcState {
  if (!state.enabled) return { enabled: false, mayEnable: state.mayEnable };
  const { continuous, untrackedTables, partlyTrackedTables } = state;
  // The server counts minutes, so the number is one of milliseconds.
  const retention = state.retention as Milliseconds;
  return {
    enabled: true,
    settings: { continuous, retention, untrackedTables, partlyTrackedTables },
    position: {
      oldest: lsnOf(state.oldest),
      newest: lsnOf(state.newest),
      identity: state.identity,
    },
  };
}

/** The record of the last backup; of capture that a job enabled without a point coming of it, one that nothing continues. */
function recordOf(facts: ChangeFacts): CdcRecord | undefined {
  const { state, chain } = facts;
  if (state.enabled && isOurs(state, facts) && chain?.tip.changes.identity !== state.identity) {
    return { enabledBy: "engine", identity: state.identity, reached: lsnOf(state.newest) };
  }
  if (chain === undefined) return undefined;
  const { identity, enabledBy, reached } = chain.tip.changes;
  return { identity, enabledBy, reached: lsnOf(reached) };
}

/** A job that died right after it enabled the database left one of which no table is captured. */
function isOurs(
  { identity, tables, untrackedTables }: Extract<CaptureState, { readonly enabled: true }>,
  { enabledByUs, meantToEnable }: ChangeFacts,
): boolean {
  return enabledByUs.has(identity) || (meantToEnable && untrackedTables.length === tables);
}

/** What to do with one database (A-10…A-18). A full that was asked for is none that was converted. */
export function decideChanges(facts: ChangeFacts): ChangeDecision {
  const { asked, state, profile, chain } = facts;
  const record = recordOf(facts);
  const cdc = cdcStateOf(state);
  const decision =
    record === undefined ? decideFirstCdc(cdc, profile) : decideNextCdc(cdc, profile, record);
  if (decision.action !== "run") return decision;
  if (asked === "full") return { ...decision, type: "full", reason: null };
  if (decision.reason !== null) return decision;
  if (chain === undefined) {
    const reason = facts.hadPoints ? "no_full_recovery_point" : "first_backup";
    return { ...decision, type: "full", reason };
  }
  const continues = state.enabled && chain.tip.changes.identity === state.identity;
  return continues ? decision : { ...decision, type: "full", reason: "cdc_history_replaced" };
}
