import type { Instant } from "../../kit/clock.ts";
import { type ClassDay, createClassCalendar } from "./class-calendar.ts";
import { type Representative, representativesOf } from "./representatives.ts";
import { type End, NO_END, type Reasons, reasonIf } from "./retained-by.ts";
import type { RetainedPoint } from "./retained-point.ts";
import type { RetentionRule } from "./retention-rule.ts";

/** What the classes and a legal hold say of points. */
export interface Classes {
  /** Points of one day that stand for no period share all there is to say of them (B-65). */
  readonly calendar: (instant: Instant) => ClassDay;
  /** The periods that a point stands for. */
  readonly stands: ReadonlyMap<RetainedPoint, readonly Representative[]>;
  readonly held: boolean;
  readonly frozen: boolean;
}

const NOTHING: readonly Representative[] = [];

/** Takes the points of each database without logs. */
export function classesOf(
  databases: readonly (readonly RetainedPoint[])[],
  rule: RetentionRule,
): Classes {
  const calendar = createClassCalendar(rule);
  const stands = new Map<RetainedPoint, Representative[]>();
  for (const stand of representativesOf(databases, rule, calendar)) {
    const others = stands.get(stand.point) ?? [];
    stands.set(stand.point, [...others, stand]);
  }
  return { calendar, stands, held: rule.legalHold === true, frozen: rule.frozen === true };
}

/** Until when the classes and the hold keep a point. The longest class wins. */
export function classEnd(point: RetainedPoint, { calendar, stands, held }: Classes): End {
  if (held) return NO_END;
  let end: End = calendar(point.createdAt).dailyEnd;
  for (const stand of stands.get(point) ?? NOTHING) end = Math.max(end, stand.end);
  return end;
}

/** Which of them keep it at that instant. */
export function classReasons(
  point: RetainedPoint,
  { calendar, stands, held, frozen }: Classes,
  at: Instant,
): Reasons {
  const { dailyEnd } = calendar(point.createdAt);
  let reasons = reasonIf(dailyEnd > at, "daily") | reasonIf(held, "legal_hold");
  reasons |= reasonIf(frozen, "frozen");
  for (const { end, period } of stands.get(point) ?? NOTHING) reasons |= reasonIf(end > at, period);
  return reasons;
}
