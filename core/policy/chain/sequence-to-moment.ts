import type { Instant } from "../../kit/clock.ts";
import { type Branch, type ChainedLog, later } from "./branch.ts";
import { firstWhere } from "./first-where.ts";
import { gapAfter, sequenceEndingWith } from "./log-path.ts";
import {
  type Impossible,
  isImpossible,
  type RestoreAnswer,
  type RestoreTarget,
} from "./restore-target.ts";

/** The way to a moment on one line of history: a data backup that finished then, or logs up to the one that reaches it. */
export function sequenceToInstant(branch: Branch, at: Instant): RestoreAnswer {
  const data = [...branch.pastFulls, ...branch.starts];
  const itself =
    data.findLast(({ finishedAt }) => finishedAt === at) ??
    branch.starts.findLast(({ finishedAt, reaches }) => finishedAt <= at && at <= reaches);
  if (itself !== undefined) {
    return { full: itself.full, differential: itself.differential, logs: [], stop: null };
  }
  const candidates = logsThatReach(branch.logs, at);
  const ways = candidates.map((last) => ({ last, answer: endingWith(branch, last, at) }));
  const way = ways.find(({ answer }) => !isImpossible(answer)) ?? ways[0];
  if (way === undefined) return unreached(branch, at);
  return exacter(branch, way.last, at) ?? way.answer;
}

function endingWith(branch: Branch, last: ChainedLog, at: Instant): RestoreAnswer {
  const answer = sequenceEndingWith(branch, {
    last,
    stop: at < last.settled ? { kind: "instant", at } : null,
    mayStartWith: ({ finishedAt }) => finishedAt <= at,
    mayPass: (log) => !goesBeyond(log, at),
  });
  return stoppingInBulk(answer, last) ?? answer;
}

/** Nor is there a way back from a log with such changes that goes beyond the moment: none may lie before the last one. */
function goesBeyond({ header, settled }: ChainedLog, at: Instant): boolean {
  return header.bulkLogged && header.newest > at && settled > at;
}

/**
 * A bulk-logged log may have ended a little before it finished. Where the log after it is there, that one gives what was
 * committed between.
 */
function exacter(branch: Branch, last: ChainedLog, at: Instant): RestoreAnswer | undefined {
  const { header, settled, reaches } = last;
  if (at !== settled || at !== reaches || header.newest === at) return undefined;
  return branch.logs
    .filter((next) => next.header.firstLsn === header.lastLsn && next.reaches >= at)
    .map((next) => endingWith(branch, next, at))
    .find((answer) => !isImpossible(answer));
}

/** The first log that reaches the moment, and those that lie over it: a copy, or one that a fork made. */
function logsThatReach(logs: readonly ChainedLog[], at: Instant): readonly ChainedLog[] {
  const place = firstWhere(logs, ({ reachedSoFar }) => reachedSoFar >= at);
  const end = logs[place]?.header.lastLsn;
  const over = firstWhere(logs, ({ header }) => end === undefined || header.firstLsn >= end);
  return logs.slice(place, over).filter(({ reaches }) => reaches >= at);
}

/** The moment is after everything, before it, or between two data backups that no logs join. */
function unreached(branch: Branch, at: Instant): Impossible {
  const { starts, logs } = branch;
  const newest = newestOf(branch);
  if (newest !== undefined && newest < at) return { reason: "log_ends_before", newest };
  const early = starts.findLast(({ finishedAt }) => finishedAt < at);
  if (early === undefined) return { reason: "no_full_before" };
  const late = starts.find(({ finishedAt, end }) => finishedAt > at && end > early.end);
  if (late === undefined) return { reason: "no_full_before" };
  const between = logs.filter(({ header }) => header.lastLsn < late.end);
  return { reason: "log_gap", ...gapAfter(between, early.end, late.end) };
}

/** The first that works; else what is wrong with the first. */
function firstWay(answers: readonly RestoreAnswer[]): RestoreAnswer {
  const usable = answers.find((answer) => !isImpossible(answer));
  return usable ?? answers[0] ?? { reason: "no_full_before" };
}

/** SQL Server does not stop within a log that holds changes logged in bulk (errors 4327, 4341). */
function stoppingInBulk(
  answer: RestoreAnswer,
  { header, settled }: ChainedLog,
): Impossible | undefined {
  if (isImpossible(answer) || answer.stop === null) return undefined;
  return header.bulkLogged ? { reason: "bulk_logged", set: header.set, end: settled } : undefined;
}

/** The newest moment that any set of the line holds. */
export function newestOf({ starts, logs }: Branch): Instant | undefined {
  return starts.reduce<Instant | undefined>(
    (newest, { reaches }) => later(reaches, newest),
    logs.at(-1)?.reachedSoFar,
  );
}

type MarkTarget = Extract<RestoreTarget, { readonly kind: "mark" }>;

/** The way to a marked transaction on one line of history. */
export function sequenceToMark(branch: Branch, target: MarkTarget): RestoreAnswer {
  const { name, stop, after } = target;
  const found = branch.logs.flatMap((last) =>
    last.header.marks
      .filter((mark) => mark.name === name && (after === undefined || mark.at >= after))
      .map((mark) => ({ mark, last })),
  );
  const distinct = [...new Map(found.map(({ mark }) => [mark.lsn, mark])).values()];
  const [wanted] = distinct;
  if (wanted === undefined) return { reason: "mark_unknown", name };
  if (distinct.length > 1 && after === undefined) {
    return { reason: "mark_ambiguous", name, at: distinct.map(({ at }) => at) };
  }
  const answers = found
    .filter(({ mark }) => mark.lsn === wanted.lsn)
    .map(({ last }) => {
      const answer = sequenceEndingWith(branch, {
        last,
        stop: { kind: "mark", name, stop, lsn: wanted.lsn },
        mayStartWith: ({ end }) => end <= wanted.lsn,
        mayPass: ({ header }) => header.lastLsn <= wanted.lsn,
      });
      return stoppingInBulk(answer, last) ?? answer;
    });
  return firstWay(answers);
}
