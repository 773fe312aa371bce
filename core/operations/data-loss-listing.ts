import type { DataLossListing, DataLossRow } from "../../schemas/data-loss-listing.ts";
import type { Instant } from "../kit/clock.ts";
import { type DataLoss, worstDataLoss } from "../policy/forecast/data-loss.ts";
import type { Durations } from "../policy/forecast/virtual-runs.ts";
import type { PolicyRule } from "../policy/model/policy-rule.ts";
import { formatInZone } from "../policy/time/zone-time.ts";

/** The worst-case data loss of a policy in the shape that scripts read. Times have the offset of the policy's zone. */
export function listDataLoss(
  rule: PolicyRule,
  span: { readonly from: Instant; readonly durations: Durations },
): DataLossListing {
  const { normal, oneFailure, examined } = worstDataLoss(rule, span);
  const inZone = (instant: Instant) => formatInZone(instant, rule.timezone);
  return {
    normal: toRow(normal, inZone),
    one_failure: toRow(oneFailure, inZone),
    examined: { from: inZone(examined.from), until: inZone(examined.until) },
  };
}

function toRow(loss: DataLoss | null, inZone: (instant: Instant) => string): DataLossRow | null {
  if (loss === null) return null;
  return {
    seconds: loss.loss / 1000,
    newest: inZone(loss.newest),
    until: inZone(loss.until),
    timeline: loss.timeline.map(({ type, status, startedAt, completedAt }) => ({
      type,
      status,
      started_at: inZone(startedAt),
      completed_at: inZone(completedAt),
    })),
  };
}
