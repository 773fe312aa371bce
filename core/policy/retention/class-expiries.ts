import type { Instant } from "../../kit/clock.ts";
import { createClassCalendar } from "./class-calendar.ts";
import { representativesOf } from "./representatives.ts";
import { byDatabase, isLog, type RetainedPoint } from "./retained-point.ts";
import type { RetentionClass, RetentionRule } from "./retention-rule.ts";

/** For each point when each class gives it up. A class for which the point does not stand is absent; `daily` never is. */
export function classExpiries(
  points: readonly RetainedPoint[],
  rule: RetentionRule,
): ReadonlyMap<string, ReadonlyMap<RetentionClass, Instant>> {
  const calendar = createClassCalendar(rule);
  const expiries = new Map(
    points.map(({ id, createdAt }) => [
      id,
      new Map<RetentionClass, Instant>([["daily", calendar(createdAt).dailyEnd]]),
    ]),
  );
  const data = byDatabase(points.filter((point) => !isLog(point)));
  for (const { point, period, end } of representativesOf(data, rule, calendar)) {
    expiries.get(point.id)?.set(period, end);
  }
  return expiries;
}
