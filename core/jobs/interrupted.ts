import type { Address } from "../address/address.ts";
import type { Catalog, CatalogChange } from "../catalog/catalog.ts";
import type { JobDatabase, JobRecord, Worker } from "../catalog/job.ts";
import type { PointPatch } from "../catalog/point-patch.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { type Instant, toInstant } from "../kit/clock.ts";

/** What the vault says of a point that the catalog knows only as pending. */
export interface CommittedPoint
  extends Pick<RecoveryPoint, "storedAt" | "added" | "consistency" | "changes" | "notes"> {
  readonly createdAt: number;
  readonly bytesRead: number;
  readonly bytesStored: number;
}

export interface InterruptedFacts {
  readonly vault: Address;
  /** Asks the vault for a point: what its manifest says, or whether there is none or it cannot be read. */
  readonly lookUp: (id: string) => Promise<CommittedPoint | "absent" | "unreadable">;
  readonly now: Instant;
  /** Whether the process that ran the job still lives. */
  readonly isAlive: (worker: Worker) => boolean;
}

/**
 * Settles what a killed process left in the catalog: a pending point whose manifest is in the vault is complete and becomes
 * listed, one without a manifest goes, one whose manifest cannot be read waits; a running job whose worker is gone ends. Points of living workers are left alone, and so is a dead job with pending points in another
 * vault: that vault's turn comes. The order of the reads matters: a point is pending only after its job is recorded, and
 * the vault says the last word on a point only after its worker is known to be gone.
 */
export async function settleInterrupted(catalog: Catalog, facts: InterruptedFacts): Promise<void> {
  const pending = (await catalog.points()).filter(isPending);
  const running = (await catalog.jobs()).filter(({ status }) => status === "running");
  const dead = running.filter((job) => isDead(job, facts));
  const living = new Set(running.filter((job) => !dead.includes(job)).map(({ id }) => id));
  const [here, elsewhere] = [
    pending.filter(({ vault, job }) => vault === facts.vault && !living.has(job)),
    new Set(pending.filter(({ vault }) => vault !== facts.vault).map(({ job }) => job)),
  ];
  const proofs = new Map<string, Awaited<ReturnType<InterruptedFacts["lookUp"]>>>();
  for (const { id } of here) proofs.set(id, await facts.lookUp(id));
  const stillPending = new Set((await catalog.points()).filter(isPending).map(({ id }) => id));
  const changes: CatalogChange[] = [];
  const saved = new Map<string, JobDatabase[]>();
  for (const point of here.filter(({ id }) => stillPending.has(id))) {
    const proof = proofs.get(point.id) ?? "unreadable";
    if (proof === "unreadable") continue;
    if (proof === "absent") {
      changes.push({ kind: "remove_point", id: point.id });
      continue;
    }
    changes.push({ kind: "change_point", id: point.id, from: "pending", patch: listed(proof) });
    saved.set(point.job, [...(saved.get(point.job) ?? []), asBackedUp(point, proof)]);
  }
  for (const job of dead.filter(({ id }) => !elsewhere.has(id))) {
    changes.push({ kind: "put_job", job: ended(job, saved.get(job.id) ?? [], facts.now) });
  }
  if (changes.length > 0) await catalog.write(changes);
}

function isPending({ state }: RecoveryPoint): boolean {
  return state === "pending";
}

function isDead(job: JobRecord, facts: InterruptedFacts): boolean {
  return job.status === "running" && (job.worker === null || !facts.isAlive(job.worker));
}

function listed(proof: CommittedPoint): PointPatch {
  return {
    state: "listed",
    createdAt: toInstant(proof.createdAt),
    bytesRead: proof.bytesRead,
    bytesStored: proof.bytesStored,
    storedAt: proof.storedAt,
    added: proof.added,
    consistency: proof.consistency,
    changes: proof.changes,
    notes: proof.notes,
  };
}

function asBackedUp(point: RecoveryPoint, proof: CommittedPoint): JobDatabase {
  return {
    database: point.database,
    result: "backed_up",
    code: null,
    message: null,
    point: point.id,
    ...(proof.notes === undefined ? {} : { notes: proof.notes }),
    scans: [],
    bytesRead: proof.bytesRead,
    bytesStored: proof.bytesStored,
  };
}

const LEFT_BEHIND =
  " What it was making may be there and is not whole: run the same restore again, which removes it first.";

function ended(job: JobRecord, saved: readonly JobDatabase[], now: Instant): JobRecord {
  const databases = [...job.databases, ...saved];
  const interrupted: JobDatabase = {
    database: "*",
    result: "failed",
    code: "JOB_INTERRUPTED",
    message: `The process that ran this job ended before the job did.${job.operation === "restore" ? LEFT_BEHIND : ""}`,
    point: null,
    scans: [],
    bytesRead: 0,
    bytesStored: 0,
  };
  return {
    ...job,
    status: databases.some(({ point }) => point !== null) ? "successful_with_errors" : "failed",
    finishedAt: now,
    worker: job.worker === null ? null : { ...job.worker, endedAt: now },
    databases: [...databases, interrupted],
  };
}
