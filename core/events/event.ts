import type { Address } from "../address/address.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Instant } from "../kit/clock.ts";

export type JobStatus =
  | "queued"
  | "running"
  | "successful"
  | "successful_with_errors"
  | "failed"
  | "cancelled"
  | "skipped";
export type DatabaseResult = "backed_up" | "restored" | "skipped" | "down" | "failed";

/**
 * `check` and `schema` come before the first row; `capture`, where the server has to capture changes first, before the first or
 * after whole tables were read; `pack`, `index` and `manifest` after the last.
 */
export type Phase =
  | "check"
  | "capture"
  | "schema"
  | "rows"
  | "pack"
  | "index"
  | "manifest"
  | "create"
  | "stage"
  | "load"
  | "finish"
  | "verify";

interface OfJob {
  readonly job: string;
  readonly at: Instant;
}

interface OfDatabase extends OfJob {
  readonly database: string;
}

interface OfTable extends OfDatabase {
  /** `dbo.Orders`. */
  readonly table: string;
}

/** Running totals of one database within a job. `bytesStored` counts what was written to the vault. */
export interface Totals {
  readonly rows: number;
  readonly bytesRead: number;
  readonly bytesStored: number;
}

/** What takes long and is neither a backup nor a restore. */
export type Task = "put" | "get" | "import" | "export" | "verify" | "repair" | "prune";

/**
 * `check`: files are held against their checksums; `store`, `read`: bytes go into the vault or come from it; `commit`: what
 * was stored is made visible; `index`, `packs`, `points`: those are read and checked; `survey`, `rewrite`, `sweep`: a collection.
 */
export type TaskStep =
  | "check"
  | "store"
  | "commit"
  | "read"
  | "index"
  | "packs"
  | "points"
  | "survey"
  | "rewrite"
  | "sweep";

/** How far a task has come. Told as each step begins, then a few times a second at most. */
export interface TaskProgressEvent {
  readonly type: "task_progress";
  readonly task: Task;
  /** A vault, a stream or a point, as the user knows it. */
  readonly subject: string;
  readonly step: TaskStep;
  /** The file that is worked on. */
  readonly item?: string | undefined;
  readonly unit: "bytes" | "points";
  /** Of this step. */
  readonly done: number;
  /** Null where nobody knows. */
  readonly total: number | null;
  /** When the step began. */
  readonly startedAt: Instant;
  readonly at: Instant;
}

/** Everything that a long operation tells while it runs. Views print it; nobody parses text. */
export type HoldfastEvent =
  | (OfJob & {
      readonly type: "job_started";
      readonly operation: "backup" | "restore" | "verify";
      readonly subject: Address | string;
      /** Of a restore: the moment that it goes to, where one was asked for. */
      readonly moment?: Instant | undefined;
      readonly worker: string;
      readonly databases: readonly string[];
    })
  | (OfDatabase & {
      readonly type: "database_started";
      readonly tables: number;
      readonly estimatedRows: number;
      readonly estimatedBytes: number;
    })
  | (OfDatabase & { readonly type: "phase_started"; readonly phase: Phase })
  | (OfTable & { readonly type: "table_started"; readonly estimatedRows: number })
  | (OfTable & { readonly type: "table_progress"; readonly totals: Totals })
  | (OfTable & { readonly type: "table_finished"; readonly rows: number; readonly totals: Totals })
  | (OfDatabase & {
      readonly type: "database_finished";
      readonly result: DatabaseResult;
      readonly point?: string | undefined;
      readonly totals: Totals;
    })
  | (OfJob & {
      readonly type: "note";
      readonly database?: string | undefined;
      readonly text: string;
    })
  | (OfJob & {
      readonly type: "job_finished";
      readonly status: JobStatus;
      readonly startedAt: Instant;
      readonly totals: Totals;
    })
  | TaskProgressEvent
  | { readonly type: "resource_started"; readonly address: Address; readonly action: string }
  | {
      readonly type: "resource_finished";
      readonly address: Address;
      readonly action: string;
      readonly milliseconds: number;
    }
  | { readonly type: "diagnostic"; readonly diagnostic: Diagnostic };
