import type { Instant } from "../../kit/clock.ts";
import { endsAt } from "../coverage/log-path.ts";
import { dependenciesOf } from "./dependencies.ts";
import type { RetentionDecision } from "./retained-by.ts";
import { isLog, type RetainedPoint } from "./retained-point.ts";

/** Milliseconds by which the clocks of a writer and of its store may differ; a backup's last packs are put meanwhile, too. */
const TOLERANCE = 60 * 60 * 1000;

type Decisions = ReadonlyMap<string, RetentionDecision>;
type Decide = (points: readonly RetainedPoint[]) => Decisions;

/**
 * Decides by the dates that points claim, and where the store got some at quite another time, by the store's dates as
 * well: a point goes only when both say so. So a clock that was wrong, or dates that somebody made up, can keep points
 * longer and never make others go earlier: a point that claims to be the last of an old week takes nobody's place.
 */
export function decideByBothDates(points: readonly RetainedPoint[], decide: Decide): Decisions {
  const claimed = decide(points);
  if (!points.some(isMisdated)) return claimed;
  const stored = decide(points.map(asStored));
  const merged = new Map(claimed);
  for (const [id, decision] of claimed) {
    if (decision.retainedBy.length === 0) merged.set(id, otherwise(decision, stored.get(id)));
  }
  keepNeeded(points, merged);
  return merged;
}

/** The store got it at quite another time than it claims. */
export function isMisdated({ createdAt, storedAt }: RetainedPoint): boolean {
  return !!storedAt && Math.abs(storedAt - createdAt) > TOLERANCE;
}

/** Only its date is another: it stays where it stands in the log. */
export function asStored(point: RetainedPoint): RetainedPoint {
  const createdAt = (point.storedAt ?? point.createdAt) as Instant;
  return { ...point, createdAt, standsAt: endsAt(point) };
}

/** What the store's dates say of a point that its own date gives up; undecided where they lie ahead. */
function otherwise(
  claimed: RetentionDecision,
  stored: RetentionDecision | undefined,
): RetentionDecision {
  if (stored !== undefined && stored.retainedBy.length === 0) return claimed;
  return { expiresAt: stored?.expiresAt ?? null, retainedBy: ["store_date"] };
}

/** Nothing that is kept loses what it needs because two dates led to two answers. */
function keepNeeded(
  points: readonly RetainedPoint[],
  decisions: Map<string, RetentionDecision>,
): void {
  const isGone = ({ id }: Pick<RetainedPoint, "id">): boolean =>
    decisions.get(id)?.retainedBy.length === 0;
  const { restorable } = dependenciesOf(points.filter((point) => !isLog(point)));
  for (const point of restorable.toReversed()) {
    if (isGone(point)) continue;
    for (const needed of point.needs.filter(isGone)) {
      decisions.set(needed.id, { expiresAt: null, retainedBy: ["dependency"] });
    }
  }
}
