/** How long points are kept. A class of 0 does not keep anything. */
export interface RetentionRule {
  /** Days, at least 1. */
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
  readonly yearly: number;
  /** IANA zone in which days end. */
  readonly timezone: string;
  readonly weekStarts: "monday" | "sunday" | "saturday";
  readonly representative: "latest" | "oldest";
  /** While true, every point is kept. */
  readonly legalHold?: boolean | undefined;
  /** While true, every point is kept: a suspect one froze the purges of the set. Changes no expiry. */
  readonly frozen?: boolean | undefined;
  /** what a purge does with logs that nothing leads to any more. `purge` where absent. */
  readonly deadLogs?: "purge" | "keep" | undefined;
}

/**
 * The most that a class can count: a century, so that every end is a date that calendars and clocks can hold. `validate`
 * refuses more; catalogs of earlier versions may have it, and it counts as this.
 */
export const MOST_COUNTED: Readonly<Record<RetentionClass, number>> = {
  daily: 36_500,
  weekly: 5200,
  monthly: 1200,
  yearly: 100,
};

/** A class whose periods are represented by one point each. */
export type Period = "weekly" | "monthly" | "yearly";

export type RetentionClass = "daily" | Period;

/** From the shortest to the longest. */
export const PERIODS: readonly Period[] = ["weekly", "monthly", "yearly"];
