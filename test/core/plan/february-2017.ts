import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RecoveryPoint } from "../../../core/catalog/recovery-point.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { buildPlan, DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import type { Plan } from "../../../core/plan/plan.ts";
import { samplePoint } from "../../conformance/catalog.ts";
import { configurationOf, sampleResources } from "./sample-configuration.ts";

/*
 * The month of examples/february-2017: a full each Wednesday at noon, a differential each evening at nine, ten days. All
 * times are of Los Angeles, which was 8 hours behind UTC all month.
 */

const HISTORY = join(import.meta.dirname, "../../../examples/february-2017/history.ndjson");

interface Line {
  readonly type: "full" | "differential";
  readonly started_at: string;
  readonly completed_at: string;
  readonly bytes_stored: number;
}

/** Points as people call them: `full 1`, `diff 7`. */
function nameOf({ type, started_at: started }: Line): string {
  return `${type === "full" ? "full" : "diff"} ${Number(started.slice(8, 10))}`;
}

/** `02-13T11:00` in Los Angeles. */
export function moment(text: string) {
  return toInstant(Date.parse(`2017-${text}-08:00`));
}

function historyUntil(at: number): readonly RecoveryPoint[] {
  const lines = readFileSync(HISTORY, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
  let base: string | null = null;
  return lines.flatMap((line) => {
    const { type, started_at: started, completed_at: completed, bytes_stored: bytesStored } = line;
    const id = nameOf(line);
    const facts = {
      type,
      base: type === "full" ? null : base,
      createdAt: toInstant(Date.parse(`${completed}-08:00`)),
      bytesStored,
    };
    if (type === "full") base = id;
    if (facts.createdAt > at) return [];
    return [samplePoint(id, Date.parse(`${started}-08:00`), facts)];
  });
}

type Rule = Readonly<Record<string, string | number | boolean>>;

interface Cut {
  /** `02-13T11:00`. */
  readonly at: string;
  /** What becomes of `daily = 10`. */
  readonly rule: Rule;
  /** What it was before [daily = 10]. */
  readonly before?: Rule | undefined;
  /** What prunes before took. */
  readonly gone?: readonly string[] | undefined;
}

/** What the plan says that changes the retention of the month at an instant. */
export function planCut({ at, rule, before = {}, gone = [] }: Cut): Plan {
  const moved = moment(at);
  const resources = (changes: Rule) => sampleResources({ "retention.standard": changes });
  const { plan, diagnostics } = buildPlan({
    configuration: configurationOf(resources({ ...before, ...rule })),
    recorded: {
      version: { lineage: "february", serial: 1 },
      objects: resources(before).map((each) => ({ ...each, appliedAt: toInstant(0) })),
      points: historyUntil(moved).filter(({ id }) => !gone.includes(id)),
    },
    observed: new Map(),
    options: { ...DEFAULT_PLAN_OPTIONS, refresh: false },
    at: moved,
  });
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
  return plan;
}

/** The names of the points that fare so, and of those that need a pinned one. */
export function namesOf(
  { recoveryPointChanges }: Plan,
  kind: Plan["recoveryPointChanges"][number]["change"],
): readonly string[] {
  return recoveryPointChanges
    .filter(({ change }) => change === kind)
    .map(({ id, pinnedBy }) => {
      const pins = pinnedBy.map(({ by, points }) => [by, ...points].join(" "));
      return pins.length === 0 ? id : `${id}: ${pins.join(", ")}`;
    });
}
