import type { Address } from "../address/address.ts";
import type { ApplyRecord, RecordedChange } from "../catalog/apply-record.ts";
import type { CatalogObject } from "../catalog/catalog.ts";
import { canonicalJson } from "../kit/json.ts";
import { APPROVALS } from "../plan/approvals/approval-rule.ts";
import type { Renames } from "../plan/moves.ts";
import { renameObject } from "../plan/rename.ts";

/** What is recorded once an apply is undone. */
export interface UndoTarget {
  readonly objects: readonly CatalogObject[];
  /** Earlier addresses by those of now. */
  readonly renames: Renames;
  /** The changes that are taken back. */
  readonly changes: readonly RecordedChange[];
}

/** Why an apply cannot be taken back: something is not as it left it. */
export interface UndoConflict {
  readonly address: Address;
  readonly why: string;
}

/**
 * Puts the objects of an apply back to what they were, as far as it came. Who must approve a purge stays as it is: to relax
 * that takes a plan that is approved. Pure.
 */
export function undoTarget(
  record: ApplyRecord,
  objects: readonly CatalogObject[],
): UndoTarget | UndoConflict {
  const current = new Map(objects.map((object) => [object.address, object]));
  const changes = record.changes
    .filter(({ address }) => address !== APPROVALS)
    .filter((change) => change.done || isMovedOnly(change, current));
  const changed = changes.find((change) => change.done && !isAsLeft(change, current));
  if (changed !== undefined) {
    const { address } = changed;
    return { address, why: `${address} is not as that apply left it` };
  }
  const renames = new Map(
    changes.flatMap(({ address, previousAddress }) =>
      previousAddress === null ? [] : [[address, previousAddress] as const],
    ),
  );
  const taken = [...renames.values()].find((to) => current.has(to) && !renames.has(to));
  if (taken !== undefined) return { address: taken, why: `there is a new ${taken} now` };
  const target = targetOf(objects, changes, renames);
  const broken = brokenReference([...target.values()], target, { current, renames });
  return broken ?? { objects: [...target.values()], renames, changes };
}

/** An apply gives all new addresses first, so it may have come no further than that. */
function isMovedOnly(
  { address, previousAddress, done }: RecordedChange,
  current: ReadonlyMap<Address, CatalogObject>,
): boolean {
  return !done && previousAddress !== null && current.has(address) && !current.has(previousAddress);
}

function isAsLeft(
  { address, after }: RecordedChange,
  current: ReadonlyMap<Address, CatalogObject>,
): boolean {
  const now = current.get(address);
  if (after === null || now === undefined) return after === null && now === undefined;
  return textOf(now) === textOf(after);
}

/** When it was applied makes no difference. */
function textOf({ type, attributes, dependsOn, sensitive = [], preventDestroy }: CatalogObject) {
  const needed = dependsOn.toSorted();
  const hidden = sensitive.map((path) => [...path]);
  return canonicalJson([type, attributes, needed, hidden, preventDestroy === true]);
}

function targetOf(
  objects: readonly CatalogObject[],
  changes: readonly RecordedChange[],
  renames: Renames,
): ReadonlyMap<Address, CatalogObject> {
  const touched = new Set(changes.map(({ address }) => address));
  const kept = objects.filter(({ address }) => !touched.has(address));
  const target = new Map<Address, CatalogObject>();
  for (const object of kept) target.set(object.address, renameObject(object, renames));
  for (const { before } of changes) if (before !== null) target.set(before.address, before);
  return target;
}

interface Before {
  readonly current: ReadonlyMap<Address, CatalogObject>;
  readonly renames: Renames;
}

/** A reference that holds now, or held then, and would not hold any more. */
function brokenReference(
  objects: readonly CatalogObject[],
  target: ReadonlyMap<Address, CatalogObject>,
  { current, renames }: Before,
): UndoConflict | undefined {
  const known = new Set([...current.keys()].map((address) => renames.get(address) ?? address));
  for (const { address, dependsOn } of objects) {
    const isNew = !known.has(address);
    const lost = dependsOn.find((needed) => !target.has(needed) && (isNew || known.has(needed)));
    if (lost !== undefined) return { address: lost, why: `${address} needs ${lost}` };
  }
  return undefined;
}
