import { byDatabase } from "../retention/retained-point.ts";
import type { CoverageInterval } from "./coverage.ts";
import { subtractSpans, uniteSpans } from "./intervals.ts";

export interface CoverageDifference {
  /** Restorable after, not before. */
  readonly gained: readonly CoverageInterval[];
  /** Restorable before, not after. */
  readonly lost: readonly CoverageInterval[];
}

/** What another policy, or a later moment, changes of what can be restored. */
export function coverageDifference(
  before: readonly CoverageInterval[],
  after: readonly CoverageInterval[],
): CoverageDifference {
  return { gained: onlyIn(after, before), lost: onlyIn(before, after) };
}

function onlyIn(
  wanted: readonly CoverageInterval[],
  others: readonly CoverageInterval[],
): readonly CoverageInterval[] {
  const byName = new Map(byDatabase(others).map((own) => [nameOf(own), own]));
  return byDatabase(wanted).flatMap((own) => {
    const { server = "", database = "" } = own[0] ?? {};
    const removed = uniteSpans(byName.get(nameOf(own)) ?? []);
    return subtractSpans(uniteSpans(own), removed).map((span) => ({ server, database, ...span }));
  });
}

function nameOf(own: readonly CoverageInterval[]): string {
  return `${own[0]?.server ?? ""}\n${own[0]?.database ?? ""}`;
}
