import type { Address } from "../../address/address.ts";
import type { Instant } from "../../kit/clock.ts";
import { offeredPoints } from "../../policy/chain/placed-points.ts";
import { type CoverageInterval, coverageOf } from "../../policy/coverage/coverage.ts";
import { coverageDifference } from "../../policy/coverage/coverage-difference.ts";
import { isLog } from "../../policy/retention/retained-point.ts";
import { type DatabaseName, DatabaseTable } from "./database-table.ts";
import type { CoverageOutlook, SpanList } from "./outlook.ts";
import type { JudgedSet } from "./set-changes.ts";
import type { JudgedPoint, SetFacts } from "./set-facts.ts";

/** So many stretches of instants are listed for a database. */
const MOST_SPANS = 100;

/** Which points of a set can be restored, before a plan and after it: one claim for each, in their order. */
interface OfferedSet {
  readonly points: JudgedPoint[];
  readonly before: boolean[];
  readonly after: boolean[];
}

/**
 * Which instants can be restored no more, and which can again, by database: what one set gives up another may still have. `judge`
 * judges a set of which nothing changes.
 */
export function changedCoverage(
  changed: readonly JudgedSet[],
  sets: readonly SetFacts[],
  judge: (set: SetFacts) => JudgedSet,
): readonly CoverageOutlook[] {
  const judged = new Map(changed.map((set) => [set.backupSet, set]));
  const offered = (facts: SetFacts): OfferedSet =>
    offeredSet(judged.get(facts.backupSet) ?? judge(facts), facts);
  const own = sets.filter(({ backupSet }) => judged.has(backupSet)).map(offered);
  const touched = touchedDatabases(own);
  if (touched.all().length === 0) return [];
  const isTouched = (point: DatabaseName): boolean => touched.tryGet(point) === true;
  const others = sets
    .filter(({ backupSet, databases }) => !judged.has(backupSet) && databases.some(isTouched))
    .map(offered);
  const all = [...own, ...others];
  const before = intervalsOf(all, isTouched, "before");
  const after = intervalsOf(all, isTouched, "after");
  return outlooksOf(before, after);
}

function keyOf({ server, database }: { readonly server: string; readonly database: string }) {
  return `${server}\n${database}`;
}

/** A log of which nobody knows where it begins and ends adds no instant, so it is left out. */
function offeredSet(
  { points, before, after }: JudgedSet,
  { strandedVaults, vaultsBefore, vaultsAfter }: SetFacts,
): OfferedSet {
  const offered: OfferedSet = { points: [], before: [], after: [] };
  for (const [index, point] of points.entries()) {
    if (isLog(point) && point.place === undefined) continue;
    const { vault } = point;
    const isReached = vaultsAfter.has(vault) && !strandedVaults.has(vault);
    offered.points.push(point);
    offered.before.push(before.verdicts[index]?.given === undefined && vaultsBefore.has(vault));
    offered.after.push(after.verdicts[index]?.given === undefined && isReached);
  }
  return offered;
}

function touchedDatabases(sets: readonly OfferedSet[]): DatabaseTable<true> {
  const touched = new DatabaseTable((): true => true);
  for (const { points, before, after } of sets) {
    for (const [index, point] of points.entries()) {
      if (before[index] !== after[index]) touched.get(point);
    }
  }
  return touched;
}

function intervalsOf(
  sets: readonly OfferedSet[],
  isTouched: (point: DatabaseName) => boolean,
  side: "before" | "after",
): readonly CoverageInterval[] {
  return sets.flatMap((set) => {
    const isOffered = set[side];
    const own = set.points.filter((point, index) => isOffered[index] === true && isTouched(point));
    return coverageOf(offeredPoints(own));
  });
}

function outlooksOf(
  before: readonly CoverageInterval[],
  after: readonly CoverageInterval[],
): readonly CoverageOutlook[] {
  const { gained, lost } = coverageDifference(before, after);
  const [lostBy, gainedBy] = [Map.groupBy(lost, keyOf), Map.groupBy(gained, keyOf)];
  const left = Map.groupBy(after, keyOf);
  return [...new Set([...lostBy.keys(), ...gainedBy.keys()])].sort().map((key) => {
    const [server = "", database = ""] = key.split("\n", 2);
    const ends = endsOf(left.get(key) ?? []);
    const lists = { lost: listOf(lostBy.get(key)), gained: listOf(gainedBy.get(key)) };
    return { server: server as Address, database, ...lists, ...ends };
  });
}

function listOf(intervals: readonly CoverageInterval[] = []): SpanList {
  const spans = intervals.slice(0, MOST_SPANS).map(({ from, to }) => ({ from, to }));
  return { spans, count: intervals.length };
}

function endsOf(intervals: readonly CoverageInterval[]) {
  let oldestAfter: Instant | null = null;
  let newestAfter: Instant | null = null;
  for (const { from, to } of intervals) {
    if (oldestAfter === null || from < oldestAfter) oldestAfter = from;
    if (newestAfter === null || to > newestAfter) newestAfter = to;
  }
  return { oldestAfter, newestAfter };
}
