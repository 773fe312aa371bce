/** One backup in the timeline that shows a loss. */
export interface WitnessRow {
  readonly type: string;
  /** Purged: the first log after a full or differential, gone before the next, so that the logs after it lead nowhere. */
  readonly status: "successful" | "failed" | "purged";
  readonly started_at: string;
  readonly completed_at: string;
}

export interface DataLossRow {
  readonly seconds: number;
  /** The newest instant that can be restored to right before `until`. */
  readonly newest: string;
  readonly until: string;
  readonly timeline: readonly WitnessRow[];
}

/** The worst-case data loss of a policy. Null where its schedule makes fewer than two backups in what was examined. */
export interface DataLossListing {
  readonly normal: DataLossRow | null;
  readonly one_failure: DataLossRow | null;
  readonly examined: { readonly from: string; readonly until: string };
}
