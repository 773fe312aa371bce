import type { Instant } from "../../kit/clock.ts";
import type { Branch, ChainedLog } from "./branch.ts";
import { sequenceEndingWith } from "./log-path.ts";
import {
  type Impossible,
  isImpossible,
  type RestoreAnswer,
  type RestoreTarget,
} from "./restore-target.ts";

/** The way to a moment on one line of history: a data backup that finished then, or logs up to the one that reaches it. */
export function sequenceToInstant(branch: Branch, at: Instant): RestoreAnswer {
  const data = [...branch.pastFulls, ...branch.starts];
  const itself = data.findLast(({ finishedAt }) => finishedAt === at);
  if (itself !== undefined) {
    return { full: itself.full, differential: itself.differential, logs: [], stop: null };
  }
  const candidates = logsThatReach(branch.logs, at);
  const [first] = candidates;
  if (first === undefined) {
    const newest = newestOf(branch);
    return newest === undefined || newest >= at
      ? { reason: "no_full_before" }
      : { reason: "log_ends_before", newest };
  }
  const answers = candidates.map((last) => {
    const answer = sequenceEndingWith(branch, {
      last,
      stop: at < last.header.finishedAt ? { kind: "instant", at } : null,
      mayStartWith: ({ finishedAt }) => finishedAt <= at,
    });
    return stoppingInBulk(answer) ?? answer;
  });
  return firstWay(answers);
}

/** The first log that reaches the moment, and those that lie over it: a copy, or one that a fork made. */
function logsThatReach(logs: readonly ChainedLog[], at: Instant): readonly ChainedLog[] {
  let low = 0;
  let high = logs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((logs[middle]?.reachedSoFar ?? at) >= at) high = middle;
    else low = middle + 1;
  }
  const first = logs[low];
  if (first === undefined) return [];
  const reaching = [first];
  for (let place = low + 1; place < logs.length; place += 1) {
    const log = logs[place];
    if (log === undefined || log.header.firstLsn >= first.header.lastLsn) break;
    if (log.reaches >= at) reaching.push(log);
  }
  return reaching;
}

/** The first that works; else what is wrong with the first. */
function firstWay(answers: readonly RestoreAnswer[]): RestoreAnswer {
  const usable = answers.find((answer) => !isImpossible(answer));
  return usable ?? answers[0] ?? { reason: "no_full_before" };
}

/** SQL Server does not stop within a log that holds changes logged in bulk (errors 4327, 4341). */
function stoppingInBulk(answer: RestoreAnswer): Impossible | undefined {
  if (isImpossible(answer) || answer.stop === null) return undefined;
  const last = answer.logs.at(-1);
  if (last?.bulkLogged !== true) return undefined;
  return { reason: "bulk_logged", set: last.set, end: last.newest };
}

/** The newest moment that any set of the line holds. */
export function newestOf({ starts, logs }: Branch): Instant | undefined {
  const moments = [...starts.map(({ finishedAt }) => finishedAt), logs.at(-1)?.reachedSoFar];
  return moments.reduce(
    (newest, moment) => (moment !== undefined && moment > (newest ?? -1) ? moment : newest),
    undefined,
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
      });
      return stoppingInBulk(answer) ?? answer;
    });
  return firstWay(answers);
}
