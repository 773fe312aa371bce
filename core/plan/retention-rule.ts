import type { ResourceAttributes } from "../../schemas/blocks/resources.ts";
import { retentionRuleFrom } from "../policy/model/policy-rule-of.ts";
import type { RetentionRule } from "../policy/retention/retention-rule.ts";

/** The arguments of an object that is wanted or recorded; undefined when there is none of that type at the address. */
export type ReadAttributes = <T extends "backup_set" | "policy" | "retention">(
  address: string,
  type: T,
) => ResourceAttributes<T> | undefined;

/**
 * The rule that keeps the points of a backup set, and the zone in which their times are shown: the one place that reads
 * it, so that a plan and a listing never differ. Undefined when the set, or what it refers to, is gone: its points are orphans.
 */
export function retentionRuleOf(
  backupSet: string,
  read: ReadAttributes,
): { readonly rule: RetentionRule; readonly displayZone: string } | undefined {
  const set = read(backupSet, "backup_set");
  const policy = set && read(set.policy, "policy");
  const retention = policy && read(policy.retention, "retention");
  if (policy === undefined || retention === undefined) return undefined;
  return { rule: retentionRuleFrom(retention, policy), displayZone: policy.timezone };
}
