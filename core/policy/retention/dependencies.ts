import { appliedLogs, endsAt, standalonePoints } from "../coverage/log-path.ts";
import type { LogReach } from "../model/policy-point.ts";
import { basesOf } from "./bases.ts";
import { type End, NO_END } from "./retained-by.ts";
import { byDatabase, isNewer, type RetainedPoint } from "./retained-point.ts";

/**
 * What points need of each other: a differential its full, a segment of changes its base, and the segment before it where
 * it begins after its base. Logs need theirs too, but do not keep them, so they are not meant here. Nor are points
 * that cannot be restored any more: what is left of what they need is of no use to them, so they keep none of it.
 */
export interface Dependencies {
  /** The points that can be restored: all they need is there, up to a full. */
  readonly restorable: ReadonlySet<RetainedPoint>;
  /** What each of them needs at once, in such an order that each comes after what it needs. */
  readonly needs: ReadonlyMap<RetainedPoint, readonly RetainedPoint[]>;
}

/** A segment of changes whose place in the log is known. */
type Segment = RetainedPoint & { readonly reach: LogReach };

interface Found {
  readonly bases: ReadonlyMap<string, RetainedPoint>;
  readonly restorable: Set<RetainedPoint>;
  readonly needs: Map<RetainedPoint, readonly RetainedPoint[]>;
}

/** Of points without logs. */
export function dependenciesOf(points: readonly RetainedPoint[]): Dependencies {
  const found: Found = { bases: basesOf(points), restorable: new Set(), needs: new Map() };
  for (const own of byDatabase(points)) {
    for (const point of standalonePoints(own)) {
      const base = baseOf(point, found);
      add(point, base === undefined ? [] : [base], found);
    }
    const segments = own.filter(isSegment);
    if (segments.length === 0) continue;
    for (const { log, after } of appliedLogs(own, () => NO_END)) addSegment(log, after, found);
    addEmpty(segments, found);
  }
  return found;
}

function isSegment(point: RetainedPoint): point is Segment {
  return point.type === "cdc" && !!point.reach;
}

function baseOf({ base }: RetainedPoint, { bases }: Found): RetainedPoint | undefined {
  return base === null ? undefined : bases.get(base);
}

function add(point: RetainedPoint, needed: readonly RetainedPoint[], found: Found): void {
  found.restorable.add(point);
  if (needed.length > 0) found.needs.set(point, needed);
}

/** What it is applied to is its base, or leads to it from there; the base may be gone where something else leads to it. */
function addSegment(segment: Segment, after: RetainedPoint | undefined, found: Found): void {
  const base = baseOf(segment, found);
  const needed = new Set<RetainedPoint>();
  const isThere = base !== undefined && found.restorable.has(base);
  if (isThere) needed.add(base);
  if (after !== undefined && !(isThere && leadsTo(segment, base))) needed.add(after);
  add(segment, [...needed], found);
}

/** Whether a segment begins before a full or differential ended, so that it follows it without another. */
function leadsTo({ reach }: Segment, base: RetainedPoint): boolean {
  if (base.reach && base.reach.fork !== reach.fork) return false;
  const place = endsAt(base);
  return reach.from <= place && (place < reach.to || reach.from === reach.to);
}

/** Segments without changes need what they follow, and nothing follows them: the next begins where they do. */
function addEmpty(segments: readonly Segment[], found: Found): void {
  const empty = segments.filter(({ reach }) => reach.from === reach.to);
  if (empty.length === 0) return;
  const ends = new Map<string, Segment>();
  for (const segment of segments) {
    if (!found.restorable.has(segment)) continue;
    const key = placeKey(segment.reach);
    const rival = ends.get(key);
    if (rival === undefined || isNewer(segment, rival)) ends.set(key, segment);
  }
  for (const segment of empty) {
    const base = baseOf(segment, found);
    if (base !== undefined && found.restorable.has(base) && leadsTo(segment, base)) {
      add(segment, [base], found);
      continue;
    }
    const before = ends.get(placeKey(segment.reach));
    if (before !== undefined) addSegment(segment, before, found);
  }
}

function placeKey({ fork, to }: LogReach): string {
  return `${to} ${fork}`;
}

/** Until when something that can be restored needs each point: the latest end of all that do, through any number of steps. */
export function neededUntil(
  { needs }: Pick<Dependencies, "needs">,
  endOf: (point: RetainedPoint) => End,
): Map<RetainedPoint, End> {
  const ends = new Map<RetainedPoint, End>();
  for (const [point, needed] of [...needs].reverse()) {
    const end = Math.max(endOf(point), ends.get(point) ?? 0);
    for (const each of needed) ends.set(each, Math.max(end, ends.get(each) ?? 0));
  }
  return ends;
}

/** All that these points need, through any number of steps. */
export function allNeeded(
  points: readonly RetainedPoint[],
  { needs }: Pick<Dependencies, "needs">,
): ReadonlySet<RetainedPoint> {
  const all = new Set<RetainedPoint>();
  const open = points.flatMap((point) => needs.get(point) ?? []);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (all.has(next)) continue;
    all.add(next);
    open.push(...(needs.get(next) ?? []));
  }
  return all;
}
