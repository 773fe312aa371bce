import type { Instant } from "../../kit/clock.ts";
import type { LogReach, PolicyPoint } from "../model/policy-point.ts";
import type { PolicyRule } from "../model/policy-rule.ts";
import { isLog } from "../retention/retained-point.ts";
import { firstLogAfter, logExpiry } from "./broken-chain.ts";
import type { VirtualRun } from "./virtual-runs.ts";

/** Says what each coming backup of one database reaches over; asked run after run. */
export type ComingReaches = (run: VirtualRun) => LogReach | null;

/**
 * Coming logs follow the newest one that there is, and so do segments of changes, without a gap: each begins where the
 * one before ended, whatever fulls and differentials come between. Places are counted on by milliseconds from the newest
 * that is known. After a log whose reach nobody knows, the reaches are known again from the next full or differential on.
 */
export function comingReaches(
  existing: readonly PolicyPoint[],
  rule: PolicyRule,
  at: Instant,
): ComingReaches {
  const placed = newest(existing.filter(({ reach }) => reach !== null));
  const origin = placed?.reach && { to: placed.reach.to, time: placed.createdAt };
  const fork = placed?.reach?.fork ?? existing[0]?.database ?? "";
  const placeOf = (time: Instant) =>
    origin ? origin.to + BigInt(time - origin.time) : BigInt(time);
  const ends = new Map<"log" | "cdc", bigint | null>([
    ["log", logEnd(existing, rule, { at, placeOf })],
    ["cdc", segmentEnd(existing, { placeOf })],
  ]);
  return ({ type, startedAt, completedAt }) => {
    const to = placeOf(completedAt);
    const rest = { to, newest: completedAt, fork, onlyEnd: false };
    if (type === "log" || type === "cdc") {
      const from = ends.get(type) ?? null;
      if (from !== null) ends.set(type, to);
      return from === null ? null : { from, ...rest };
    }
    for (const [kind, end] of ends) if (end === null) ends.set(kind, placeOf(startedAt));
    return { from: to, ...rest };
  };
}

interface LogFacts {
  readonly at: Instant;
  readonly placeOf: (time: Instant) => bigint;
}

/**
 * Where the next log begins. Where there is none though one was taken since the newest full or differential, they are
 * gone: the first was purged, and the others led nowhere. Where one would still be there, none was ever taken, and
 * the log goes back to the first full.
 */
function logEnd(
  existing: readonly PolicyPoint[],
  rule: PolicyRule,
  { at, placeOf }: LogFacts,
): bigint | null {
  const last = newest(existing.filter(isLog));
  if (last !== undefined) return last.reach?.to ?? null;
  const data = existing.filter(isData);
  const anchor = newest(data);
  const first = anchor && firstLogAfter(anchor.createdAt, rule);
  if (anchor === undefined || first === undefined) return null;
  if (first > at) return placeOf(anchor.startedAt);
  const { retention } = rule;
  const isGone = retention.legalHold !== true && logExpiry(first, retention) <= at;
  const earliest = data.reduce((a, b) => (b.startedAt < a.startedAt ? b : a), anchor);
  return placeOf(isGone ? at : earliest.startedAt);
}

/** Where the next segment begins: the newest is never purged, so where there is none, at the newest full or differential. */
function segmentEnd(
  existing: readonly PolicyPoint[],
  { placeOf }: Pick<LogFacts, "placeOf">,
): bigint | null {
  const last = newest(existing.filter(({ type }) => type === "cdc"));
  if (last !== undefined) return last.reach?.to ?? null;
  const anchor = newest(existing.filter(isData));
  return anchor === undefined ? null : placeOf(anchor.startedAt);
}

function isData({ type }: PolicyPoint): boolean {
  return type === "full" || type === "differential";
}

function newest(points: readonly PolicyPoint[]): PolicyPoint | undefined {
  return points.reduce<PolicyPoint | undefined>(
    (last, point) => (last !== undefined && last.createdAt > point.createdAt ? last : point),
    undefined,
  );
}
