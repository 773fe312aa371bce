import { type BackupHeader, isEmptyLog, isLog } from "./backup-header.ts";
import { type Branch, findBranches, isUsable } from "./branch.ts";
import { differentialBase } from "./differential-base.ts";
import type { ForkGuid, SetGuid } from "./guid.ts";
import { sequenceEndingWith } from "./log-path.ts";
import {
  type Impossible,
  isImpossible,
  type RestoreAnswer,
  type RestoreSequence,
  type RestoreTarget,
} from "./restore-target.ts";
import { newestOf, sequenceToInstant, sequenceToMark } from "./sequence-to-moment.ts";

/** The sets of one database, ready to be searched many times. */
export interface Chain {
  readonly bySet: ReadonlyMap<SetGuid, BackupHeader>;
  readonly branches: readonly Branch[];
}

/** Takes the sets of one database: those that `partByLineage` puts together. */
export function indexChain(headers: readonly BackupHeader[]): Chain {
  return {
    bySet: new Map(headers.map((header) => [header.set, header])),
    branches: findBranches(headers),
  };
}

/** The minimal sequence to the target: full, then perhaps a differential, then logs without a gap (B-70). */
export function restoreSequence(target: RestoreTarget, chain: Chain): RestoreAnswer {
  switch (target.kind) {
    case "point":
      return sequenceToPoint(chain, target.set);
    case "instant":
      return onOneBranch(chain, target.fork, (branch) => sequenceToInstant(branch, target.at));
    case "mark":
      return onOneBranch(chain, target.fork, (branch) => sequenceToMark(branch, target));
    default:
      return target satisfies never;
  }
}

function sequenceToPoint({ bySet, branches }: Chain, set: SetGuid): RestoreAnswer {
  const header = bySet.get(set);
  if (header === undefined) return { reason: "unknown_point", set };
  if (!isUsable(header)) return unusable(header);
  if (header.type === "full") return { full: header, differential: null, logs: [], stop: null };
  if (!isLog(header)) {
    const full = differentialBase(header, bySet);
    if (typeof full === "string") {
      return { reason: full, set, base: header.differentialBase?.set ?? null };
    }
    if (!isUsable(full)) return unusable(full);
    return { full, differential: header, logs: [], stop: null };
  }
  const branch = branches.find(({ fork }) => fork === header.lastFork);
  if (branch === undefined) return { reason: "no_full_before" };
  const last = branch.logs.find((log) =>
    isEmptyLog(header) ? log.header.lastLsn === header.lastLsn : log.header.set === set,
  );
  if (last === undefined) return emptyFrom(branch, header);
  return sequenceEndingWith(branch, {
    last,
    stop: null,
    mayStartWith: ({ end }) => end <= header.lastLsn,
  });
}

/** An empty log after no other: only a data backup that ends there leads to it. */
function emptyFrom({ starts }: Branch, { lastLsn }: BackupHeader): RestoreAnswer {
  const early = starts.findLast(({ end }) => end <= lastLsn);
  if (early === undefined) return { reason: "no_full_before" };
  if (early.end < lastLsn) return { reason: "log_gap", from: early.end, to: lastLsn };
  return { full: early.full, differential: early.differential, logs: [], stop: null };
}

function unusable({ damaged, set, missingStripes }: BackupHeader): Impossible {
  if (damaged) return { reason: "damaged", set };
  return { reason: "stripes_missing", set, stripes: missingStripes };
}

/**
 * A database that was restored and went on has two histories with one moment. Without a word on which, one is chosen only
 * where it makes no difference.
 */
function onOneBranch(
  { branches }: Chain,
  fork: ForkGuid | undefined,
  answerOn: (branch: Branch) => RestoreAnswer,
): RestoreAnswer {
  const chosen = branches.filter((branch) => fork === undefined || branch.fork === fork);
  const answers = chosen.map((branch) => ({ branch, answer: answerOn(branch) }));
  const ways = answers.flatMap(({ branch, answer }) =>
    isImpossible(answer) ? [] : [{ fork: branch.fork, answer }],
  );
  const [first] = ways;
  const different = ways.filter(({ answer }) => first !== undefined && !same(answer, first.answer));
  if (first !== undefined) {
    if (different.length === 0) return first.answer;
    return { reason: "fork_ambiguous", forks: ways.map((way) => way.fork) };
  }
  const newest = answers.toSorted((a, b) => newestAt(b.branch) - newestAt(a.branch))[0];
  if (newest !== undefined) return newest.answer;
  return fork === undefined ? { reason: "no_full_before" } : { reason: "fork_unknown", fork };
}

function newestAt(branch: Branch): number {
  return newestOf(branch) ?? Number.NEGATIVE_INFINITY;
}

function same(one: RestoreSequence, other: RestoreSequence): boolean {
  return (
    one.full.set === other.full.set &&
    one.differential?.set === other.differential?.set &&
    one.logs.length === other.logs.length &&
    one.logs.every(({ set }, at) => set === other.logs[at]?.set)
  );
}
