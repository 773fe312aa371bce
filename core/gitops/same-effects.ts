import { canonicalJson, type Json } from "../kit/json.ts";
import { lossesOfRetention } from "../plan/azure-retention-warnings.ts";
import type { Plan, ResourceChange } from "../plan/plan.ts";

/**
 * Whether a plan does what an earlier one does and no more, so that an approval of the earlier one holds for it: the same
 * changes of objects, and no purge of a point that the earlier one leaves. The servers, the clock and other points may
 * have moved on in between.
 */
export function doesNoMore(plan: Plan, approved: Plan): boolean {
  if (plan.points.grace !== approved.points.grace) return false;
  if (textOf(plan) !== textOf(approved)) return false;
  const allowed = purgesOf(approved);
  return purgesOf(plan).isSubsetOf(allowed);
}

function purgesOf({ recoveryPointChanges }: Plan): ReadonlySet<string> {
  const purges = recoveryPointChanges.filter(({ change }) => change === "purge");
  return new Set(purges.map(({ id }) => id));
}

function textOf({ changes, databaseRenames, options }: Plan): string {
  const effects = changes.filter(isEffect).map(effectOf);
  const renames = databaseRenames.map(({ server, from, to }) => [server, from, to]);
  return canonicalJson([effects, renames, options.destroy]);
}

function isEffect({ action, runFull, previousAddress }: ResourceChange): boolean {
  return action !== "no-op" || runFull || previousAddress !== null;
}

function effectOf(change: ResourceChange): Json {
  const { address, previousAddress, action, before, after, importing } = change;
  const { sensitiveAfter, preventDestroy, runFull } = change;
  const id = importing?.id ?? null;
  const hidden = sensitiveAfter.map((path) => [...path]);
  const losses = [...lossesOfRetention(change)];
  const does = [address, previousAddress, action, before, after, id, hidden];
  return [...does, preventDestroy, runFull, losses];
}
