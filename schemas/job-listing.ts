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
  readonly databases: readonly JobDatabaseRow[];
}

interface JobDatabaseRow {
  readonly database: string;
  readonly result: string;
  readonly code: string | null;
  readonly message: string | null;
  readonly point: string | null;
  readonly scans: readonly {
    readonly table: string;
    readonly rows: number;
    readonly bytes_read: number;
  }[];
  readonly bytes_read: number;
  readonly bytes_stored: number;
}

export interface JobListing {
  readonly jobs: readonly JobRow[];
}
