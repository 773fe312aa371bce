import type { Instant } from "../kit/clock.ts";
import type { PolicyPoint } from "../policy/model/policy-point.ts";
import { deadToPurge, pointsToPurge } from "../policy/retention/expiries-between.ts";
import type { RetentionRule } from "../policy/retention/retention-rule.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

export interface PurgeFacts {
  readonly at: Instant;
  /** Whether its vault holds a point whole. */
  readonly isWhole: (point: { readonly id: string }) => boolean;
  /** By id, when the vaults say that they got points; what the catalog says, of others. */
  readonly storedAt?: ReadonlyMap<string, Instant> | undefined;
  /** What was recorded before applies that did only a part of their work: what only their half gives up stays. */
  readonly before?: ResourceLookup | undefined;
}

/** What dates give up, and the logs to which then nothing leads. Of a frozen set all that dates give up is told, too. */
export function givenUp(
  points: readonly PolicyPoint[],
  rule: RetentionRule,
  { at, stays }: { readonly at: Instant; readonly stays: (id: string) => boolean },
): ReadonlySet<string> {
  const byDate = pointsToPurge(points, { ...rule, frozen: false, deadLogs: "keep" }, at);
  const left = points.filter(({ id }) => !byDate.has(id) || stays(id));
  return byDate.union(deadToPurge(left, rule, at));
}
