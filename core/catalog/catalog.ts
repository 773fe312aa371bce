import type { Address } from "../address/address.ts";
import type { Instant } from "../kit/clock.ts";
import type { JsonObject } from "../kit/json.ts";
import type { ApplyFacts, ApplyHistory, ApplyRecord } from "./apply-record.ts";
import type { JobRecord } from "./job.ts";
import type { ServerObservation } from "./observation.ts";
import type { PointPatch } from "./point-patch.ts";
import type { RecoveryPoint } from "./recovery-point.ts";

/** A configuration object as `apply` recorded it. */
export interface CatalogObject {
  readonly address: Address;
  readonly type: string;
  /** Resolved arguments with defaults filled in; references are addresses; never a secret. */
  readonly attributes: JsonObject;
  /** Paths of attributes that people must not see; none where absent. */
  readonly sensitive?: readonly (readonly string[])[] | undefined;
  readonly dependsOn: readonly Address[];
  /** `prevent_destroy` of its block, so that the protection outlives the block; false where absent. */
  readonly preventDestroy?: boolean | undefined;
  readonly appliedAt: Instant;
}

/** One step of a write. */
export type CatalogChange =
  | { readonly kind: "put_object"; readonly object: CatalogObject }
  | { readonly kind: "remove_object"; readonly address: Address }
  /** Of a point that is new, or that nobody else writes meanwhile; what a reader knows of another one may be old. */
  | { readonly kind: "put_point"; readonly point: RecoveryPoint }
  /**
   * Changes the point as it is recorded by then: what others wrote of it stays. Of a point that is gone, or that has another
   * state than `from`, it changes nothing.
   */
  | {
      readonly kind: "change_point";
      readonly id: string;
      readonly from?: RecoveryPoint["state"] | undefined;
      readonly patch: PointPatch;
    }
  | { readonly kind: "remove_point"; readonly id: string }
  /** A cancel request that is recorded for the job stays, whatever `job` says: its worker may not know of it yet. */
  | { readonly kind: "put_job"; readonly job: JobRecord }
  /** Asks for the end of a job that is queued or running; of any other it changes nothing. */
  | { readonly kind: "cancel_job"; readonly id: string }
  | { readonly kind: "put_apply"; readonly apply: ApplyRecord }
  /** Of an apply that is recorded; what `facts` does not name stays. */
  | { readonly kind: "change_apply"; readonly id: string; readonly facts: ApplyFacts }
  /** That change of that apply is done. */
  | { readonly kind: "finish_change"; readonly apply: string; readonly address: Address }
  | { readonly kind: "put_observation"; readonly observation: ServerObservation }
  | { readonly kind: "remove_observation"; readonly server: Address };

const PLANNED: ReadonlySet<CatalogChange["kind"]> = new Set<CatalogChange["kind"]>([
  "put_object",
  "remove_object",
  "put_point",
  "change_point",
  "remove_point",
]);

/** Whether a change moves the serial on: objects and points do, as a plan depends on them. */
export function changesPlan({ kind }: CatalogChange): boolean {
  return PLANNED.has(kind);
}

export interface CatalogVersion {
  /** Random, made with the catalog: two catalogs never share it. */
  readonly lineage: string;
  /** Grows by one with each write that changes an object or a point. */
  readonly serial: number;
}

/** Who holds the lock. */
export interface LockHolder {
  readonly id: string;
  readonly operation: string;
  readonly host: string;
  readonly pid: number;
  readonly since: Instant;
}

export interface CatalogLock extends AsyncDisposable {
  readonly holder: LockHolder;
}

/** A lock that somebody has. */
export interface HeldLock {
  readonly holder: LockHolder;
  /** Whether the holder's process runs; unknown of one on another host. */
  readonly process: "running" | "gone" | "unknown";
  /** Takes the lock away from that holder, who is not told; false where it had it no longer. */
  break(): Promise<boolean>;
}

/** What can be read of a catalog. Reading changes nothing, not even a byte of a file. */
export interface CatalogReader extends AsyncDisposable, ApplyHistory {
  version(): Promise<CatalogVersion>;
  /** By address (ordinal). */
  objects(): Promise<readonly CatalogObject[]>;
  /** Points of every state, oldest first (`startedAt`, then id). */
  points(): Promise<readonly RecoveryPoint[]>;
  /** Newest first; all, or the newest `limit`. */
  jobs(options?: { readonly limit?: number | undefined }): Promise<readonly JobRecord[]>;
  job(id: string): Promise<JobRecord | undefined>;
  /** By server (ordinal). */
  observations(): Promise<readonly ServerObservation[]>;
  /**
   * The key of plan files: 32 random bytes, made with the catalog. Undefined of a catalog of an older version that nobody
   * opened to write since. Belongs in no log, event or output.
   */
  planKey(): Promise<Uint8Array | undefined>;
}

/**
 * What is: configuration objects, recovery points and jobs. Rejects with a `DiagnosticError` (CATALOG_*).
 */
export interface Catalog extends CatalogReader {
  /**
   * Carries out all changes or none; durable when it resolves. Gives the version after. CATALOG_LOCK_LOST from when the lock
   * that this catalog took was broken until that is disposed: somebody else may hold it.
   */
  write(changes: readonly CatalogChange[]): Promise<CatalogVersion>;
  /**
   * Only one holder at a time, across processes: CATALOG_LOCKED names the holder. A holder whose process died on this
   * host is replaced. Disposing releases.
   */
  lock(operation: string): Promise<CatalogLock>;
  /** Undefined where nobody holds the lock. */
  heldLock(): Promise<HeldLock | undefined>;
}
