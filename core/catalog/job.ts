import type { Address } from "../address/address.ts";
import type { Code } from "../diagnostics/codes.ts";
import type { DatabaseResult, JobStatus } from "../events/event.ts";
import type { Instant } from "../kit/clock.ts";
import type { CopyOperation } from "../resource/azure-sql.ts";
import type { PointType, Trigger } from "./recovery-point.ts";

/** Who carries a job out. */
export interface Worker {
  readonly id: string;
  readonly kind: "local";
  readonly host: string;
  readonly pid: number;
  /** Tells the process from a later one of the same id; null where the system does not say, absent in older records. */
  readonly processStart?: string | null | undefined;
  readonly startedAt: Instant;
  /** Null while it lives. */
  readonly endedAt: Instant | null;
}

/** Stands in the place of an identity in `captures` while a job is about to enable the capture. */
export const INTENDED = "intended";

/** One execution of a backup set, or one restore. */
export interface JobRecord {
  readonly id: string;
  readonly operation: "backup" | "restore" | "import";
  /** The backup set's address; for a restore, the point's id; for an import, the vault's address. */
  readonly subject: Address | string;
  readonly type: PointType | null;
  readonly trigger: Trigger;
  readonly status: JobStatus;
  readonly queuedAt: Instant;
  readonly startedAt: Instant | null;
  readonly finishedAt: Instant | null;
  readonly worker: Worker | null;
  readonly cancelRequested: boolean;
  readonly bandwidth: "unlimited" | number;
  readonly bytesRead: number;
  readonly bytesStored: number;
  readonly databases: readonly JobDatabase[];
  /**
   * Where databases stand that were down when their turn came, after this job: `missed` in a full, and not told of since;
   * `left_out` until the next full has them. Of backups of method cdc, as far as one is not in scope.
   */
  readonly standings?: Readonly<Record<string, "missed" | "left_out">> | undefined;
  /**
   * The identity of the change data capture that the job enabled, by database: known to be ours also where no point came of it.
   * `INTENDED` while the job is about to enable it.
   */
  readonly captures?: Readonly<Record<string, string>> | undefined;
  /** Of backups of method isolated_copy, in the order in which they were asked for. */
  readonly copies?: readonly JobCopy[] | undefined;
}

/** What was done of an isolated copy, in this order; what fails skips steps, and the copy is dropped all the same. */
export type CopyStep =
  | "copy_requested"
  | "copy_online"
  | "worker_started"
  | "transferred"
  | "verified"
  | "copy_dropped"
  | "worker_ended";

/** A copy of a database that Azure makes for a job, and the worker that reads it. Written before Azure is asked. */
export interface JobCopy {
  /** The source. */
  readonly database: string;
  readonly server: Address;
  /** Names the copy, and says how to follow it. */
  readonly operation: CopyOperation;
  /** Of the copy, as Azure Resource Manager names it. */
  readonly resourceId: string;
  /** The service objective of source and copy: `S2`, `GP_Gen5_2`. */
  readonly objective: string | null;
  /** The elastic pool of both. */
  readonly pool: string | null;
  readonly worker: CopyWorker | null;
  readonly steps: readonly { readonly step: CopyStep; readonly at: Instant }[];
}

export interface CopyWorker {
  readonly id: string;
  /** Address of the bridge that it runs on. */
  readonly bridge: Address;
  readonly startedAt: Instant;
  /** Null while it lives. */
  readonly endedAt: Instant | null;
}

/** What happened to one database within a job. */
export interface JobDatabase {
  readonly database: string;
  readonly result: DatabaseResult;
  readonly code: Code | null;
  readonly message: string | null;
  readonly point: string | null;
  /** Those of the point. */
  readonly notes?: readonly string[] | undefined;
  /** One entry for each table that was scanned to its end. */
  readonly scans: readonly TableScan[];
  readonly bytesRead: number;
  readonly bytesStored: number;
}

export interface TableScan {
  readonly table: string;
  readonly rows: number;
  readonly bytesRead: number;
}
