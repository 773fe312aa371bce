import type { Instant } from "../../kit/clock.ts";
import { addDays, dayOf, startOfDay } from "../time/zone-time.ts";

/** Warm until the end of local day D + `warmDays`, cold after it where the vault has a cold tier. */
export function tierAt(
  createdAt: Instant,
  at: Instant,
  rule: { readonly warmDays: number; readonly hasCold: boolean; readonly timezone: string },
): "warm" | "cold" {
  if (!rule.hasCold) return "warm";
  const end = startOfDay(
    addDays(dayOf(createdAt, rule.timezone), rule.warmDays + 1),
    rule.timezone,
  );
  return at < end ? "warm" : "cold";
}
