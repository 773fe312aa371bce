import type { Instant } from "../../kit/clock.ts";
import { addDays, dayOf, startOfDay } from "../time/zone-time.ts";

export type Tier = "hot" | "warm" | "cold";

/** In the order in which a listing shows them (B-10). */
export const TIERS: readonly Tier[] = ["hot", "warm", "cold"];

export interface TierRule {
  readonly warmDays: number;
  readonly hasCold: boolean;
  /** IANA zone in which days end. */
  readonly timezone: string;
  /** A cache near the server holds the point, too (B-15). */
  readonly isCached?: boolean | undefined;
}

/**
 * Hot where a cache holds it; else warm until the end of local day D + `warmDays`, cold after it where the vault
 * has a cold tier. Every new point is at least warm.
 */
export function tierAt(createdAt: Instant, at: Instant, rule: TierRule): Tier {
  if (rule.isCached === true) return "hot";
  if (!rule.hasCold) return "warm";
  const day = addDays(dayOf(createdAt, rule.timezone), rule.warmDays + 1);
  return at < startOfDay(day, rule.timezone) ? "warm" : "cold";
}
