import type { Revision } from "./sync-status.ts";

/** A checkout of a git repository that follows one branch. Rejects with a `DiagnosticError` (SYNC_*). */
export interface Checkout {
  readonly branch: string;
  /** Asks the repository that it was cloned from, where there is one, for the branch, and gives its newest commit. */
  fetch(): Promise<Revision>;
  /** Whether one commit leads to another; of one that is not there any more it does not. */
  isAncestor(older: Revision, newer: Revision): Promise<boolean>;
  /** Puts the files of a commit there. SYNC_CHECKOUT_CHANGED where somebody changed files, which are left as they are. */
  checkOut(revision: Revision): Promise<void>;
}
