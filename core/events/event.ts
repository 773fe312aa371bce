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

/** `check` and `schema` come before the first row; `pack`, `index` and `manifest` after the last. */
export type Phase =
  | "check"
  | "schema"
  | "rows"
  | "pack"
  | "index"
  | "manifest"
  | "create"
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

/** Everything that a long operation tells while it runs. Views print it; nobody parses text. */
export type HoldfastEvent =
  | (OfJob & {
      readonly type: "job_started";
      readonly operation: "backup" | "restore" | "verify";
      readonly subject: Address | string;
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
  | { readonly type: "resource_started"; readonly address: Address; readonly action: string }
  | {
      readonly type: "resource_finished";
      readonly address: Address;
      readonly action: string;
      readonly milliseconds: number;
    }
  | { readonly type: "diagnostic"; readonly diagnostic: Diagnostic };
