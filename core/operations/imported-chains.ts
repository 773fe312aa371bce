import { type Instant, toInstant } from "../kit/clock.ts";
import type { BackupSetFacts } from "../media/backup-set.ts";
import type { BackupHeader } from "../policy/chain/backup-header.ts";
import { findBranches } from "../policy/chain/branch.ts";
import { parseForkGuid, parseSetGuid } from "../policy/chain/guid.ts";
import { linePoints } from "../policy/chain/line-points.ts";
import { partByLineage } from "../policy/chain/lineage.ts";
import { parseLsn } from "../policy/chain/lsn.ts";
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

/** Stands for the fork where a medium names none: such sets are of one line. */
const ONE_LINE = parseForkGuid("00000000-0000-0000-0000-000000000001");

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

function headerOf({ facts, missingStripes, damaged }: ChainedSet, zone: string): BackupHeader {
  const { startedAt, finishedAt } = timesOf(facts, zone);
  const fork = facts.fork === null ? ONE_LINE : parseForkGuid(facts.fork);
  const { differentialBase } = facts;
  return {
    set: parseSetGuid(facts.set),
    type: facts.type,
    database: facts.database,
    family: null,
    firstLsn: parseLsn(String(facts.firstLsn)),
    lastLsn: parseLsn(String(facts.lastLsn)),
    checkpointLsn: parseLsn(String(facts.checkpointLsn)),
    startedAt,
    finishedAt,
    newest: facts.type === "log" ? startedAt : finishedAt,
    firstFork: fork,
    lastFork: fork,
    forkPoint: null,
    differentialBase:
      differentialBase === null
        ? null
        : {
            set: parseSetGuid(differentialBase.set),
            lsn: parseLsn(String(differentialBase.lsn)),
          },
    currentFull: facts.currentBase === null ? null : parseSetGuid(facts.currentBase),
    copyOnly: false,
    bulkLogged: false,
    beginsLogChain: false,
    damaged,
    foreign: true,
    missingStripes,
    marks: [],
  };
}

function byPlace(one: BackupSetFacts, other: BackupSetFacts): number {
  if (one.lastLsn === other.lastLsn) return one.type === "full" ? -1 : 1;
  return one.lastLsn < other.lastLsn ? -1 : 1;
}
