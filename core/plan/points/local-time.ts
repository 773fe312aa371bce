import type { Instant } from "../../kit/clock.ts";
import { formatInZone } from "../../policy/time/zone-time.ts";

/** By the clock of a retention, to the second where that says it all: `2017-02-01T16:00:00-08:00`. */
export function formatLocal(instant: Instant, timezone: string): string {
  return formatInZone(instant, timezone).replace(/\.000(?=Z|[+-]\d\d:\d\d$)/, "");
}
