import type { Instant } from "../../kit/clock.ts";
import type { PolicyPoint } from "../model/policy-point.ts";
import type { PolicyRule } from "../model/policy-rule.ts";
import { type VirtualRun, virtualRuns } from "./virtual-runs.ts";

const DAY = 86_400_000;
/** Two years and some: a schedule that comes once a year comes twice within it. */
const SPAN = 800 * DAY;
/** More starts than this within the span repeat by the week. */
const MOST_RUNS = 60;

/** Fulls and differentials that the schedule makes after `from`, if each takes no time. */
export function scheduledDataPoints(rule: PolicyRule, from: Instant): readonly PolicyPoint[] {
  const span = { from, until: (from + SPAN) as Instant, durations: {} };
  const points: PolicyPoint[] = [];
  let base: string | null = null;
  for (const run of virtualRuns({ ...rule, log: null, cdc: null }, span)) {
    const point = pointOf(run, base, points.length);
    if (run.type === "full") base = point.id;
    points.push(point);
    if (points.length > MOST_RUNS) break;
  }
  return points;
}

/** Without a day of the month and a month, a schedule is due in every week. */
export function comesEachWeek({ full, differential }: PolicyRule): boolean {
  return [full, differential].some(
    (cron) =>
      cron !== null &&
      /^(?:\S+\s+\S+\s+\*\s+\*\s|@(?:daily|weekly|hourly)$)/i.test(cron.schedule.trim()),
  );
}

function pointOf(run: VirtualRun, base: string | null, index: number): PolicyPoint {
  return {
    id: String(index),
    server: "",
    database: "",
    type: run.type,
    startedAt: run.startedAt,
    createdAt: run.completedAt,
    base: run.type === "full" ? null : base,
    reach: null,
  };
}
