import type { Instant } from "../../kit/clock.ts";
import type { BackupHeader } from "./backup-header.ts";
import type { NoBase } from "./differential-base.ts";
import type { ForkGuid, SetGuid } from "./guid.ts";
import type { Lsn } from "./lsn.ts";

/** Where to restore to. `fork` chooses between two histories that both have the moment. */
export type RestoreTarget =
  | { readonly kind: "point"; readonly set: SetGuid }
  | { readonly kind: "instant"; readonly at: Instant; readonly fork?: ForkGuid | undefined }
  | {
      readonly kind: "mark";
      readonly name: string;
      /** With the marked transaction, or up to just before it (Q-18: both are offered, `at` is the default of commands). */
      readonly stop: "at" | "before";
      /** The first mark of that name at or after this moment. */
      readonly after?: Instant | undefined;
      readonly fork?: ForkGuid | undefined;
    };

/** Where the last log stops. The same clause goes on every log of the sequence. */
export type StopClause =
  | { readonly kind: "instant"; readonly at: Instant }
  | {
      readonly kind: "mark";
      readonly name: string;
      readonly stop: "at" | "before";
      readonly lsn: Lsn;
    };

/** What to restore, in this order (B-70); no shorter sequence gets there. */
export interface RestoreSequence {
  readonly full: BackupHeader;
  readonly differential: BackupHeader | null;
  readonly logs: readonly BackupHeader[];
  /** Null: everything up to the end of the last set. */
  readonly stop: StopClause | null;
}

/** Why there is no way to the target. */
export type Impossible =
  | { readonly reason: "unknown_point"; readonly set: SetGuid }
  | { readonly reason: "damaged"; readonly set: SetGuid }
  | {
      readonly reason: "stripes_missing";
      readonly set: SetGuid;
      readonly stripes: readonly number[];
    }
  | { readonly reason: NoBase; readonly set: SetGuid; readonly base: SetGuid | null }
  /** No full that is whole had finished by then. */
  | { readonly reason: "no_full_before" }
  /** Log records from `from` to `to` are in no log at hand. */
  | { readonly reason: "log_gap"; readonly from: Lsn; readonly to: Lsn }
  /** Nothing reaches that far; `newest` is the newest moment that any set holds. */
  | { readonly reason: "log_ends_before"; readonly newest: Instant }
  | { readonly reason: "bulk_logged"; readonly set: SetGuid; readonly end: Instant }
  | { readonly reason: "fork_ambiguous"; readonly forks: readonly ForkGuid[] }
  | { readonly reason: "fork_unknown"; readonly fork: ForkGuid }
  | { readonly reason: "mark_unknown"; readonly name: string }
  | { readonly reason: "mark_ambiguous"; readonly name: string; readonly at: readonly Instant[] };

/** A way, or why there is none. */
export type RestoreAnswer = RestoreSequence | Impossible;

export function isImpossible(answer: RestoreAnswer): answer is Impossible {
  return "reason" in answer;
}
