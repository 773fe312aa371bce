import type { Instant } from "../../kit/clock.ts";
import { deadLogs } from "../coverage/coverage.ts";
import type { PolicyPoint } from "../model/policy-point.ts";
import { createClassCalendar } from "../retention/class-calendar.ts";
import { decideRetention } from "../retention/decide-retention.ts";
import { dependenciesOf } from "../retention/dependencies.ts";
import { representativesOf } from "../retention/representatives.ts";
import type { RetainedBy, RetentionDecision } from "../retention/retained-by.ts";
import { byDatabase, isLog, type RetainedPoint } from "../retention/retained-point.ts";
import { PERIODS, type RetentionClass, type RetentionRule } from "../retention/retention-rule.ts";

/** What one rule says of a point. */
export interface DerivationStep {
  readonly rule: RetainedBy | "dead_log";
  /** Rows of the list of behaviours that the rule comes from. */
  readonly seeds: readonly string[];
  /** Whether this rule keeps the point at the instant asked for; of `dead_log`, whether it takes it away. */
  readonly holds: boolean;
  /** When the rule gives the point up; null where no date says so. */
  readonly until: Instant | null;
  /** Days, weeks, months or years of a class. */
  readonly count: number | null;
  /** Of a class, who stands for the period; of `dependency`, the kept points that need this one. */
  readonly points: readonly string[];
}

/** Why a point is kept, or gone, at an instant. */
export interface Derivation {
  readonly decision: RetentionDecision;
  readonly steps: readonly DerivationStep[];
  /** Whether it exists after a purge at that instant. */
  readonly isKept: boolean;
}

const SEEDS: Readonly<Record<DerivationStep["rule"], readonly string[]>> = {
  daily: ["B-04", "B-09"],
  weekly: ["B-12", "B-33", "Q-13", "Q-20"],
  monthly: ["B-33", "Q-13", "Q-20"],
  yearly: ["B-33", "Q-13", "Q-20"],
  dependency: ["B-36", "B-37"],
  newest: [],
  legal_hold: [],
  frozen: [],
  store_date: [],
  dead_log: ["Q-23"],
};

/** Of a log the daily class is all there is. */
const LOG_SEEDS = ["B-04", "B-09", "B-65"] as const;

/** By id, what every rule that applies says of each of a backup set's points that were made until `at`. */
export function deriveRetention(
  points: readonly PolicyPoint[],
  rule: RetentionRule,
  at: Instant,
): ReadonlyMap<string, Derivation> {
  const known = points.filter(({ createdAt }) => createdAt <= at);
  const decisions = decideRetention(points, rule, at);
  const isRetained = ({ id }: PolicyPoint) => (decisions.get(id)?.retainedBy.length ?? 0) > 0;
  const retained = known.filter(isRetained);
  const view: View = {
    rule,
    at,
    decisions,
    stands: standsOf(known, rule),
    dependants: dependantsAmong(points, ({ id, createdAt }) => {
      return createdAt > at || (decisions.get(id)?.retainedBy.length ?? 0) > 0;
    }),
    dead: new Set(deadLogs(retained)),
  };
  return new Map(known.map((point) => [point.id, derive(point, view)]));
}

interface View {
  readonly rule: RetentionRule;
  readonly at: Instant;
  readonly decisions: ReadonlyMap<string, RetentionDecision>;
  readonly stands: (point: PolicyPoint, period: RetentionClass) => Standing | undefined;
  /** Kept points that need one, by its id. */
  readonly dependants: ReadonlyMap<string, readonly string[]>;
  readonly dead: ReadonlySet<string>;
}

interface Standing {
  readonly id: string;
  readonly end: Instant;
}

/** Finds who stands for the period that a point is in. */
function standsOf(points: readonly PolicyPoint[], rule: RetentionRule): View["stands"] {
  const calendar = createClassCalendar(rule);
  const data = points.filter((point) => !isLog(point));
  const standing = new Map<string, Standing>();
  const keyOf = (point: Pick<PolicyPoint, "database" | "server">, name: string, end: Instant) =>
    [point.server, point.database, name, end].join("\n");
  for (const { period, point, end } of representativesOf(byDatabase(data), rule, calendar)) {
    const found = calendar(point.createdAt).periods.find(({ name }) => name === period);
    const { server = "", database } = point;
    if (found !== undefined) {
      standing.set(keyOf({ server, database }, period, found.end), { id: point.id, end });
    }
  }
  return (point, period) => {
    const found = calendar(point.createdAt).periods.find(({ name }) => name === period);
    return found && standing.get(keyOf(point, period, found.end));
  };
}

const UNDECIDED: RetentionDecision = { expiresAt: null, retainedBy: [] };

function derive(point: PolicyPoint, view: View): Derivation {
  const decision = view.decisions.get(point.id) ?? UNDECIDED;
  const { rule } = view;
  const has = (reason: RetentionDecision["retainedBy"][number]) =>
    decision.retainedBy.includes(reason);
  const dependants = view.dependants.get(point.id) ?? [];
  const steps: DerivationStep[] = [...classSteps(point, view, has)];
  if (dependants.length > 0) {
    const ends = dependants.map((id) => view.decisions.get(id)?.expiresAt ?? null);
    const until = ends.includes(null) ? null : latest(ends);
    steps.push({ ...step("dependency", has("dependency")), until, points: dependants });
  }
  steps.push(...guardSteps(decision, rule));
  const isDead = view.dead.has(point.id);
  if (isDead)
    steps.push({ ...step("dead_log", true), points: point.base === null ? [] : [point.base] });
  const isHeld = rule.legalHold === true || rule.frozen === true;
  const isPurged = isDead && rule.deadLogs !== "keep" && !isHeld;
  return { decision, steps, isKept: decision.retainedBy.length > 0 && !isPurged };
}

/** What keeps a point although no class does. */
function guardSteps(
  { retainedBy, expiresAt }: RetentionDecision,
  { legalHold, frozen }: RetentionRule,
): readonly DerivationStep[] {
  const steps: DerivationStep[] = [];
  if (retainedBy.includes("newest")) steps.push(step("newest", true));
  if (legalHold === true) steps.push(step("legal_hold", true));
  if (frozen === true) steps.push(step("frozen", true));
  if (retainedBy.includes("store_date")) {
    steps.push({ ...step("store_date", true), until: expiresAt });
  }
  return steps;
}

/** For each point the ids of those that need it at once, as the decision has it; of them those that are kept. */
function dependantsAmong(
  points: readonly PolicyPoint[],
  isKept: (point: RetainedPoint) => boolean,
): ReadonlyMap<string, readonly string[]> {
  const dependants = new Map<string, string[]>();
  const { restorable } = dependenciesOf(points.filter((point) => !isLog(point)));
  for (const point of restorable.filter(isKept)) {
    for (const { id } of point.needs) {
      const others = dependants.get(id) ?? [];
      others.push(point.id);
      dependants.set(id, others);
    }
  }
  return dependants;
}

function classSteps(
  point: PolicyPoint,
  { rule, stands }: View,
  has: (reason: RetentionClass) => boolean,
): readonly DerivationStep[] {
  const until = createClassCalendar(rule)(point.createdAt).dailyEnd;
  const daily = { ...step("daily", has("daily")), until, count: rule.daily };
  if (isLog(point)) return [{ ...daily, seeds: LOG_SEEDS }];
  const periods = PERIODS.flatMap((period): readonly DerivationStep[] => {
    const standing = stands(point, period);
    if (standing === undefined) return [];
    const end = standing.id === point.id ? standing.end : null;
    const facts = { until: end, count: rule[period], points: [standing.id] };
    return [{ ...step(period, has(period)), ...facts }];
  });
  return [daily, ...periods];
}

function step(rule: DerivationStep["rule"], holds: boolean): DerivationStep {
  return { rule, seeds: SEEDS[rule], holds, until: null, count: null, points: [] };
}

function latest(instants: readonly (Instant | null)[]): Instant | null {
  let newest: Instant | null = null;
  for (const instant of instants) {
    if (instant !== null && (newest === null || instant > newest)) newest = instant;
  }
  return newest;
}
