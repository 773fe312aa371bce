/** One apply as `state applies -json` prints it. Times are ISO 8601 in UTC. */
export interface ApplyRow {
  readonly id: string;
  readonly started_at: string;
  /** Null while it runs, and of one whose process died. */
  readonly ended_at: string | null;
  readonly status: "running" | "successful" | "failed" | "cancelled";
  /** `user@host`, as far as the machine knew. */
  readonly by: string;
  /** SHA-256 of the plan file; null of a plan that was none. */
  readonly plan_digest: string | null;
  readonly changes: { readonly total: number; readonly done: number };
  /** Ids of the recovery points that it gave up. */
  readonly given_up_points: readonly string[];
  /** From then on these may be gone. */
  readonly no_return_after: string | null;
  /** The id of the apply that undid it. */
  readonly undone_by: string | null;
  readonly undone_at: string | null;
  /** The id of the apply that it undid. */
  readonly undoes: string | null;
  /** Whether `apply -undo` may take it, as far as only its record says. */
  readonly undoable: boolean;
}

/** The document of `state applies -json`, newest first. */
export interface ApplyListing {
  readonly applies: readonly ApplyRow[];
}

/** The document of `state applies ID -json`. Arguments are not told: there may be sensitive ones among them. */
export interface ApplyDetail extends ApplyRow {
  readonly resource_changes: readonly {
    readonly address: string;
    readonly previous_address: string | null;
    readonly action: string;
    readonly done: boolean;
  }[];
}
