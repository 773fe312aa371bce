import type { Instant } from "../../kit/clock.ts";
import type { RetentionClass } from "./retention-rule.ts";

/**
 * `dependency`: something kept needs it. `newest`: the last point of a database is never purged. `frozen`: a point of its
 * backup set is suspect. `store_date`: its own date gives it up, the store's does not yet.
 */
export type RetainedBy =
  | RetentionClass
  | "dependency"
  | "newest"
  | "legal_hold"
  | "frozen"
  | "store_date";

export interface RetentionDecision {
  /** The first instant at which no class and no dependant keeps the point. Null while a legal hold keeps it, or only being the newest (or what depends on it). */
  readonly expiresAt: Instant | null;
  /** Why it exists at the instant asked for; empty when it does not. */
  readonly retainedBy: readonly RetainedBy[];
}

/** Kept until then; `NO_END` is later than every instant. */
export type End = number;

/** Until a newer point exists, or the hold ends. */
export const NO_END: End = Number.POSITIVE_INFINITY;

/** Not kept at all. */
export const NO_BEGINNING: End = Number.NEGATIVE_INFINITY;

/** Some reasons as the bits of a number, so that the points of a day can share one decision. */
export type Reasons = number;

/** In the order in which they are told. */
const BITS: Readonly<Record<RetainedBy, Reasons>> = {
  daily: 1,
  weekly: 2,
  monthly: 4,
  yearly: 8,
  dependency: 16,
  legal_hold: 32,
  newest: 64,
  frozen: 128,
  store_date: 256,
};

export function reasonIf(holds: boolean, reason: RetainedBy): Reasons {
  return holds ? BITS[reason] : 0;
}

function reasonsOf(bits: Reasons): readonly RetainedBy[] {
  return (Object.keys(BITS) as RetainedBy[]).filter((reason) => (bits & BITS[reason]) !== 0);
}

/** Makes decisions; equal ones are one object. */
export function createDecisions(): (end: End, reasons: Reasons) => RetentionDecision {
  const made = new Map<End, RetentionDecision[]>();
  let alike: RetentionDecision[] = [];
  let last: End | undefined;
  return (end, reasons) => {
    if (end !== last) {
      alike = made.get(end) ?? [];
      made.set(end, alike);
      last = end;
    }
    alike[reasons] ??= {
      expiresAt: end === NO_END ? null : (end as Instant),
      retainedBy: reasonsOf(reasons),
    };
    return alike[reasons];
  };
}
