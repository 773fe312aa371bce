import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { Instant } from "../kit/clock.ts";
import { retentionRuleOf } from "../plan/retention-rule.ts";
import { tierAt } from "../policy/retention/tier.ts";
import type { Tiering } from "../vault/vault.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

/**
 * Which points of a vault are cold at `at`, and where what only they need belongs; undefined for a vault without a cold
 * tier. A point on which one that is not cold depends is not cold here: both are needed to restore that one.
 */
export function tieringOf(
  vault: string,
  points: readonly RecoveryPoint[],
  { resources, at }: { readonly resources: ResourceLookup; readonly at: Instant },
): Tiering | undefined {
  const { cold: tier, warm_days: warmDays } = resources.get(vault, "vault").tiers;
  if (tier === "none") return undefined;
  const isCold = ({ state, createdAt, backupSet }: RecoveryPoint): boolean => {
    if (state !== "listed" || createdAt === null) return false;
    const retention = retentionRuleOf(backupSet, (address, type) =>
      resources.tryGet(address, type),
    );
    const timezone = retention?.rule.timezone ?? "UTC";
    return tierAt(createdAt, at, { warmDays, hasCold: true, timezone }) === "cold";
  };
  const own = points.filter((point) => point.vault === vault && point.state !== "purged");
  const cold = new Map(own.filter(isCold).map((point) => [point.id, point]));
  for (const { id, base } of own) if (!cold.has(id)) warmUp(base, cold);
  return { tier, coldPoints: new Set(cold.keys()) };
}

/** Takes a point, and all on which it depends, from among the cold ones. */
function warmUp(id: string | null, cold: Map<string, RecoveryPoint>): void {
  for (let next = id; next !== null; ) {
    const point = cold.get(next);
    cold.delete(next);
    next = point?.base ?? null;
  }
}
