import type { Clearing, RecoveryPoint } from "../catalog/recovery-point.ts";
import { failure } from "../diagnostics/diagnostic.ts";
import { type Freeze, freezesOf } from "../policy/tripwire/freeze.ts";
import { findPoint } from "./find-point.ts";
import type { Ports } from "./ports.ts";
import { openProjectCatalog } from "./project.ts";
import { whoAsks } from "./who-asks.ts";

export interface ClearRequest {
  /** The id of a point, or a unique beginning of it. */
  readonly point: string;
  /** Recorded with the clearing. */
  readonly reason: string | null;
}

/** A point that is suspect no more, and what still freezes its backup set. */
export interface ClearedPoint {
  readonly point: RecoveryPoint & { readonly cleared: Clearing };
  readonly freeze: Freeze | null;
}

/**
 * Records that a person looked at a suspect point and found it right: from then on it is an example of what is usual, so
 * what follows it in kind is no longer suspect either. POINT_NOT_FOUND, POINT_AMBIGUOUS, POINT_NOT_SUSPECT.
 */
export async function clearSuspect(
  { point: text, reason }: ClearRequest,
  ports: Ports,
): Promise<ClearedPoint> {
  await using catalog = await openProjectCatalog(ports);
  const points = await catalog.points();
  const point = findPoint(text, points);
  const at = ports.clock.now();
  const suspects = freezesOf(points, at).get(point.backupSet)?.suspects ?? [];
  if (suspects.every(({ id }) => id !== point.id)) throw notSuspect(point);
  const { id } = point;
  const cleared = { at, by: whoAsks(ports), reason };
  await catalog.write([{ kind: "change_point", id, from: "listed", patch: { cleared } }]);
  const left = await catalog.points();
  const after = findPoint(id, left);
  return { point: { ...after, cleared }, freeze: freezesOf(left, at).get(after.backupSet) ?? null };
}

function notSuspect({ id, cleared }: RecoveryPoint) {
  const before =
    cleared === undefined
      ? "No tripwire made it suspect."
      : `${cleared.by} cleared it at ${new Date(cleared.at).toISOString()}.`;
  return failure({
    code: "POINT_NOT_SUSPECT",
    summary: "Recovery point not suspect",
    detail: `The recovery point ${id.slice(0, 12)} is not suspect, so there is nothing to clear. ${before} See which are:\n\n    holdfast points`,
  });
}
