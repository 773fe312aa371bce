import { type Instant, toInstant } from "../../kit/clock.ts";
import { type BackupHeader, isEmptyLog, isLog } from "./backup-header.ts";
import { differentialBase } from "./differential-base.ts";
import { type ForkPath, findForkPaths, liesOn } from "./fork-path.ts";
import type { ForkGuid, SetGuid } from "./guid.ts";
import type { Lsn } from "./lsn.ts";

/** What a sequence can start with: a full, or a full and a differential of it. */
export interface Start {
  readonly full: BackupHeader;
  readonly differential: BackupHeader | null;
  /** Where it ends, and the logs go on. */
  readonly end: Lsn;
  /** It is consistent at that moment, and not before. */
  readonly finishedAt: Instant;
  /** Until then nothing happened, as logs say that end where it does; `finishedAt` where none does. */
  readonly reaches: Instant;
}

/** A log with what follows from its neighbours. */
export interface ChainedLog {
  readonly header: BackupHeader;
  /** From here on there is no gap up to this log. */
  readonly unbrokenFrom: Lsn;
  /** The last sequence number that this log or one before it reaches. */
  readonly endsSoFar: Lsn;
  /** By then it had surely come to where it ends: the moment at which the first set that ends there finished. */
  readonly settled: Instant;
  /**
   * The newest moment that this log reaches; other logs that end where it does may say that nothing happened for longer.
   * A bulk-logged log stands for the moment at which it finished, as data backups do: it ends somewhere between `newest`
   * and then, and nothing stops within it.
   */
  readonly reaches: Instant;
  /** The newest moment that this log or one before it reaches: grows, also where a clock was set back. */
  readonly reachedSoFar: Instant;
}

/** One line of history of one database, ready to be searched. */
export interface Branch {
  readonly fork: ForkGuid;
  /** By end, the earliest first. */
  readonly starts: readonly Start[];
  /**
   * Fulls that differentials of the line build on, of a fork that no set joins with the line. They are its past, but its
   * logs cannot be applied to them (error 4330).
   */
  readonly pastFulls: readonly Start[];
  /** Those with content, by their first record, then by their last. */
  readonly logs: readonly ChainedLog[];
}

/** Usable sets only: whole, undamaged, and on the line. */
export function findBranches(headers: readonly BackupHeader[]): readonly Branch[] {
  const usable = headers.filter(isUsable);
  const bySet = new Map(usable.map((header) => [header.set, header]));
  return [...findForkPaths(headers)].map(([fork, path]) => {
    const onLine = usable.filter((header) => isLog(header) && liesOn(path, header));
    const rests = restsAfter(onLine);
    const starts = startsOn(path, bySet).map((start) => {
      return { ...start, reaches: later(start.finishedAt, rests.get(start.end)?.until) };
    });
    const logs = chained(onLine, rests, earliestByEnd(starts));
    return { fork, starts, pastFulls: pastFullsOf(starts), logs };
  });
}

export function isUsable({ damaged, missingStripes }: BackupHeader): boolean {
  return !damaged && missingStripes.length === 0;
}

function startsOn(path: ForkPath, bySet: ReadonlyMap<SetGuid, BackupHeader>): readonly Start[] {
  return [...bySet.values()]
    .filter((header) => !isLog(header) && liesOn(path, header))
    .flatMap((header) => {
      const start = tryStart(header, bySet);
      return start === undefined ? [] : [start];
    })
    .sort((a, b) => compare(a.end, b.end) || a.finishedAt - b.finishedAt);
}

function pastFullsOf(starts: readonly Start[]): readonly Start[] {
  const there = new Set(starts.map(({ full, differential }) => (differential ?? full).set));
  const past = new Map<SetGuid, Start>();
  for (const { full } of starts) {
    if (!there.has(full.set)) past.set(full.set, startWith(full, null));
  }
  return [...past.values()];
}

/** Undefined for a differential whose base cannot be used. */
function tryStart(
  header: BackupHeader,
  bySet: ReadonlyMap<SetGuid, BackupHeader>,
): Start | undefined {
  if (header.type === "full") return startWith(header, null);
  const full = differentialBase(header, bySet);
  return typeof full === "string" ? undefined : startWith(full, header);
}

function startWith(full: BackupHeader, differential: BackupHeader | null): Start {
  const { lastLsn: end, finishedAt } = differential ?? full;
  return { full, differential, end, finishedAt, reaches: finishedAt };
}

function chained(
  onLine: readonly BackupHeader[],
  rests: ReadonlyMap<Lsn, Rest>,
  starts: ReadonlyMap<Lsn, Instant>,
): readonly ChainedLog[] {
  const sorted = onLine
    .filter((header) => !isEmptyLog(header))
    .sort((a, b) => compare(a.firstLsn, b.firstLsn) || compare(a.lastLsn, b.lastLsn));
  const logs: ChainedLog[] = [];
  let run: { from: Lsn; to: Lsn } | undefined;
  let reachedSoFar: Instant | undefined;
  for (const header of sorted) {
    const { firstLsn, lastLsn, newest, bulkLogged, finishedAt } = header;
    if (run === undefined || firstLsn > run.to) run = { from: firstLsn, to: lastLsn };
    else if (lastLsn > run.to) run.to = lastLsn;
    const { since, until } = rests.get(lastLsn) ?? { since: finishedAt, until: newest };
    const settled = earlier(since, starts.get(lastLsn));
    const reaches = bulkLogged ? later(settled, until) : until;
    reachedSoFar = later(reaches, reachedSoFar);
    logs.push({
      header,
      unbrokenFrom: run.from,
      endsSoFar: run.to,
      settled,
      reaches,
      reachedSoFar,
    });
  }
  return logs;
}

/** A time in which nothing happened. */
interface Rest {
  readonly since: Instant;
  readonly until: Instant;
}

/** What logs, empty ones too, say of the time after a sequence number. */
function restsAfter(logs: readonly BackupHeader[]): ReadonlyMap<Lsn, Rest> {
  const rests = new Map<Lsn, Rest>();
  for (const { lastLsn, finishedAt, newest } of logs) {
    const { since, until } = rests.get(lastLsn) ?? { since: finishedAt, until: newest };
    rests.set(lastLsn, { since: earlier(since, finishedAt), until: later(newest, until) });
  }
  return rests;
}

/** When the first start that ends there finished. */
function earliestByEnd(starts: readonly Start[]): ReadonlyMap<Lsn, Instant> {
  const earliest = new Map<Lsn, Instant>();
  for (const { end, finishedAt } of starts) {
    earliest.set(end, earlier(finishedAt, earliest.get(end)));
  }
  return earliest;
}

function earlier(one: Instant, other: Instant | undefined): Instant {
  return toInstant(Math.min(one, other ?? one));
}

export function later(one: Instant, other: Instant | undefined): Instant {
  return toInstant(Math.max(one, other ?? one));
}

function compare(a: bigint, b: bigint): number {
  return Number(a > b) - Number(a < b);
}
