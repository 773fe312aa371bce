import type { Instant } from "../../kit/clock.ts";
import type { RetentionClass } from "./retention-rule.ts";

/** `dependency`: something kept needs it. `newest`: the last point of a database is never purged. */
export type RetainedBy = RetentionClass | "dependency" | "newest" | "legal_hold";

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

/** In the order in which they are told. */
const REASONS: readonly RetainedBy[] = [
  "daily",
  "weekly",
  "monthly",
  "yearly",
  "dependency",
  "legal_hold",
  "newest",
];

/** Some reasons as the bits of a number, so that the points of a day can share one decision. */
export type Reasons = number;

export function reasonIf(holds: boolean, reason: RetainedBy): Reasons {
  return holds ? 1 << REASONS.indexOf(reason) : 0;
}

/** Makes decisions; equal ones are one object. */
export function createDecisions(): (end: End, reasons: Reasons) => RetentionDecision {
  const made = new Map<End, RetentionDecision[]>();
  return (end, reasons) => {
    const alike = made.get(end) ?? [];
    made.set(end, alike);
    alike[reasons] ??= {
      expiresAt: end === NO_END ? null : (end as Instant),
      retainedBy: REASONS.filter((_, bit) => (reasons & (1 << bit)) !== 0),
    };
    return alike[reasons];
  };
}
