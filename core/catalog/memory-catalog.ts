import type { Address } from "../address/address.ts";
import { failure } from "../diagnostics/diagnostic.ts";
import type { Clock } from "../kit/clock.ts";
import type { ApplyRecord, ApplySummary } from "./apply-record.ts";
import {
  type Catalog,
  type CatalogChange,
  type CatalogLock,
  type CatalogObject,
  type CatalogVersion,
  changesPlan,
  type HeldLock,
  type LockHolder,
} from "./catalog.ts";
import type { JobRecord } from "./job.ts";
import { lockedDiagnostic, lockLostDiagnostic } from "./lock-diagnostic.ts";
import { isJournalled, MemoryJournal } from "./memory-journal.ts";
import type { ServerObservation } from "./observation.ts";
import { byAddress, newestJobFirst, oldestPointFirst } from "./order.ts";
import { patchPoint } from "./point-patch.ts";
import type { RecoveryPoint } from "./recovery-point.ts";

interface MemoryCatalogFacts {
  readonly lineage: string;
  readonly clock: Clock;
}

type PointChange = Extract<CatalogChange, { readonly kind: "change_point" }>;

/** A catalog that is gone with the process. For tests and simulations. */
export function createMemoryCatalog(facts: MemoryCatalogFacts): Catalog {
  return new MemoryCatalog(facts);
}

class MemoryCatalog implements Catalog {
  readonly #facts: MemoryCatalogFacts;
  readonly #objects = new Map<Address, CatalogObject>();
  readonly #points = new Map<string, RecoveryPoint>();
  readonly #jobs = new Map<string, JobRecord>();
  readonly #journal = new MemoryJournal();
  #serial = 0;
  #locks = 0;
  #holder: LockHolder | undefined;
  /** The lock that was taken and not given back, also when it was broken since. */
  #taken: LockHolder | undefined;

  constructor(facts: MemoryCatalogFacts) {
    this.#facts = facts;
  }

  version(): Promise<CatalogVersion> {
    return Promise.resolve({ lineage: this.#facts.lineage, serial: this.#serial });
  }

  objects(): Promise<readonly CatalogObject[]> {
    return Promise.resolve([...this.#objects.values()].sort(byAddress));
  }

  points(): Promise<readonly RecoveryPoint[]> {
    return Promise.resolve([...this.#points.values()].sort(oldestPointFirst));
  }

  jobs(options?: { readonly limit?: number | undefined }): Promise<readonly JobRecord[]> {
    return Promise.resolve([...this.#jobs.values()].sort(newestJobFirst).slice(0, options?.limit));
  }

  job(id: string): Promise<JobRecord | undefined> {
    return Promise.resolve(this.#jobs.get(id));
  }

  applies(options?: { readonly limit?: number | undefined }): Promise<readonly ApplySummary[]> {
    return this.#journal.applies(options);
  }

  apply(id: string): Promise<ApplyRecord | undefined> {
    return this.#journal.apply(id);
  }

  observations(): Promise<readonly ServerObservation[]> {
    return this.#journal.observations();
  }

  /** Made of the lineage: what is gone with the process has nothing to keep. */
  planKey(): Promise<Uint8Array> {
    const key = new Uint8Array(32);
    new TextEncoder().encodeInto(this.#facts.lineage, key);
    return Promise.resolve(key);
  }

  write(changes: readonly CatalogChange[]): Promise<CatalogVersion> {
    if (this.#taken !== undefined && this.#taken.id !== this.#holder?.id) {
      return Promise.reject(failure(lockLostDiagnostic(this.#taken)));
    }
    for (const change of changes) this.#carryOut(change);
    if (changes.some(changesPlan)) this.#serial += 1;
    return this.version();
  }

  #carryOut(change: CatalogChange): void {
    if (isJournalled(change)) {
      this.#journal.carryOut(change);
      return;
    }
    switch (change.kind) {
      case "put_object":
        this.#objects.set(change.object.address, change.object);
        return;
      case "remove_object":
        this.#objects.delete(change.address);
        return;
      case "put_point":
        this.#points.set(change.point.id, change.point);
        return;
      case "change_point":
        this.#changePoint(change);
        return;
      case "remove_point":
        this.#points.delete(change.id);
        return;
      case "put_job":
        this.#putJob(change.job);
        return;
      case "cancel_job":
        this.#cancelJob(change.id);
        return;
      default:
        return change satisfies never;
    }
  }

  #changePoint({ id, from, patch }: PointChange): void {
    const point = this.#points.get(id);
    if (point === undefined || point.state !== (from ?? point.state)) return;
    this.#points.set(id, patchPoint(point, patch));
  }

  #putJob(job: JobRecord): void {
    const cancelRequested = job.cancelRequested || this.#jobs.get(job.id)?.cancelRequested === true;
    this.#jobs.set(job.id, { ...job, cancelRequested });
  }

  #cancelJob(id: string): void {
    const job = this.#jobs.get(id);
    if (job?.status !== "queued" && job?.status !== "running") return;
    this.#jobs.set(id, { ...job, cancelRequested: true });
  }

  lock(operation: string): Promise<CatalogLock> {
    if (this.#holder !== undefined) return Promise.reject(failure(lockedDiagnostic(this.#holder)));
    this.#locks += 1;
    const holder: LockHolder = {
      id: `memory-${this.#locks}`,
      operation,
      host: "memory",
      pid: 0,
      since: this.#facts.clock.now(),
    };
    this.#holder = holder;
    this.#taken = holder;
    const release = (): Promise<void> => {
      if (this.#holder?.id === holder.id) this.#holder = undefined;
      if (this.#taken?.id === holder.id) this.#taken = undefined;
      return Promise.resolve();
    };
    return Promise.resolve({ holder, [Symbol.asyncDispose]: release });
  }

  heldLock(): Promise<HeldLock | undefined> {
    const holder = this.#holder;
    if (holder === undefined) return Promise.resolve(undefined);
    const takeAway = (): Promise<boolean> => {
      const isHeld = this.#holder?.id === holder.id;
      if (isHeld) this.#holder = undefined;
      return Promise.resolve(isHeld);
    };
    return Promise.resolve({ holder, process: "running", break: takeAway });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
