import { type BackupHeader, isLog } from "./backup-header.ts";
import { type Branch, type ChainedLog, findBranches, isUsable } from "./branch.ts";
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

/**
 * Takes the sets of one database: those that `partByLineage` puts together. Sets of several databases do no harm to what
 * is found by GUID, but their sequence numbers mean nothing to each other: logs of the one would be offered after a full
 * of the other. Of two headers with one GUID the later counts. Sets that are damaged or not whole may be among them:
 * nothing is built on them, and who asks for one is told.
 */
export function indexChain(headers: readonly BackupHeader[]): Chain {
  return {
    bySet: new Map(headers.map((header) => [header.set, header])),
    branches: findBranches(headers),
  };
}

/**
 * The minimal sequence to the target: full, then perhaps a differential, then logs without a gap (B-70).
 *
 * Where there is no way, the answer says why; it never throws. `isImpossible` tells the two apart, and
 * `impossibleDiagnostic` says it to the user.
 * - An instant is inclusive: what was committed at `at` is there. A moment that two histories hold differently answers
 *   `fork_ambiguous` with the forks to choose from; one that all ways reach by the same sets needs no choice.
 * - `stop` null means everything, to the end of the last set: of a point always; of an instant where nothing more is known
 *   to have happened in that set. Otherwise RESTORE must stop there (STOPAT, STOPATMARK, STOPBEFOREMARK).
 * - With no way on any line, the reason is that of the line which goes on longest.
 */
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
  const answers = logsEndingWith(branch, header).map((last) =>
    sequenceEndingWith(branch, {
      last,
      stop: null,
      mayStartWith: ({ end }) => end <= header.lastLsn,
      mayPass: () => true,
    }),
  );
  return answers.find((answer) => !isImpossible(answer)) ?? answers[0] ?? emptyFrom(branch, header);
}

/** The log itself, unless it is empty, and those that lead to the same place. */
function logsEndingWith({ logs }: Branch, { set, lastLsn }: BackupHeader): readonly ChainedLog[] {
  const ending = logs.filter(({ header }) => header.lastLsn === lastLsn);
  const itself = ending.filter(({ header }) => header.set === set);
  return [...itself, ...ending];
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
