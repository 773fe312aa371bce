import type { ApplyRecord, RecordedChange } from "../catalog/apply-record.ts";
import type { Catalog, CatalogChange, CatalogObject, LockHolder } from "../catalog/catalog.ts";
import type { Worker } from "../catalog/job.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { type Instant, toInstant } from "../kit/clock.ts";
import type { Plan, ResourceChange } from "../plan/plan.ts";
import { renameObject } from "../plan/rename.ts";
import { renamesIn } from "./move-records.ts";
import { addTombstones, pinnedIds, purgedIds, Tombstones } from "./tombstones.ts";

/** Who applies, and what. */
export interface ApplyOrigin {
  /** `user@host`, as far as the machine knows. */
  readonly by?: string | undefined;
  readonly worker?: Worker | undefined;
  /** SHA-256 of the plan file, in hexadecimal. */
  readonly planDigest?: string | null | undefined;
}

interface JournalStart extends ApplyOrigin {
  readonly catalog: Catalog;
  readonly holder: LockHolder;
  readonly startedAt: Instant;
}

/**
 * Records one apply as it goes: each change is marked done, and the points that it gives up are hidden, in the write that
 * records it. Its id is made of that of the lock.
 */
export class ApplyJournal {
  readonly #catalog: Catalog;
  readonly #record: ApplyRecord;
  readonly #tombstones: Tombstones;

  constructor(catalog: Catalog, record: ApplyRecord, tombstones: Tombstones) {
    this.#catalog = catalog;
    this.#record = record;
    this.#tombstones = tombstones;
  }

  get id(): string {
    return this.#record.id;
  }

  /** The points that it gave up so far, and until when they can come back; null where it gave up none. */
  get purged(): { readonly points: number; readonly noReturnAfter: Instant } | null {
    const { done, after } = this.#tombstones;
    return done.size === 0 ? null : { points: done.size, noReturnAfter: after };
  }

  /** Everything that belongs into the write of a change. */
  stepOf(change: ResourceChange): readonly CatalogChange[] {
    const { address } = change;
    const object = objectOf(change, this.#record.startedAt);
    return [
      object === null ? { kind: "remove_object", address } : { kind: "put_object", object },
      { kind: "finish_change", apply: this.id, address },
      ...this.#tombstones.changesOf(address),
    ];
  }

  /** The write of that change is durable. */
  finish({ address }: ResourceChange): void {
    this.#tombstones.finish(address);
  }

  /** Marks changes that only give another address: they are done once all objects have theirs. */
  finishedMoves(): readonly CatalogChange[] {
    return this.#record.changes
      .filter(({ action }) => action === "move")
      .map(({ address }) => ({ kind: "finish_change", apply: this.id, address }));
  }

  /** Hides what no change of the plan causes. */
  async hideUncaused(plan: Plan): Promise<void> {
    if (!touchesPoints(plan)) return;
    addTombstones(plan, await this.#catalog.points(), this.#tombstones);
    const changes = this.#tombstones.changesOf(null);
    if (changes.length > 0) await this.#catalog.write(changes);
    this.#tombstones.finish(null);
  }

  /** Takes in what an import has listed since; it is hidden with what causes it, which is recorded later. */
  async noteImported(plan: Plan): Promise<void> {
    if (!touchesPoints(plan)) return;
    addTombstones(plan, await this.#catalog.points(), this.#tombstones);
  }

  async end(status: ApplyRecord["status"], endedAt: Instant): Promise<void> {
    const { done, after } = this.#tombstones;
    const points = this.#record.points.filter((id) => done.has(id));
    const noReturnAfter = points.length === 0 ? null : after;
    const facts = { status, endedAt, points, noReturnAfter };
    await this.#catalog.write([{ kind: "change_apply", id: this.id, facts }]);
  }
}

function touchesPoints(plan: Plan): boolean {
  return purgedIds(plan).length + pinnedIds(plan).length > 0;
}

/** Records that the apply of a plan begins, and with it `settled`. */
export async function startJournal(
  plan: Plan,
  start: JournalStart,
  settled: readonly CatalogChange[],
): Promise<ApplyJournal> {
  const { catalog, holder, startedAt, by, worker, planDigest } = start;
  const points = purgedIds(plan);
  const at = points.length === 0 ? startedAt : latestOf(startedAt, await catalog.points());
  const after = toInstant(at + plan.points.grace);
  const record: ApplyRecord = {
    id: applyIdOf(holder),
    startedAt,
    endedAt: null,
    status: "running",
    planDigest: planDigest ?? null,
    by: by ?? `unknown@${holder.host}`,
    ...(worker === undefined ? {} : { worker }),
    changes: recordedChanges(plan, await catalog.objects(), startedAt),
    points,
    noReturnAfter: points.length === 0 ? null : after,
    undo: null,
    undoes: null,
  };
  await catalog.write([...settled, { kind: "put_apply", apply: record }]);
  return new ApplyJournal(catalog, record, new Tombstones({ apply: record.id, at, after }));
}

/** `apply-3f2a1b4c5d6e`: one lock, one apply. */
export function applyIdOf({ id }: LockHolder): string {
  return `apply-${id.replaceAll("-", "").slice(0, 12)}`;
}

/** A clock that is behind what the catalog knows to have happened would let the grace end early. */
export function latestOf(now: Instant, points: readonly RecoveryPoint[]): Instant {
  let latest = now;
  for (const { storedAt, createdAt } of points) {
    const seen = storedAt ?? createdAt;
    if (seen !== null && seen > latest) latest = seen;
  }
  return latest;
}

function recordedChanges(
  plan: Plan,
  objects: readonly CatalogObject[],
  startedAt: Instant,
): readonly RecordedChange[] {
  const renames = renamesIn(plan);
  const recorded = new Map(objects.map((object) => [object.address, object]));
  return plan.changes.flatMap((change) => {
    const { address, previousAddress, action } = change;
    if (action === "no-op" && previousAddress === null) return [];
    const before = recorded.get(previousAddress ?? address) ?? null;
    const isMove = action === "no-op";
    const moved = before === null ? null : renameObject(before, renames);
    const after = isMove ? moved : objectOf(change, startedAt);
    const name = isMove ? "move" : action;
    return [{ address, previousAddress, action: name, before, after, done: false }];
  });
}

/** What is recorded of an object; null where it goes. */
function objectOf(change: ResourceChange, appliedAt: Instant): CatalogObject | null {
  const { address, type, after, sensitiveAfter, preventDestroy, dependsOn } = change;
  if (after === null) return null;
  return {
    address,
    type,
    attributes: after,
    dependsOn,
    appliedAt,
    ...(sensitiveAfter.length > 0 ? { sensitive: sensitiveAfter } : {}),
    ...(preventDestroy ? { preventDestroy } : {}),
  };
}
