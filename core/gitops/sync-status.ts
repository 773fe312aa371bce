import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Instant } from "../kit/clock.ts";
import type { Loss } from "./loss.ts";

/**
 * `in_sync`: nothing is to be changed. `applied`: it was just carried out. `waiting`: a plan waits for approval. `failed`: the
 * revision cannot be planned or applied; what was applied before stands. `unreachable`: the branch could not be fetched.
 */
type SyncState = "in_sync" | "applied" | "waiting" | "failed" | "unreachable";

/** A commit, as 40 or 64 hexadecimal digits. */
export type Revision = string;

/** A plan that waits. */
export interface WaitingPlan {
  /** Relative to the configuration's directory. */
  readonly file: string;
  readonly losses: readonly Loss[];
  /** `open`: how many of those who may approve have not. */
  readonly approvals: { readonly needed: number; readonly have: number; readonly open: number };
}

/** What the last pass found. */
export interface SyncStatus {
  readonly state: SyncState;
  readonly at: Instant;
  readonly branch: string;
  /** Null while the branch was never reached. */
  readonly revision: Revision | null;
  /** Of the catalog that knows what was applied; null while nothing was. */
  readonly lineage: string | null;
  /** The branch was rewritten since the pass before: its revision then is no ancestor of this one. */
  readonly isRewritten: boolean;
  /** The last revision whose plan was carried out, or needed nothing. */
  readonly applied: { readonly revision: Revision; readonly at: Instant } | null;
  readonly summary: { readonly add: number; readonly change: number; readonly destroy: number };
  readonly waiting: WaitingPlan | null;
  readonly diagnostics: readonly Diagnostic[];
}
