import type { Address } from "../address/address.ts";
import type { CatalogChange } from "../catalog/catalog.ts";
import type { PointPurge, RecoveryPoint } from "../catalog/recovery-point.ts";
import type { Plan, ResourceChange } from "../plan/plan.ts";
import type { PinReason } from "../plan/points/outlook.ts";

/** Types of objects that decide how long points are kept. */
const DECIDING: ReadonlySet<string> = new Set(["backup_set", "policy", "retention"]);

/** What keeps a point for as long as it lasts, whatever its days are; of the rest the end is known, or an apply brings it. */
const PASSING: ReadonlySet<PinReason> = new Set(["newest", "frozen", "floor", "backup"]);

/**
 * The points that an apply gives up, with the changes that cause it. A point is hidden in the write that records the first
 * of them: there is no moment at which its rule gives it up, and no grace is recorded.
 */
export class Tombstones {
  readonly #purge: PointPurge;
  readonly #pins = new Map<Address | null, Set<string>>();
  readonly #waiting = new Map<Address | null, Map<string, RecoveryPoint>>();
  readonly #done = new Set<string>();

  constructor(purge: PointPurge) {
    this.#purge = purge;
  }

  /** Until when what is hidden here can come back. */
  get after(): PointPurge["after"] {
    return this.#purge.after;
  }

  /** Ids of the points that are hidden. */
  get done(): ReadonlySet<string> {
    return this.#done;
  }

  /** No causes: it is hidden before the first change. */
  add(point: RecoveryPoint, causes: Iterable<Address>): void {
    const addresses = [...causes];
    for (const address of addresses.length > 0 ? addresses : [null]) {
      const points = this.#waiting.get(address) ?? new Map<string, RecoveryPoint>();
      this.#waiting.set(address, points.set(point.id, point));
    }
  }

  /** As `add`, of a point that stays for now: its grace begins once nothing pins it. */
  pin(id: string, causes: Iterable<Address>): void {
    const addresses = [...causes];
    for (const address of addresses.length > 0 ? addresses : [null]) {
      const ids = this.#pins.get(address) ?? new Set<string>();
      this.#pins.set(address, ids.add(id));
    }
  }

  /** What belongs into the write that records that change; null before all of them. */
  changesOf(address: Address | null): readonly CatalogChange[] {
    const { apply, at, after } = this.#purge;
    const pinned = { apply, grace: after - at };
    const pins = [...(this.#pins.get(address) ?? [])].map(
      (id): CatalogChange => ({ kind: "change_point", id, from: "listed", patch: { pinned } }),
    );
    return [...pins, ...this.#hidden(address)];
  }

  #hidden(address: Address | null): readonly CatalogChange[] {
    return [...(this.#waiting.get(address)?.values() ?? [])]
      .filter(({ id }) => !this.#done.has(id))
      .map(({ id }) => ({
        kind: "change_point",
        id,
        from: "listed",
        patch: { state: "tombstoned", purge: this.#purge },
      }));
  }

  /** That write is durable. */
  finish(address: Address | null): void {
    for (const id of this.#waiting.get(address)?.keys() ?? []) this.#done.add(id);
    this.#waiting.delete(address);
    this.#pins.delete(address);
  }
}

/** Ids of the points that a plan gives up. */
export function purgedIds({ recoveryPointChanges }: Plan): readonly string[] {
  return recoveryPointChanges.filter(({ change }) => change === "purge").map(({ id }) => id);
}

/** Ids of the points that a plan would give up if nothing kept them that passes. */
export function pinnedIds({ recoveryPointChanges }: Plan): readonly string[] {
  return recoveryPointChanges.flatMap(({ id, change, pinnedBy }) =>
    change === "pin" && pinnedBy.some(({ by }) => PASSING.has(by)) ? [id] : [],
  );
}

/** Puts what the plan gives up of `points`, which have the addresses that the plan gives. */
export function addTombstones(
  plan: Plan,
  points: readonly RecoveryPoint[],
  into: Tombstones,
): void {
  const { changes, recoveryPointChanges } = plan;
  const pins = new Set(pinnedIds(plan));
  const purges = new Map(
    recoveryPointChanges.flatMap((each) =>
      each.change === "purge" ? [[each.id, each.backupSet]] : [],
    ),
  );
  const byAddress = new Map(changes.map((change) => [change.address, change]));
  const deciding = changes.filter((change) => isPending(change) && DECIDING.has(change.type));
  const anything = deciding.map(({ address }) => address);
  for (const point of points) {
    if (point.state !== "listed") continue;
    const backupSet = purges.get(point.id);
    // What an earlier apply left is that one's to bring back.
    const isPinned = pins.has(point.id) && point.pinned === undefined;
    if (backupSet === undefined && !isPinned) continue;
    const causes = causesOf(backupSet ?? point.backupSet, byAddress);
    const all = causes.length > 0 ? causes : anything;
    if (backupSet === undefined) into.pin(point.id, all);
    else into.add(point, all);
  }
}

/** The changes among the set, its policies and their retentions, before and after. */
function causesOf(
  backupSet: Address,
  changes: ReadonlyMap<Address, ResourceChange>,
): readonly Address[] {
  const policies = referencesOf([backupSet], "policy", changes);
  const retentions = referencesOf(policies, "retention", changes);
  return [backupSet, ...policies, ...retentions].filter((address) => {
    const change = changes.get(address);
    return change !== undefined && isPending(change);
  });
}

function referencesOf(
  from: readonly Address[],
  argument: string,
  changes: ReadonlyMap<Address, ResourceChange>,
): readonly Address[] {
  const targets = from.flatMap((address) => {
    const change = changes.get(address);
    return [change?.before?.[argument], change?.after?.[argument]];
  });
  return [...new Set(targets.filter((each) => typeof each === "string"))] as Address[];
}

function isPending({ action }: ResourceChange): boolean {
  return action !== "no-op";
}
