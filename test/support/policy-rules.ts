import type { PolicyRule } from "../../core/policy/model/policy-rule.ts";
import type { RetentionRule } from "../../core/policy/retention/retention-rule.ts";

/** Ten days by the clock of that zone, with what a test says otherwise. */
export function tenDays(timezone: string, changes: Partial<RetentionRule> = {}): RetentionRule {
  return {
    daily: 10,
    weekly: 0,
    monthly: 0,
    yearly: 0,
    timezone,
    weekStarts: "monday",
    representative: "latest",
    ...changes,
  };
}

/** A policy of native backups that schedules nothing and keeps ten days, with what a test says otherwise. */
export function emptyPolicy(
  timezone: string,
  {
    retention,
    ...changes
  }: Partial<Omit<PolicyRule, "retention" | "timezone">> & {
    readonly retention?: Partial<RetentionRule>;
  } = {},
): PolicyRule {
  return {
    method: "native",
    timezone,
    full: null,
    differential: null,
    log: null,
    cdc: null,
    window: null,
    ...changes,
    retention: tenDays(timezone, retention),
  };
}

/** The schedule of February 2017: fulls on Wednesdays at noon, differentials each evening at nine. */
export const FULLS_ON_WEDNESDAYS = { full: { schedule: "0 12 * * WED" } } as const;
export const EACH_EVENING = { differential: { schedule: "0 21 * * *" } } as const;
