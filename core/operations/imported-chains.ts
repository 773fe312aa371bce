import { type Instant, toInstant } from "../kit/clock.ts";
import type { LogPlace } from "../kit/log-place.ts";
import type { BackupSetFacts } from "../media/backup-set.ts";
import type { BackupHeader } from "../policy/chain/backup-header.ts";
import { findBranches } from "../policy/chain/branch.ts";
import { linePoints } from "../policy/chain/line-points.ts";
import { partByLineage } from "../policy/chain/lineage.ts";
import { placedHeader } from "../policy/chain/placed-header.ts";
import { coverageOf } from "../policy/coverage/coverage.ts";
import { tryParseInstant } from "../policy/simulate/read-instant.ts";

/** A set of the files that were read, with what is wrong with it. */
export interface ChainedSet {
  readonly facts: BackupSetFacts;
  readonly missingStripes: readonly number[];
  readonly damaged: boolean;
}

/** The backups of one database and where they lead. */
export interface ImportedChain {
  readonly database: string;
  /** In the order of their log sequence numbers, fulls before what follows them. */
  readonly sets: readonly BackupSetFacts[];
  /** Sets that lead nowhere: a differential without its full, a log that nothing joins. */
  readonly unreachable: readonly string[];
  /** Restorable moments, as stretches with both ends included. */
  readonly coverage: readonly { readonly from: Instant; readonly to: Instant }[];
}

/** Parts sets by the database that they come from, not by its name, and says to which moments each can be restored. */
export function chainsOf(sets: readonly ChainedSet[], zone: string): readonly ImportedChain[] {
  const factsOf = new Map(sets.map(({ facts }) => [facts.set, facts]));
  return partByLineage(sets.map((set) => headerOf(set, zone))).map((headers) => {
    const points = findBranches(headers).flatMap((branch) => linePoints(branch, ""));
    const coverage = coverageOf(points).map(({ from, to }) => ({ from, to }));
    const reached = new Set(
      points.filter(({ type, base }) => type === "full" || base !== null).map(({ id }) => id),
    );
    const own = headers.flatMap(({ set }) => factsOf.get(set) ?? []).toSorted(byPlace);
    const isEmpty = ({ type, firstLsn, lastLsn }: BackupSetFacts) =>
      type === "log" && firstLsn === lastLsn;
    return {
      database: own[0]?.database ?? "",
      sets: own,
      unreachable: own
        .filter((set) => !reached.has(set.set) && !isEmpty(set))
        .map(({ set }) => set),
      coverage,
    };
  });
}

/** When a set was begun and closed, by the clock of `zone`. A set without times is as old as time. */
export function timesOf(
  { startedLocal, finishedLocal }: BackupSetFacts,
  zone: string,
): { readonly startedAt: Instant; readonly finishedAt: Instant } {
  const read = (text: string | undefined) =>
    text === undefined
      ? undefined
      : (tryParseInstant(text, zone) ?? tryParseInstant(`${text}Z`, "UTC"));
  const startedAt = read(startedLocal) ?? toInstant(0);
  const finishedAt = read(finishedLocal) ?? startedAt;
  return { startedAt, finishedAt: toInstant(Math.max(startedAt, finishedAt)) };
}

/** Where a set stands in the log, as its medium has it. */
export function placeOf(
  facts: BackupSetFacts,
  { zone, damaged }: { readonly zone: string; readonly damaged: boolean },
): LogPlace {
  const { startedAt, finishedAt } = timesOf(facts, zone);
  const { differentialBase: base } = facts;
  return {
    set: facts.set,
    firstLsn: String(facts.firstLsn),
    lastLsn: String(facts.lastLsn),
    checkpointLsn: String(facts.checkpointLsn),
    newest: facts.type === "log" ? startedAt : finishedAt,
    fork: facts.fork,
    base: base === null ? null : { set: base.set, lsn: String(base.lsn) },
    currentFull: facts.currentBase,
    damaged,
  };
}

function headerOf({ facts, missingStripes, damaged }: ChainedSet, zone: string): BackupHeader {
  const { type, database } = facts;
  const place = placeOf(facts, { zone, damaged });
  return { ...placedHeader({ type, database, ...timesOf(facts, zone), place }), missingStripes };
}

function byPlace(one: BackupSetFacts, other: BackupSetFacts): number {
  if (one.lastLsn === other.lastLsn) return one.type === "full" ? -1 : 1;
  return one.lastLsn < other.lastLsn ? -1 : 1;
}
