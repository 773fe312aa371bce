import { attributesOf } from "../../schemas/blocks/resources.ts";
import type { Address } from "../address/address.ts";
import { isPresent } from "../catalog/present-points.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Instant } from "../kit/clock.ts";
import type { JsonObject } from "../kit/json.ts";
import { judgedPoints } from "../policy/chain/placed-points.ts";
import { pointsToPurge } from "../policy/retention/expiries-between.ts";
import type { Freeze } from "../policy/tripwire/freeze.ts";
import { freezeDiagnostic } from "../policy/tripwire/freeze-diagnostic.ts";
import { retentionRuleOf } from "./retention-rule.ts";

interface FrozenInput {
  readonly points: readonly RecoveryPoint[];
  /** What is recorded once the plan is carried out. */
  readonly after: ReadonlyMap<Address, { readonly type: string; readonly attributes: JsonObject }>;
  readonly at: Instant;
  /** By backup set, at that instant. */
  readonly freezes: ReadonlyMap<string, Freeze>;
}

/** PURGES_FROZEN for each backup set of which a point is suspect: what the new retention would give up stays, too. */
export function frozenWarnings({ points, after, at, freezes }: FrozenInput): readonly Diagnostic[] {
  return [...freezes.values()].map((freeze) => {
    const retention = retentionRuleOf(freeze.backupSet, (address, type) => {
      const object = after.get(address as Address);
      return object && attributesOf(object, type);
    });
    const own = points.flatMap((point) => {
      const { createdAt, state, backupSet } = point;
      if (createdAt === null || state !== "listed" || backupSet !== freeze.backupSet) return [];
      return [{ ...point, createdAt }];
    });
    const held =
      retention === undefined
        ? 0
        : pointsToPurge(
            judgedPoints(own, points.filter(isPresent)),
            { ...retention.rule, deadLogs: "keep" },
            at,
          ).size;
    return freezeDiagnostic(freeze, held);
  });
}
