import { appliedLogs, endsAt, standalonePoints } from "../coverage/log-path.ts";
import type { LogReach } from "../model/policy-point.ts";
import { type End, NO_BEGINNING } from "./retained-by.ts";
import { byDatabase, isNewer, type RetainedPoint } from "./retained-point.ts";

/**
 * A point with what it needs: a differential its full, a segment of changes its base, and the segment before it where it
 * begins after its base. Logs need theirs too, but do not keep them, so they are not meant here. Nor are points
 * that cannot be restored any more: what is left of what they need is of no use to them, so they keep none of it.
 */
export interface LinkedPoint extends RetainedPoint {
  /** All it needs is there, up to a full. */
  isRestorable: boolean;
  /** What it needs at once. */
  needs: readonly LinkedPoint[];
  /** Until then something that is kept needs it; `NO_BEGINNING` where nothing does. */
  neededUntil: End;
}

export interface Dependencies {
  /** As they were given. */
  readonly points: readonly LinkedPoint[];
  /** Those that can be restored; each comes after what it needs. */
  readonly restorable: readonly LinkedPoint[];
}

/** A segment of changes whose place in the log is known. */
type Segment = LinkedPoint & { readonly reach: LogReach };

/** Of one database what was found to be restorable. */
interface Found {
  /** By id; a segment with a place is nothing's base. */
  readonly bases: ReadonlyMap<string, LinkedPoint>;
  readonly restorable: LinkedPoint[];
}

const NOTHING: readonly LinkedPoint[] = [];

/** Of points without logs. */
export function dependenciesOf(given: readonly RetainedPoint[]): Dependencies {
  const points = given.map(unlinked);
  const restorable: LinkedPoint[] = [];
  for (const own of byDatabase(points)) {
    const standalone = standalonePoints(own);
    const bases = new Map(standalone.map((point) => [point.id, point]));
    const found: Found = { bases, restorable };
    for (const point of standalone) {
      const base = baseOf(point, found);
      link(point, base === undefined ? NOTHING : [base], found);
    }
    const segments = own.filter(isSegment);
    for (const { point, after } of appliedLogs(own)) linkSegment(point, after, found);
    linkEmpty(segments, found);
  }
  return { points, restorable };
}

function unlinked(point: RetainedPoint): LinkedPoint {
  return {
    id: point.id,
    server: point.server ?? "",
    database: point.database,
    type: point.type,
    createdAt: point.createdAt,
    base: point.base,
    reach: point.reach ?? null,
    standsAt: point.standsAt,
    isRestorable: false,
    needs: NOTHING,
    neededUntil: NO_BEGINNING,
  };
}

function isSegment(point: LinkedPoint): point is Segment {
  return point.type === "cdc" && !!point.reach;
}

function baseOf({ base }: LinkedPoint, { bases }: Found): LinkedPoint | undefined {
  return base === null ? undefined : bases.get(base);
}

function link(point: LinkedPoint, needs: readonly LinkedPoint[], { restorable }: Found): void {
  point.isRestorable = true;
  point.needs = needs;
  restorable.push(point);
}

/** What it is applied to is its base, or leads to it from there; the base may be gone where something else leads to it. */
function linkSegment(segment: Segment, after: LinkedPoint, found: Found): void {
  const base = baseOf(segment, found);
  if (base === undefined || base === after) link(segment, [after], found);
  else link(segment, follows(segment, base) ? [base] : [base, after], found);
}

/** Whether a segment begins before a full or differential ended, so that it follows it without another. */
function follows({ reach }: Segment, base: LinkedPoint): boolean {
  if (base.reach && base.reach.fork !== reach.fork) return false;
  const place = endsAt(base);
  return reach.from <= place && (place < reach.to || reach.from === reach.to);
}

/** Segments without changes need what they follow, and nothing follows them: the next begins where they do. */
function linkEmpty(segments: readonly Segment[], found: Found): void {
  const empty = segments.filter(({ reach }) => reach.from === reach.to);
  if (empty.length === 0) return;
  const ends = newestByEnd(segments.filter(({ isRestorable }) => isRestorable));
  for (const segment of empty) {
    const base = baseOf(segment, found);
    const isNext = base !== undefined && follows(segment, base);
    const after = isNext ? base : ends.get(placeKey(segment.reach));
    if (after !== undefined) linkSegment(segment, after, found);
  }
}

function newestByEnd(segments: readonly Segment[]): ReadonlyMap<string, Segment> {
  const ends = new Map<string, Segment>();
  for (const segment of segments) {
    const key = placeKey(segment.reach);
    const rival = ends.get(key);
    if (rival === undefined || isNewer(segment, rival)) ends.set(key, segment);
  }
  return ends;
}

function placeKey({ fork, to }: LogReach): string {
  return `${to} ${fork}`;
}

/** Hands the ends of points on to what they need, through any number of steps: the latest of all that need it counts. */
export function spreadEnds(
  { restorable }: Pick<Dependencies, "restorable">,
  endOf: (point: LinkedPoint) => End,
): void {
  for (const point of restorable.toReversed()) {
    const end = Math.max(endOf(point), point.neededUntil);
    for (const needed of point.needs) needed.neededUntil = Math.max(end, needed.neededUntil);
  }
}
