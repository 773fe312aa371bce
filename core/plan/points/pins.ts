import { dependenciesOf } from "../../policy/retention/dependencies.ts";
import type { RetainedBy, RetentionDecision } from "../../policy/retention/retained-by.ts";
import { isLog } from "../../policy/retention/retained-point.ts";
import type { Judgement, Verdict } from "./judge-points.ts";
import type { PinReason, PointPin } from "./outlook.ts";
import type { JudgedPoint } from "./set-facts.ts";

/** So many of the points that pin another are named. */
const MOST_NAMED = 5;

type Period = "daily" | "weekly" | "monthly" | "yearly";

const PERIODS = new Set<RetainedBy>(["daily", "weekly", "monthly", "yearly"]);

/** Whether no period of a rule keeps a point, so that it stays, if it does, because of something else. */
export function isOutOfPeriods(decision: RetentionDecision | undefined): boolean {
  return decision !== undefined && !decision.retainedBy.some((reason) => PERIODS.has(reason));
}

interface PinFacts {
  readonly points: readonly JudgedPoint[];
  readonly after: Judgement;
  /** Suspect points of the set. */
  readonly suspects: readonly string[];
  /** By id, the backups under way that build on it. */
  readonly builders: ReadonlyMap<string, readonly string[]>;
}

/** What keeps points that their periods give up. Who needs whom is found out with the first that is asked for. */
export function createPins(facts: PinFacts): (id: string, verdict: Verdict) => readonly PointPin[] {
  const { suspects, builders } = facts;
  let dependants: ReadonlyMap<string, readonly string[]> | undefined;
  const pointsOf = (reason: PinReason, id: string): readonly string[] => {
    if (reason === "frozen") return suspects;
    if (reason === "backup") return builders.get(id) ?? [];
    if (reason !== "dependency") return [];
    dependants ??= dependantsOf(facts);
    return dependants.get(id) ?? [];
  };
  return (id, { decision, held }) => {
    const reasons = (decision?.retainedBy ?? []).filter(isPin);
    return [...reasons, ...(held === undefined ? [] : [held])].map((by) => {
      const points = pointsOf(by, id);
      return { by, points: points.slice(0, MOST_NAMED), count: points.length };
    });
  };
}

function isPin(reason: RetainedBy): reason is Exclude<RetainedBy, Period> {
  return !PERIODS.has(reason);
}

/** By id of a point, the points that stay and need it at once; newest last. */
function dependantsOf({ points, after }: PinFacts): ReadonlyMap<string, readonly string[]> {
  const { verdicts } = after;
  const data = points.filter((point) => !isLog(point));
  const goes = (point: JudgedPoint, index: number): boolean =>
    !isLog(point) && verdicts[index]?.given !== undefined;
  const given = new Set(points.filter(goes).map(({ id }) => id));
  const { restorable } = dependenciesOf(data);
  const dependants = new Map<string, string[]>();
  for (const point of restorable) {
    if (given.has(point.id)) continue;
    for (const { id } of point.needs) {
      const known = dependants.get(id);
      if (known === undefined) dependants.set(id, [point.id]);
      else known.push(point.id);
    }
  }
  return dependants;
}
