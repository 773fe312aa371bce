import type { Instant } from "../../kit/clock.ts";
import type { PointType, PolicyPoint } from "../model/policy-point.ts";
import type { PolicyRule } from "../model/policy-rule.ts";
import { pointsToPurge } from "../retention/expiries-between.ts";
import type { ScheduleState } from "../schedule/due-times.ts";
import { comingReaches } from "./coming-reaches.ts";
import { futurePoints } from "./future-points.ts";
import { type ExpectedSize, expectedSizes, type ObservedPoint } from "./point-sizes.ts";
import { storedBytes } from "./stored-bytes.ts";
import { type Durations, type VirtualRun, virtualRuns } from "./virtual-runs.ts";

/** What there is when the forecast begins: the points of one backup set that exist. */
export interface Observed {
  readonly at: Instant;
  readonly points: readonly ObservedPoint[];
  /** Purged points: they say how large backups are, and what they brought is shared by the later ones. */
  readonly gone?: readonly ObservedPoint[] | undefined;
  readonly durations: Durations;
}

export interface GrowthOptions {
  /** At least 1. */
  readonly days: number;
  /** Price of one GiB kept for one month, in whatever currency the user thinks; null: no price is declared. */
  readonly storageGibMonth: number | null;
}

/** What is expected to exist at an instant. */
interface GrowthStep {
  readonly at: Instant;
  readonly points: Readonly<Record<PointType, number>>;
  readonly bytes: number;
  /** What keeping just that costs for a month; null without a price. */
  readonly monthlyCost: number | null;
}

export interface GrowthForecast {
  /** The first is the present, the last the end; each day, or up to 31 evenly over more days. */
  readonly steps: readonly GrowthStep[];
  /** Of the whole time; null without a price. */
  readonly cost: number | null;
  /** What each coming point is taken to add. Where bytes are null none was ever made, and none is counted. */
  readonly sizes: readonly ExpectedSize[];
  /** False where the schedule makes more points than are looked at: the forecast then ends early. */
  readonly isWhole: boolean;
}

const DAY = 86_400_000;
const MOST_STEPS = 31;
const MOST_POINTS = 100_000;
const RUNS_IN_A_SLICE = 1000;
const GIB = 2 ** 30;
/** A twelfth of 365.25 days. */
const MONTH = 30.4375 * DAY;

/**
 * How many points, bytes and how much money a policy comes to in the next days, if every backup succeeds and is as large as
 * the last ones of its type and database.
 */
export function forecastOf(
  rule: PolicyRule,
  observed: Observed,
  options: GrowthOptions,
): GrowthForecast {
  const slices = forecastInSlices(rule, observed, options);
  for (;;) {
    const slice = slices.next();
    if (slice.done === true) return slice.value;
  }
}

/** The same, a slice of some milliseconds with each step, so that a long forecast can be stopped between two. */
export function* forecastInSlices(
  rule: PolicyRule,
  observed: Observed,
  { days, storageGibMonth }: GrowthOptions,
): Generator<void, GrowthForecast> {
  const past = pastOf(observed);
  const sizes = expectedSizes(
    past.flatMap(({ gone, existing }) => [...gone, ...existing]),
    rule,
  );
  const wanted = (observed.at + days * DAY) as Instant;
  const { runs, until } = yield* comingRuns(rule, observed, wanted);
  const databases: DatabasePoints[] = [];
  for (const { gone, existing } of past) {
    yield;
    const reachOf = comingReaches(existing, rule, observed.at);
    const coming = futurePoints(existing, { runs, sizes, reachOf });
    databases.push({ gone, points: [...existing, ...coming] });
  }
  const steps: GrowthStep[] = [];
  for (const at of instantsOf(observed.at, until)) {
    const step = yield* stepAt(at, databases, rule);
    const monthlyCost = storageGibMonth === null ? null : (step.bytes / GIB) * storageGibMonth;
    steps.push({ ...step, monthlyCost });
  }
  const cost = storageGibMonth === null ? null : costOf(steps);
  return { steps, cost, sizes, isWhole: until === wanted };
}

/** The databases that have points; one whose points are all gone is not backed up any more. */
function pastOf({ points, gone = [] }: Observed) {
  const purged = byDatabase(gone);
  return [...byDatabase(points)].map(([key, existing]) => ({
    existing,
    gone: purged.get(key) ?? [],
  }));
}

function byDatabase(points: readonly ObservedPoint[]) {
  return Map.groupBy(points, ({ server, database }) => JSON.stringify([server, database]));
}

/** The runs that start by `wanted`, or earlier where they are too many. */
function* comingRuns(
  rule: PolicyRule,
  { at, points, durations }: Observed,
  wanted: Instant,
): Generator<void, { readonly runs: readonly VirtualRun[]; readonly until: Instant }> {
  const most = Math.floor(MOST_POINTS / Math.max(1, byDatabase(points).size));
  const runs: VirtualRun[] = [];
  for (const run of virtualRuns(rule, {
    from: at,
    until: wanted,
    durations,
    past: stateOf(points),
  })) {
    if (runs.length >= most) return { runs, until: runs.at(-1)?.completedAt ?? at };
    runs.push(run);
    if (runs.length % RUNS_IN_A_SLICE === 0) yield;
  }
  return { runs, until: wanted };
}

function stateOf(points: readonly PolicyPoint[]): ScheduleState {
  const newest = (types: readonly PointType[]) =>
    points
      .filter(({ type }) => types.includes(type))
      .reduce<Instant | null>((last, { createdAt }) => later(last, createdAt), null);
  return { lastFull: newest(["full"]), lastAnchor: newest(["full", "differential"]) };
}

function later(one: Instant | null, other: Instant): Instant {
  return one !== null && one > other ? one : other;
}

function instantsOf(from: Instant, until: Instant): readonly Instant[] {
  const count = Math.min(MOST_STEPS, Math.max(1, Math.ceil((until - from) / DAY)));
  const each = (until - from) / count;
  return Array.from(
    { length: count + 1 },
    (_, index) => Math.round(from + index * each) as Instant,
  );
}

interface DatabasePoints {
  readonly gone: readonly ObservedPoint[];
  /** Those that exist at the beginning, and those to come. */
  readonly points: readonly ObservedPoint[];
}

function* stepAt(
  at: Instant,
  databases: readonly DatabasePoints[],
  rule: PolicyRule,
): Generator<void, Omit<GrowthStep, "monthlyCost">> {
  const points = { full: 0, differential: 0, log: 0, cdc: 0, tail: 0 };
  let bytes = 0;
  for (const { gone, points: all } of databases) {
    yield;
    const made = all.filter(({ createdAt }) => createdAt <= at);
    const purged = pointsToPurge(made, rule.retention, at);
    const kept = new Set(made.filter(({ id }) => !purged.has(id)));
    for (const { type } of kept) points[type]++;
    bytes += storedBytes([...gone, ...made], (point) => kept.has(point));
  }
  return { at, points, bytes };
}

function costOf(steps: readonly GrowthStep[]): number {
  let cost = 0;
  for (const [index, { at, monthlyCost }] of steps.entries()) {
    const end = steps[index + 1]?.at ?? at;
    cost += (monthlyCost ?? 0) * ((end - at) / MONTH);
  }
  return cost;
}
