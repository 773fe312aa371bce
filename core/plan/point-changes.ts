import type { Address } from "../address/address.ts";
import { changedCoverage } from "./points/changed-coverage.ts";
import { databaseOutlooks, sumCounts } from "./points/database-outlooks.ts";
import { judgePoints } from "./points/judge-points.ts";
import type { PointsOutlook, RecoveryPointChange, VaultOutlook } from "./points/outlook.ts";
import { type JudgedSet, judgeSet } from "./points/set-changes.ts";
import { type PointInput, type SetFacts, setsOf } from "./points/set-facts.ts";

interface PointSettings {
  /** How long a purge can be undone, in milliseconds. */
  readonly grace: number;
  readonly storageGibMonth: number | null;
}

export interface PointFindings {
  /** Oldest first. */
  readonly recoveryPointChanges: readonly RecoveryPointChange[];
  readonly points: PointsOutlook;
}

/**
 * What a plan does to listed points. A purge is what the recorded rule would have kept at `at` and the planned one gives up;
 * what the recorded rule gives up already was foretold, and is for the next prune. Bytes are for vaults to say.
 */
export function pointChanges(input: PointInput, settings: PointSettings): PointFindings {
  const sets = setsOf(input);
  const judged = sets.flatMap((set) => judgeSet(set) ?? []);
  const changes = changesInOrder(judged);
  const databases = judged
    .toSorted((a, b) => (a.backupSet < b.backupSet ? -1 : 1))
    .flatMap(databaseOutlooks);
  const counts = sumCounts(databases);
  const { grace, storageGibMonth } = settings;
  return {
    recoveryPointChanges: changes,
    points: {
      grace,
      noReturnAfter: counts.purge === 0 ? null : ((input.at + grace) as typeof input.at),
      counts,
      databases,
      coverage: changedCoverage(judged, sets, judgeUnchanged),
      vaults: vaultsOf(judged),
      storageGibMonth,
    },
  };
}

/** A million changes of sets that are in order each are put in order sooner than a million without any. */
function changesInOrder(sets: readonly JudgedSet[]): readonly RecoveryPointChange[] {
  const last = sets.reduce((most, { points }) => Math.max(most, points.at(-1)?.order ?? 0), 0);
  const slots: (RecoveryPointChange | undefined)[] = Array.from({ length: last + 1 });
  for (const { points, changes } of sets) {
    for (const [index, change] of changes.entries()) {
      const point = points[index];
      if (change !== undefined && point !== undefined) slots[point.order] = change;
    }
  }
  const changes = slots.filter((change) => change !== undefined);
  return isInOrder(changes) ? changes : changes.sort(oldestFirst);
}

function isInOrder(changes: readonly RecoveryPointChange[]): boolean {
  let last: RecoveryPointChange | undefined;
  for (const change of changes) {
    if (last !== undefined && oldestFirst(last, change) > 0) return false;
    last = change;
  }
  return true;
}

function oldestFirst(a: RecoveryPointChange, b: RecoveryPointChange): number {
  return (a.createdAt ?? 0) - (b.createdAt ?? 0) || (a.id < b.id ? -1 : 1);
}

function judgeUnchanged(facts: SetFacts): JudgedSet {
  const { backupSet, ruleBefore, judge } = facts;
  const points = judge();
  const judgement = judgePoints(points, ruleBefore, facts);
  const timezone = ruleBefore?.timezone ?? "UTC";
  return { backupSet, timezone, points, before: judgement, after: judgement, changes: [] };
}

function vaultsOf(sets: readonly JudgedSet[]): readonly VaultOutlook[] {
  const purges = new Map<Address, { count: number }>();
  let last: Address | undefined;
  let counter = { count: 0 };
  for (const { changes } of sets) {
    for (const change of changes) {
      const vault = change?.change === "purge" ? change.vault : null;
      if (vault === null) continue;
      if (vault !== last) counter = purges.get(vault) ?? { count: 0 };
      if (counter.count === 0) purges.set(vault, counter);
      counter.count += 1;
      last = vault;
    }
  }
  return [...purges]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([vault, { count }]) => {
      return { vault, purges: count, freedBytes: null, overdueBytes: null, unknown: "not_asked" };
    });
}
