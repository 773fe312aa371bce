import { canonicalJson } from "../kit/json.ts";
import { type CdcViolation, cdcViolations } from "../policy/chain/cdc-settings.ts";
import { type CdcDecision, decideNextCdc } from "../policy/chain/decide-cdc.ts";
import { parseLsn } from "../policy/chain/lsn.ts";
import type { ChangeReliance, ComparedDatabase, SetRule } from "./subject.ts";

type ProblemKind = "disabled" | "settings" | "replaced" | "lost";

/** What is not as the points of a backup set rely on it, and what its next backup does about that. */
export interface CaptureProblem {
  readonly kind: ProblemKind;
  readonly set: SetRule;
  readonly reliance: ChangeReliance;
  readonly violations: readonly CdcViolation[];
  readonly decision: CdcDecision;
}

/** Of each set by the method cdc that covers the database and has points of it; none of what was accepted so. */
export function captureProblems(subject: ComparedDatabase): readonly CaptureProblem[] {
  const { before, after, points, sets } = subject;
  if (after?.capture === undefined || subject.capture === undefined) return [];
  if (before?.capture !== undefined && isSame(before.capture, after.capture)) return [];
  const reliances = points?.reliances ?? [];
  return sets.flatMap((set) => {
    const reliance = reliances.find(({ backupSet }) => backupSet === set.address);
    if (reliance === undefined) return [];
    return problemOf(subject, set, reliance) ?? [];
  });
}

function isSame(
  one: NonNullable<ComparedDatabase["before"]>["capture"],
  other: NonNullable<ComparedDatabase["before"]>["capture"],
): boolean {
  return canonicalJson(one ?? null) === canonicalJson(other ?? null);
}

function problemOf(
  { capture }: ComparedDatabase,
  set: SetRule,
  reliance: ChangeReliance,
): CaptureProblem | undefined {
  const { profile } = set;
  if (capture === undefined || profile === undefined) return undefined;
  const { identity, enabledBy, reached } = reliance.changes;
  const { state } = capture;
  const record = { identity, enabledBy, reached: parseLsn(`0x${reached}`) };
  const decision = decideNextCdc(state, profile, record);
  const violations = state.enabled ? cdcViolations(state.settings, profile) : [];
  const facts = { set, reliance, violations, decision };
  if (!state.enabled) return { kind: "disabled", ...facts };
  if (state.position.identity !== identity) return { kind: "replaced", ...facts };
  if (violations.length > 0) return { kind: "settings", ...facts };
  if (decision.action !== "run" || decision.reason === null) return undefined;
  return { kind: decision.reason === "cdc_changes_lost" ? "lost" : "replaced", ...facts };
}
