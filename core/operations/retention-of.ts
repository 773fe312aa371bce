import type { RetentionRule } from "../policy/retention.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

/** The retention rule of a backup set and the zone in which its times are shown; undefined when the set is gone (its points are orphans). */
export function retentionOf(
  backupSet: string,
  resources: ResourceLookup,
): { readonly rule: RetentionRule; readonly displayZone: string } | undefined {
  const set = resources.tryGet(backupSet, "backup_set");
  if (set === undefined) return undefined;
  const policy = resources.tryGet(set.policy, "policy");
  const retention = policy && resources.tryGet(policy.retention, "retention");
  if (policy === undefined || retention === undefined) return undefined;
  const { daily, weekly, monthly, yearly, representative } = retention;
  const rule: RetentionRule = {
    daily,
    weekly,
    monthly,
    yearly,
    representative,
    timezone: retention.timezone ?? policy.timezone,
    weekStarts: retention.week_starts,
  };
  return { rule, displayZone: policy.timezone };
}
