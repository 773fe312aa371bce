import { isGraced } from "../catalog/graced-point.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { RecordedState } from "../plan/build-plan.ts";
import { renameDatabase } from "../plan/database-renames.ts";
import type { Plan, RelistedPoint } from "../plan/plan.ts";
import type { PreparedSides } from "../plan/prepare.ts";
import { renamePoint } from "../plan/rename.ts";
import { gracedPoints } from "./graced-points.ts";
import { ResourceLookup } from "./resource-lookup.ts";

/**
 * The plan with the points that earlier applies gave up and that its rules keep: an apply lists them again. What only a vault
 * can say, that nothing newer is whole, is for the next prune. A plan that removes, or only looks, brings none back.
 */
export function withRelisted(
  plan: Plan,
  { recorded, prepared }: { readonly recorded: RecordedState; readonly prepared: PreparedSides },
): Plan {
  const { destroy, refreshOnly } = plan.options;
  if (destroy || refreshOnly || !recorded.points.some(isGraced)) return plan;
  const points = recorded.points.map((point) =>
    renameDatabase(renamePoint(point, prepared.renames), plan.databaseRenames),
  );
  const facts = { at: plan.createdAt, isWhole: () => false };
  const { returned } = gracedPoints(points, resourcesAfter(plan, prepared), facts);
  const purged = new Set(
    plan.changes.flatMap(({ address, after }) => (after === null ? [address] : [])),
  );
  const back = returned.filter(({ backupSet }) => !purged.has(backupSet));
  return back.length === 0 ? plan : { ...plan, relisted: back.map(rowOf) };
}

/** What is recorded once the plan is carried out. */
function resourcesAfter({ changes }: Plan, { all }: PreparedSides): ResourceLookup {
  const planned = new Set(changes.map(({ address }) => address));
  const rest = [...all.recorded.values()].filter(({ address }) => !planned.has(address));
  const after = changes.flatMap(({ address, type, after: attributes }) =>
    attributes === null ? [] : [{ address, type, attributes }],
  );
  return new ResourceLookup([...rest, ...after]);
}

function rowOf(point: RecoveryPoint & Required<Pick<RecoveryPoint, "purge">>): RelistedPoint {
  const { id, backupSet, server, database, type, createdAt } = point;
  return { id, backupSet, server, database, type, createdAt, apply: point.purge?.apply ?? "" };
}
