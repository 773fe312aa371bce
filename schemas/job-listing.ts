/** One job as `jobs -json` prints it. Times are ISO 8601 in UTC. */
export interface JobRow {
  readonly id: string;
  readonly operation: string;
  readonly subject: string;
  readonly type: string | null;
  readonly trigger: string;
  readonly status: string;
  readonly queued_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly worker: {
    readonly id: string;
    readonly kind: string;
    readonly host: string;
    readonly pid: number;
    readonly started_at: string;
    readonly ended_at: string | null;
  } | null;
  readonly bandwidth: "unlimited" | number;
  readonly bytes_read: number;
  readonly bytes_stored: number;
  /** Of backups: user databases and system databases apart, where the job has such. */
  readonly classes: readonly JobClassRow[];
  /** Of backups of method isolated_copy. */
  readonly copies: readonly JobCopyRow[];
  /** Of backups of method cdc: databases that were down, and that backups of changes leave out after this job until a full has them. */
  readonly left_out: readonly {
    readonly database: string;
    readonly standing: "missed" | "left_out";
  }[];
  readonly databases: readonly JobDatabaseRow[];
}

/** A copy of a database that Azure made for the job, and the worker that read it. */
export interface JobCopyRow {
  /** The source. */
  readonly database: string;
  readonly copy: string;
  readonly resource_id: string;
  readonly objective: string | null;
  readonly pool: string | null;
  readonly requested_at: string;
  /** Null while it is there, as far as is known. */
  readonly dropped_at: string | null;
  readonly worker: {
    readonly id: string;
    readonly bridge: string;
    readonly started_at: string;
    readonly ended_at: string | null;
  } | null;
  readonly steps: readonly { readonly step: string; readonly at: string }[];
}

interface JobDatabaseRow {
  readonly database: string;
  readonly result: string;
  readonly code: string | null;
  readonly message: string | null;
  readonly point: string | null;
  /** Why the point is a full although changes were asked for; of one job that is shown, where the catalog has the point. */
  readonly conversion_reason?: string | undefined;
  /** What there was to say of the point when it was made. */
  readonly notes?: readonly string[] | undefined;
  readonly scans: readonly {
    readonly table: string;
    readonly rows: number;
    readonly bytes_read: number;
  }[];
  readonly bytes_read: number;
  readonly bytes_stored: number;
}

/** How much smaller the databases of one class became in the vault: what was read by what was stored. */
export interface JobClassRow {
  readonly class: "user" | "system";
  readonly bytes_read: number;
  readonly bytes_stored: number;
  /** Null: nothing new had to be stored. */
  readonly ratio: number | null;
}

export interface JobListing {
  readonly jobs: readonly JobRow[];
}
